/** Every name `#x` of the expressions as a placeholder for `x`, since many (`state`, `size`, `next`) are or may become reserved words. */
export function namesIn(...expressions: readonly string[]): Record<string, string> {
  const names = expressions.join(' ').match(/#\w+/g) ?? [];
  return Object.fromEntries(names.map((name) => [name, name.slice(1)]));
}
