import type { Clock } from '../base/clock.ts';
import { asked, isDenied } from './aws-error.ts';
import { functionNameOf, type LambdaApi, type Mapping } from './lambda-api.ts';

/** What is to become of a queue's mappings. */
export interface SwitchOptions {
  readonly lambda: LambdaApi;
  readonly clock: Clock;
  readonly queueArn: string;
  readonly enabled: boolean;
  /** Is told what a mapping is doing, each time it is looked at. */
  readonly onState: (mapping: string, state: string, seconds: number) => void;
}

/** What has become of one. */
export interface Switched {
  /** Its function, and its id. */
  readonly mapping: string;
  /** `already`: it was so. `late`: it has been told, but is not there yet. `denied`: AWS refuses to change it. */
  readonly outcome: 'done' | 'already' | 'late' | 'denied';
  readonly state: string;
}

const LOOK_EVERY_MS = 2_000;
/** Disabling takes some ten seconds mostly, and now and then minutes. */
const LIMIT_MS = 300_000;

/**
 * Enables or disables the event source mappings of a queue, and waits until they are.
 *
 * @throws {ServiceError} AWS refuses to list or to read them
 */
export async function switchMappings(options: SwitchOptions): Promise<readonly Switched[]> {
  const { lambda, queueArn } = options;
  const mappings = await asked('lambda:ListEventSourceMappings', lambda.mappings({ queueArn }));
  return Promise.all(mappings.map((mapping) => switchOne(mapping, options)));
}

async function switchOne(before: Mapping, options: SwitchOptions): Promise<Switched> {
  const { lambda, clock, enabled, onState } = options;
  const { UUID = '', FunctionArn = '' } = before;
  const mapping = `${functionNameOf(FunctionArn)} (${UUID})`;
  const wanted = enabled ? 'Enabled' : 'Disabled';
  if (before.State === wanted) return { mapping, outcome: 'already', state: wanted };
  const startedAtMs = clock.now();
  let state = before.State ?? '';
  let isTold = false;
  for (;;) {
    const elapsedMs = clock.now() - startedAtMs;
    onState(mapping, state, Math.round(elapsedMs / 1_000));
    if (state === wanted) return { mapping, outcome: 'done', state };
    if (elapsedMs >= LIMIT_MS) return { mapping, outcome: 'late', state };
    if (!isTold && isSettled(state)) {
      const told = await tell(UUID, options);
      if (told === 'denied') return { mapping, outcome: 'denied', state };
      isTold = told;
    }
    await clock.sleep(LOOK_EVERY_MS);
    state = (await asked('lambda:GetEventSourceMapping', lambda.mapping(UUID))).State ?? '';
  }
}

/** One that is changing takes no order. */
function isSettled(state: string): boolean {
  return state === 'Enabled' || state === 'Disabled';
}

/** @returns false if it is just being changed by somebody else: it is told again later */
async function tell(uuid: string, { lambda, enabled }: SwitchOptions): Promise<boolean | 'denied'> {
  try {
    await lambda.enable(uuid, enabled);
    return true;
  } catch (error) {
    if (isDenied(error)) return 'denied';
    if (error instanceof Error && /^Resource(InUse|Conflict)Exception$/.test(error.name)) return false;
    return asked('lambda:UpdateEventSourceMapping', Promise.reject(error));
  }
}
