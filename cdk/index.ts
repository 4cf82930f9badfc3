export type { ConfigureOptions } from './configure.ts';
export type { AppResources, QueueResources } from './resources.ts';
export { TaskApp } from './task-app.ts';
export type { TableOptions, TaskAppProps } from './task-app-props.ts';
export type { WorkerFunction } from './worker-function.ts';
export type { ProvisionedPollers, QueueProps, WorkerProps } from './worker-props.ts';
