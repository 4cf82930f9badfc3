import type { DropLast, MinLength } from '../canvas/bind.ts';
import type { TaskContext } from './context.ts';
import type { IsAny, IsUnknown, NotJson, NotJsonList, Unless, Wire } from './not-json.ts';
import type { StandardSchema } from './standard-schema.ts';
import type { Task } from './task.ts';
import type { TaskOptions } from './task-options.ts';

/**
 * Defines a task: its name on the wire, its options, its body.
 *
 * With an `args` schema, callers give what it takes and the body gets what it makes of it; without one the body's own
 * parameters rule. `bind: true` passes the context first.
 *
 * @throws {InvalidOptionError} lists every option that does not exist or has a wrong value
 * @throws {NotBuiltError} an option has no effect yet
 * @throws {DuplicateTaskError} the app has a task of that name
 * @throws {UnknownQueueError} the app declares no such queue
 */
export type DefineTask<Q extends string> = <
  Name extends string,
  F,
  S extends AnySchema | undefined = undefined,
  B extends boolean = false,
>(
  name: Name,
  options: TaskOptions<Q> & { readonly args?: FitSchema<S>; readonly bind?: B },
  // the whole function, unconstrained and intersected with what types its parameters: each mistake is then one error
  fn: F & ((...args: BodyParameters<S, B>) => unknown) & FitBody<S, B, F>,
) => Task<Name, TaskArgs<S, B, F>, TaskResult<F>, Q>;

// biome-ignore lint/suspicious/noExplicitAny: a schema is invariant in practice; only its two types are read
type AnySchema = StandardSchema<any, any>;
type InputOf<S> = S extends { readonly '~standard': { readonly types?: { readonly input: infer I } | undefined } }
  ? I
  : never;
type OutputOf<S> = S extends { readonly '~standard': { readonly types?: { readonly output: infer O } | undefined } }
  ? O
  : never;

type ParametersOf<F> = F extends (...args: infer P) => unknown ? P : never;
type ReturnOf<F> = F extends (...args: never) => infer R ? R : never;
type WithoutSelf<P, B> = B extends true ? (P extends [unknown?, ...infer T] ? T : never) : P;

/**
 * Gives the body's parameters their types. Without a schema the function's own annotations rule: then only `self` is given,
 * and `never` makes what is not annotated visible to `FitBody`.
 */
type BodyParameters<S, B> = B extends true ? [self: TaskContext<SchemaArgs<S>>, ...OwnParameters<S>] : OwnParameters<S>;
type SchemaArgs<S> = S extends AnySchema
  ? InputOf<S> extends infer I extends readonly unknown[]
    ? I
    : readonly unknown[]
  : readonly unknown[];
type OwnParameters<S> = S extends AnySchema
  ? OutputOf<S> extends infer O extends readonly unknown[]
    ? [...O]
    : never[]
  : never[];

type TaskArgs<S, B, F> = S extends AnySchema
  ? InputOf<S> extends infer I extends readonly unknown[]
    ? Labelled<NoUndefined<[...I]>, WithoutSelf<ParametersOf<F>, B>>
    : never
  : WithoutSelf<ParametersOf<F>, B> extends infer P extends unknown[]
    ? NoUndefined<P>
    : never;
type TaskResult<F> = Wire<Awaited<ReturnOf<F>>>;

/** An optional parameter may be left out; `undefined` itself cannot travel. */
type NoUndefined<P extends unknown[]> = { [K in keyof P]: Exclude<P[K], undefined> };

/** The schema's types under the body's parameter names, so that callers see `userId`, not `args_0`. */
type Labelled<T extends unknown[], P> = P extends unknown[]
  ? number extends T['length']
    ? T
    : Required<P>['length'] extends Required<T>['length']
      ? OptionalFrom<SkipFirst<Relabel<Required<P>, Required<T>>, MinLength<T>>, Relabel<Required<P>, Required<T>>>
      : T
  : T;
type Relabel<Labels extends unknown[], T extends unknown[]> = {
  [K in keyof Labels]: K extends keyof T ? T[K] : never;
};
type OptionalFrom<Tail extends unknown[], P extends unknown[]> = [...DropLast<P, Tail>, ...Partial<Tail>];
type SkipFirst<P extends unknown[], N extends number, Skipped extends 0[] = []> = Skipped['length'] extends N
  ? P
  : P extends [unknown, ...infer T]
    ? SkipFirst<T, N, [...Skipped, 0]>
    : P;

// `Fit…` is the value's own type if it is well, and otherwise a text that says what is wrong: the compiler prints it.
type FitSchema<S> = S extends AnySchema
  ? InputOf<S> extends infer I
    ? IsAny<I> extends true
      ? S
      : I extends readonly unknown[]
        ? [NotJsonList<[...I]>] extends [never]
          ? S
          : NotJsonList<[...I]>
        : 'args must be the schema of a tuple, e.g. z.tuple([z.int()])'
    : S
  : S;
/** Intersected, not chosen by a condition: a function literal must find its parameter types also while something else is wrong. */
type FitBody<S, B, F> =
  IsUnknown<F> extends true
    ? unknown
    : F extends (...args: never) => unknown
      ? Unless<
          | (S extends AnySchema ? never : NotJsonList<WithoutSelf<ParametersOf<F>, B>>)
          | NotJson<Awaited<ReturnOf<F>>, 'result'>
        >
      : unknown;
