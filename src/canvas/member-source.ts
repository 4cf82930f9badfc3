import { StreamUsedError } from '../base/errors.ts';

/**
 * The members of a group that come from an iterable: read once while they are sent, or listed and kept.
 *
 * Reading is lazy and the iterable is entered once only: whatever would need a second pass is a `StreamUsedError`, never an
 * empty group. Once listed, the members can be had again and again.
 */
export class MemberSource<Node> {
  readonly #iterable: Iterable<unknown> | AsyncIterable<unknown>;
  readonly #read: (value: unknown, index: number) => Node;
  #iterator: Iterator<unknown> | AsyncIterator<unknown> | undefined;
  /** The first value, from the moment that it was asked for; kept when the reading goes on. */
  #first: Step | Promise<Step> | undefined;
  /** Somebody reads it, or has read it. */
  #taken = false;
  #listing: Promise<readonly Node[]> | undefined;
  #kept: readonly Node[] | undefined;

  /** @param read  makes a node of what the iterable gives, or throws what is wrong with it */
  constructor(iterable: Iterable<unknown> | AsyncIterable<unknown>, read: (value: unknown, index: number) => Node) {
    this.#iterable = iterable;
    this.#read = read;
  }

  /** The members if they have been listed. */
  get kept(): readonly Node[] | undefined {
    return this.#kept;
  }

  /**
   * Reads all members now and keeps them.
   *
   * @throws {StreamUsedError} they have been read without being kept, or come from an async iterable and are not kept yet
   */
  listed(): readonly Node[] {
    if (this.#kept) return this.#kept;
    if (Symbol.asyncIterator in this.#iterable && !this.#taken) throw new StreamUsedError(ASYNC);
    this.#take();
    return this.#keep([...this.#valuesNow()].map(this.#read));
  }

  /**
   * Reads all members, of async iterables too, and keeps them.
   *
   * @throws {StreamUsedError} they have been read without being kept
   */
  list(): Promise<readonly Node[]> {
    if (this.#kept) return Promise.resolve(this.#kept);
    this.#listing ??= this.#readAll();
    return this.#listing;
  }

  /**
   * Gives the members one by one and keeps none of them; those that were listed before can be had again and again.
   *
   * Who stops early closes the iterable.
   *
   * @throws {StreamUsedError} they have been read without being kept
   */
  consume(): AsyncIterable<Node> {
    if (this.#kept || this.#listing) return each(this.list());
    this.#take();
    return this.#readEach();
  }

  /**
   * The first value as the iterable gives it, read ahead; nothing is lost by it, all others still get it too.
   *
   * @returns `undefined` if there is none, or if only waiting would tell: of an async iterable
   */
  firstNow(): unknown {
    if (Symbol.asyncIterator in this.#iterable) return undefined;
    const { value, done } = this.#ahead() as Step;
    return done ? undefined : value;
  }

  #take(): void {
    if (this.#taken) throw new StreamUsedError(USED);
    this.#taken = true;
  }

  #keep(members: Node[]): readonly Node[] {
    this.#kept = Object.freeze(members);
    return this.#kept;
  }

  async #readAll(): Promise<readonly Node[]> {
    this.#take();
    const members: Node[] = [];
    for await (const member of this.#readEach()) members.push(member);
    return this.#keep(members);
  }

  #ahead(): Step | Promise<Step> {
    this.#iterator ??= open(this.#iterable);
    this.#first ??= this.#iterator.next();
    return this.#first;
  }

  async *#readEach(): AsyncGenerator<Node> {
    let step = await this.#ahead();
    try {
      for (let index = 0; !step.done; index++) {
        yield this.#read(step.value, index);
        step = (await this.#iterator?.next()) ?? END;
      }
    } finally {
      if (!step.done) await this.#iterator?.return?.();
    }
  }

  *#valuesNow(): Generator<unknown> {
    // not async: `listed` has asked
    let step = this.#ahead() as Step;
    const iterator = this.#iterator as Iterator<unknown>;
    try {
      while (!step.done) {
        yield step.value;
        step = iterator.next();
      }
    } finally {
      if (!step.done) iterator.return?.();
    }
  }
}

type Step = IteratorResult<unknown>;
const END: Step = { done: true, value: undefined };

const USED =
  'the stream that this group was made from has been read already; make the group of an array, or anew for each send';
const ASYNC =
  'a group of an async iterable can only be read while it is sent; make it of an array: group(await Array.fromAsync(stream))';

function open(iterable: Iterable<unknown> | AsyncIterable<unknown>): Iterator<unknown> | AsyncIterator<unknown> {
  return Symbol.asyncIterator in iterable ? iterable[Symbol.asyncIterator]() : iterable[Symbol.iterator]();
}

async function* each<Node>(members: Promise<readonly Node[]>): AsyncGenerator<Node> {
  yield* await members;
}
