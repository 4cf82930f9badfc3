/** One line of a table: what is the case, what comes of it (as the function answers), and what would break without it. */
export interface Row {
  readonly when: string;
  readonly gives: string;
  readonly without?: string;
  /** Asks the real function. */
  readonly ask: () => string;
}

/** A table of docs/protocol.md, held to the code. */
export interface Table {
  readonly title: string;
  readonly rows: readonly Row[];
}

/** A table as it stands in docs/protocol.md. */
export function markdown({ rows }: Table): string {
  const lines = rows.map(({ when, gives, without = '' }) => `| ${when} | ${gives} | ${without} |`);
  return ['| when | then | without it |', '|---|---|---|', ...lines].join('\n');
}
