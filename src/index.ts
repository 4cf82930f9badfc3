export { type App, createApp } from './app.ts';
export type { Duration } from './base/durations.ts';
export * from './base/errors.ts';
export type { Json, JsonObject } from './base/json.ts';
export type { TaskState } from './base/states.ts';
export type { TaskError } from './base/stored-error.ts';
export { signatureFrom } from './canvas/bound-signature.ts';
export type { CallOptions } from './canvas/call-options.ts';
export { chain } from './canvas/chain.ts';
export { type ChordOptions, type ChordPolicy, chord, type Settled } from './canvas/chord.ts';
export type { DescribeOptions } from './canvas/describe.ts';
export { group } from './canvas/group.ts';
export type {
  AsyncResult,
  GetOptions,
  GroupGetOptions,
  GroupResult,
  MemberReport,
  TaskStatus,
} from './canvas/handle.ts';
export type { Members } from './canvas/members.ts';
// `*`: declaration merging of `Register` reaches only a name that is exported by it
export * from './canvas/register.ts';
export type {
  AnySignature,
  Errback,
  GroupSignature,
  ImmutableSignature,
  MissingOf,
  ResultOf,
  Signature,
  TaskFailure,
} from './canvas/signature.ts';
export type { SignatureJson } from './canvas/signature-json.ts';
export { type AppConfig, defineConfig, type Route, type Router, type Routes } from './task/app-config.ts';
export type { QueueOptions } from './task/app-core.ts';
export type { Logger, RetryOptions, TaskContext, TaskRequest } from './task/context.ts';
export type { ErrorClass, RetryOn } from './task/policy.ts';
export type { Remote } from './task/remote.ts';
export { sharedTask } from './task/shared-task.ts';
export type { SchemaAnswer, SchemaIssue, StandardSchema } from './task/standard-schema.ts';
export type { AnyTask, Task, TaskRef } from './task/task.ts';
export type { TaskOptions } from './task/task-options.ts';
