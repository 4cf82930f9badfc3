// biome-ignore-all lint/suspicious/noExplicitAny: what is tested for is what users write, `any` and a Map of whatever included
// biome-ignore-all lint/suspicious/noConfusingVoidType: the result of a body that returns nothing
import type { Json } from '../base/json.ts';

/**
 * Names the first places of `T` that are not JSON, e.g. `"result.createdAt is a Date: use its ISO string"`; `never` if all is well.
 *
 * Looks six levels deep, so that recursive types end; what is deeper is checked when the value is sent.
 */
export type NotJson<T, At extends string, Depth extends readonly 0[] = []> =
  // the common case, and `any`
  [T] extends [Json | undefined | void]
    ? never
    : unknown extends T
      ? never
      : Depth['length'] extends 6
        ? never
        : T extends string | number | boolean | null | undefined | void
          ? never
          : [Remedy<T>] extends [never]
            ? NotJsonInside<T, At, Depth>
            : `${At} is ${Remedy<T>}`;

/** The same for a list of parameters; one without a type is named as well. */
export type NotJsonList<P> = P extends unknown[]
  ? {
      [K in keyof P]-?: [P[K]] extends [never]
        ? 'a parameter has no type: annotate it, or give an `args` schema'
        : NotJson<Exclude<P[K], undefined>, `args[${K & string}]`>;
    }[number]
  : never;

/** Anything if there is no complaint, otherwise the complaint: the compiler prints it where the value stands. */
export type Unless<Why> = [Why] extends [never] ? unknown : Why;

/** What a task's result is on the wire: nothing returned is `null`. */
export type Wire<R> =
  // `any` stays what it is
  IsAny<R> extends true
    ? any
    : unknown extends R
      ? unknown
      : [R] extends [never]
        ? never
        : Exclude<R, undefined | void> | (undefined extends R ? null : never) | (void extends R ? null : never);

export type IsAny<T> = 0 extends 1 & T ? true : false;
export type IsUnknown<T> = IsAny<T> extends true ? false : unknown extends T ? true : false;

/** The same words as `assertJson` has at run time. */
type Remedy<T> = T extends bigint
  ? 'a bigint: use a string'
  : T extends symbol
    ? 'a symbol'
    : T extends Date
      ? 'a Date: use its ISO string'
      : T extends ReadonlyMap<any, any>
        ? 'a Map: use an object or a list of pairs'
        : T extends ReadonlySet<any>
          ? 'a Set: use an array'
          : T extends ArrayBuffer | ArrayBufferView
            ? 'binary: use a base64 string'
            : T extends RegExp
              ? 'a RegExp: use its source'
              : T extends PromiseLike<any>
                ? 'a Promise: await it'
                : T extends (...args: never) => unknown
                  ? 'a function: use plain data, not a class instance'
                  : never;

type NotJsonInside<T, At extends string, Depth extends readonly 0[]> = T extends readonly unknown[]
  ? NotJsonElement<T[number], `${At}[]`, [...Depth, 0]>
  : { [K in keyof T & string]-?: NotJson<T[K], `${At}.${K}`, [...Depth, 0]> }[keyof T & string];

type NotJsonElement<E, At extends string, Depth extends readonly 0[]> =
  IsAny<E> extends true
    ? never
    : unknown extends E
      ? never
      : (undefined extends E ? `${At} may be undefined: use null` : never) | NotJson<E, At, Depth>;
