/**
 * A read-only array that makes an element when it is asked for, each time anew: a hundred thousand cost nothing as long as
 * nobody looks.
 *
 * @param lengthOf  asked at each look; what it throws, the look throws
 */
export function lazyList<T>(lengthOf: () => number, make: (index: number) => T): readonly T[] {
  const indexOf = (key: string | symbol): number | undefined => {
    if (typeof key !== 'string' || !/^(?:0|[1-9]\d*)$/.test(key)) return undefined;
    return Number(key) < lengthOf() ? Number(key) : undefined;
  };
  const refuse = () => false;
  return new Proxy<T[]>([], {
    get: (target, key) => {
      const index = indexOf(key);
      if (index !== undefined) return make(index);
      return key === 'length' ? lengthOf() : Reflect.get(target, key);
    },
    has: (target, key) => indexOf(key) !== undefined || Reflect.has(target, key),
    ownKeys: () => [...Array(lengthOf()).keys()].map(String).concat('length'),
    getOwnPropertyDescriptor: (target, key) => {
      const index = indexOf(key);
      if (index !== undefined) return { value: make(index), enumerable: true, configurable: true, writable: false };
      const own = Reflect.getOwnPropertyDescriptor(target, key);
      return own && key === 'length' ? { ...own, value: lengthOf() } : own;
    },
    set: refuse,
    defineProperty: refuse,
    deleteProperty: refuse,
    setPrototypeOf: refuse,
  });
}
