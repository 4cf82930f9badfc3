/**
 * One line of JSON of whatever it is given. Never throws: a cycle is cut, a bigint or a function becomes text, an Error its
 * name and message, and what cannot be read at all is left out.
 */
export function jsonLine(fields: object): string {
  try {
    return JSON.stringify(fields, plain());
  } catch {
    const readable = Object.entries(fields).filter(([, value]) => typeof value !== 'object');
    return JSON.stringify({ ...Object.fromEntries(readable), unreadable: true }, plain());
  }
}

/** A replacer for one run of `JSON.stringify`, which calls it with the object that holds the value as `this`. */
function plain(): (this: unknown, key: string, value: unknown) => unknown {
  const above: unknown[] = [];
  return function (this: unknown, _key, value) {
    while (above.length > 0 && above.at(-1) !== this) above.pop();
    if (value instanceof Error) return `${value.name}: ${value.message}`;
    if (typeof value === 'bigint' || typeof value === 'function' || typeof value === 'symbol') return String(value);
    if (typeof value !== 'object' || value === null) return value;
    if (above.includes(value)) return '[cycle]';
    above.push(value);
    return value;
  };
}
