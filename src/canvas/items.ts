/** What a task is called for, one after the other. An array is an iterable too; named first, it makes the errors short. */
export type Items<T> = readonly T[] | Iterable<T>;

/** The items of `map`: first arguments of a task that needs no more than one. */
export type MapItems<P extends unknown[]> = P extends []
  ? 'this task has no parameter to map over'
  : P extends [_?: infer A, ...rest: infer T]
    ? [] extends T
      ? Items<A>
      : 'this task needs more than one argument: use starmap()'
    : never;
