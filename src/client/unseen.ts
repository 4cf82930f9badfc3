/**
 * Keeps a send in `unseen` while it is under way, and after it has failed until somebody looks at it.
 *
 * A task may begin a send and not await it. The worker awaits what is in the set when the body has returned: there it finds
 * the failures that nobody handled, which would otherwise end the whole process as unhandled rejections. A failure that
 * somebody handles does not count.
 */
export function untilSeen<T>(sending: Promise<T>, unseen: Set<Promise<unknown>>): Promise<T> {
  const watched = new WatchedPromise<T>((resolve, reject) => void sending.then(resolve, reject));
  const unhandled = sending.then(
    () => void unseen.delete(unhandled),
    (error: unknown) => {
      if (!watched.seen) throw error;
      unseen.delete(unhandled);
    },
  );
  unseen.add(unhandled);
  watched.onSeen = () => void unhandled.catch(() => unseen.delete(unhandled));
  quiet(unhandled);
  quiet(watched);
  return watched;
}

/** Handled as far as the process is concerned: the set tells the worker. */
function quiet(promise: Promise<unknown>): void {
  Promise.prototype.then.call(promise, undefined, () => {});
}

/** Tells when somebody awaits it or attaches a handler. A subclass, since `await` does not call `then` of a plain promise. */
class WatchedPromise<T> extends Promise<T> {
  /** What `then` gives is a plain promise again. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  seen = false;
  onSeen: () => void = () => {};

  // biome-ignore lint/suspicious/noThenProperty: it is a promise
  override then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.seen = true;
    this.onSeen();
    return super.then(onFulfilled, onRejected);
  }
}
