import { isPlainObject } from '../base/json.ts';
import type { AttachedNodes } from './canvas-node.ts';
import { firstSender, Part, partOf } from './part.ts';
import type { Sender } from './sender.ts';

/** Options of a call without its links, and the links. */
export interface SplitOptions {
  readonly options: object | undefined;
  /** Absent where the call has none. */
  readonly links?: Omit<AttachedNodes, 'options'>;
  /** The app of the links, if one is known. */
  readonly sender?: Sender | undefined;
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
  const [links, errbacks] = [readList(link, 'link'), readList(linkError, 'linkError')];
  return {
    options: others,
    links: { link: links.map(Part.nodeOf), linkError: errbacks.map(Part.nodeOf) },
    sender: firstSender([...links, ...errbacks]),
  };
}

function readList(given: unknown, at: string): readonly Part[] {
  if (given === undefined) return [];
  if (!Array.isArray(given)) return [partOf(given, at)];
  return given.map((one: unknown, index) => partOf(one, `${at}[${index}]`));
}
