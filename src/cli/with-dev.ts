import { QueueTools } from '../local/queue-tools.ts';
import { type DevState, findDevState } from './dev-state.ts';

/** The option by which every command finds its `celeriac dev`. */
export interface AppOption {
  /** A folder, or the module with the app. @default this folder, or one above it */
  readonly app?: string;
}

/** Does something with the queues and results of the app that `celeriac dev` runs. */
export async function withDev<T>(
  { app }: AppOption,
  use: (tools: QueueTools, state: DevState) => Promise<T>,
): Promise<T> {
  const state = findDevState(app);
  const tools = new QueueTools(state.addresses);
  try {
    return await use(tools, state);
  } finally {
    tools.close();
  }
}
