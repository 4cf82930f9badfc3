import { isPlainObject } from '../base/json.ts';
import type { AttachedNodes, CanvasNode } from './canvas-node.ts';
import { nodeOf } from './part.ts';

/** Options of a call without its links, and the links. */
export interface SplitOptions {
  readonly options: object | undefined;
  /** Absent where the call has none. */
  readonly links?: Omit<AttachedNodes, 'options'>;
}

/**
 * Splits `link` and `linkError` off the options of a call: they stand on the canvas, everything else goes to the sender.
 *
 * @throws {InvalidOptionError} one of them is no signature, nor a list of some
 */
export function readLinks(options: object | undefined): SplitOptions {
  if (!isPlainObject(options)) return { options };
  const { link, linkError, ...others } = options;
  if (link === undefined && linkError === undefined) return { options };
  return {
    options: others,
    links: { link: readList(link, 'link'), linkError: readList(linkError, 'linkError') },
  };
}

function readList(given: unknown, at: string): readonly CanvasNode[] {
  if (given === undefined) return [];
  if (!Array.isArray(given)) return [nodeOf(given, at)];
  return given.map((one: unknown, index) => nodeOf(one, `${at}[${index}]`));
}
