import type { App } from './app.ts';
import { coreOf } from './task/core-of.ts';
import type { TestOptions } from './testing/options.ts';
import { type TestApp, testApp } from './testing/test-app.ts';

export type { LogLine, TaskEvent } from './ports/telemetry.ts';
export type { Call, Crash, Failing, Faults, Often, OneOrMore, Slow } from './testing/faults.ts';
export type { DeadLetter, Lying, Sent } from './testing/messages.ts';
export type { TestOptions } from './testing/options.ts';

export type { TaskOrName, TestApp } from './testing/test-app.ts';
export { TestError } from './testing/test-error.ts';
export type { At } from './testing/told.ts';

/**
 * Runs an app in a test: its real client, codec and worker, on queues and a table in memory, in virtual time. Nothing is started,
 * and nothing is read from the environment.
 *
 * The app is connected to a new world until `close()`, or the end of a `using` block; another test app of the same app closes this
 * one first. Import the modules with its tasks before.
 *
 * @see docs/testing.md
 * @throws {ConfigurationError} lists everything in the options that cannot work, such as faults of tasks that the app does not have
 */
export function createTestApp<Queue extends string>(app: App<Queue>, options: TestOptions = {}): TestApp<Queue> {
  return testApp(coreOf(app), options) as TestApp<Queue>;
}
