/** The functions of metric math that our expressions use. */
const FUNCTIONS = ['IF', 'PERIOD'];

/** Words in an expression that are neither functions nor among its metrics; and functions that metric math has not. */
export function unknownWords(expression: string, ids: readonly string[]): string[] {
  const words = [...expression.matchAll(/[A-Za-z_]\w*/g)].map(([word]) => word);
  return words.filter((word) => !FUNCTIONS.includes(word) && !ids.includes(word));
}

/**
 * What an expression makes of one period's values, as CloudWatch does: a missing value counts as 0; what is divided by zero, or
 * has no branch, gives no data.
 *
 * @param periodSeconds  of all metrics
 */
export function evaluated(
  expression: string,
  ids: readonly string[],
  values: Readonly<Record<string, number>>,
  periodSeconds = 300,
): number | undefined {
  const run = new Function('IF', 'PERIOD', ...ids, `return ${expression}`) as (...all: unknown[]) => unknown;
  const choose = (condition: boolean, then: number, otherwise?: number) => (condition ? then : otherwise);
  const result = run(choose, () => periodSeconds, ...ids.map((id) => values[id] ?? 0));
  return typeof result === 'number' && Number.isFinite(result) ? result : undefined;
}
