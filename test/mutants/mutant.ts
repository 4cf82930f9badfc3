/** One deliberate bug: a replacement in one file of `src`, and what goes wrong with it. */
export interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}
