import type { TaskRef } from './task.ts';

/** Callers' view of tasks whose code is elsewhere, by their wire names. */
export type Remote<Tasks> = <N extends keyof ByName<Tasks> & string>(name: N) => AsRef<ByName<Tasks>[N]>;

/** The tasks of a module, by wire name. */
type ByName<Tasks> = {
  [K in keyof Tasks as Tasks[K] extends { readonly name: infer N extends string; readonly s: unknown }
    ? N
    : never]: Tasks[K];
};
type AsRef<T> = T extends TaskRef<infer N, infer P, infer R, infer Q> ? TaskRef<N, P, R, Q> : never;
