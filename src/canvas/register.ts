/**
 * Where an application says once which app is its own, so that every `queue` is checked everywhere:
 * `declare module 'celeriac' { interface Register { app: typeof app } }`.
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging
export interface Register {}

/** The queues of the registered app; any string where no app is registered. */
export type QueueName = Register extends { readonly app: { readonly '~queue': infer Q extends string } } ? Q : string;
