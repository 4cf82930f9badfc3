export type { AppResources, QueueResources } from './resources.ts';
