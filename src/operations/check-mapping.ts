import type { ExpectedQueue } from './expected.ts';
import type { Fact } from './facts.ts';
import { DEPLOY, type Finding, ifSeen, right, warning, wrong } from './finding.ts';
import { functionNameOf, type Mapping } from './lambda-api.ts';

const PARTIAL = 'ReportBatchItemFailures';

/** What a mapping is checked against. */
export interface MappingExpectation {
  /** How findings call it: `mapping`, or `lost mapping`. */
  readonly what: string;
  /** Since when its queue is paused, in milliseconds since 1970. */
  readonly pausedAtMs?: number | undefined;
  readonly queue?: ExpectedQueue;
  /** The command that resumes its queue. */
  readonly resume?: string;
}

/** Is there one mapping, does it work or is it paused, and is it as it was declared? */
export function checkMappings(
  mappings: Fact<readonly Mapping[]> | undefined,
  expectation: MappingExpectation,
): readonly Finding[] {
  const { what } = expectation;
  if (!mappings) return [];
  return ifSeen(what, mappings, (found) => {
    const [mapping, ...others] = found;
    if (!mapping) return [wrong(`no event source mapping: nobody receives its messages`, 'deploy the stack')];
    return [
      ...checkState(mapping, expectation),
      ...checkAnswers(what, mapping),
      ...(expectation.queue ? checkScaling(mapping, expectation.queue) : []),
      ...others.map((other) =>
        warning(
          `a second event source mapping, to ${functionNameOf(other.FunctionArn ?? '')}, takes a part of its messages`,
          'delete it, unless that function is a worker of this app',
        ),
      ),
    ];
  });
}

function checkState(mapping: Mapping, { what, pausedAtMs, resume = '' }: MappingExpectation): readonly Finding[] {
  const { State = '', LastProcessingResult: last = '' } = mapping;
  const troubles = /^PROBLEM/i.test(last)
    ? [warning(`${what} says: ${last}`, 'look at the permissions of the function, and its log')]
    : [];
  const since = pausedAtMs === undefined ? undefined : new Date(pausedAtMs).toISOString().slice(0, 19);
  if (State === 'Enabled' && since !== undefined) {
    return [
      warning(
        `paused since ${since}Z, but its mapping is enabled: workers give back what they receive`,
        `celeriac pause once more disables it; ${resume} ends the pause`,
      ),
      ...troubles,
    ];
  }
  if (State === 'Enabled') return [right(`${what} enabled`), ...troubles];
  if (State === 'Disabled' && since !== undefined) return [right(`paused since ${since}Z`)];
  if (State === 'Disabled') {
    return [wrong(`${what} is disabled, and nobody has paused the queue: nothing is received`, resume || DEPLOY)];
  }
  const why = mapping.StateTransitionReason ? ` (${mapping.StateTransitionReason})` : '';
  return [warning(`${what} is ${State}${why}`, 'look again in a minute'), ...troubles];
}

function checkAnswers(what: string, { FunctionResponseTypes = [] }: Mapping): readonly Finding[] {
  if (FunctionResponseTypes.includes(PARTIAL)) return [right('partial batch failures reported')];
  return [
    wrong(
      `${what} does not have ${PARTIAL}: Lambda deletes what failed instead of giving it back`,
      `${DEPLOY} (FunctionResponseTypes)`,
    ),
  ];
}

/** The stack may override what the code says, and the code does not know. */
function checkScaling(mapping: Mapping, { batchSize, maxConcurrency }: ExpectedQueue): readonly Finding[] {
  const { BatchSize = 0, ScalingConfig, ProvisionedPollerConfig: pollers } = mapping;
  const concurrency = ScalingConfig?.MaximumConcurrency;
  const todo = 'fine if the stack sets it so; else deploy it again';
  const batches =
    batchSize !== undefined && batchSize !== BatchSize
      ? warning(`batches of ${BatchSize}, the code says ${batchSize}`, todo)
      : right(`batches of ${BatchSize}`);
  if (pollers) return [batches, right(`${pollers.MinimumPollers} to ${pollers.MaximumPollers} pollers`)];
  const got = concurrency === undefined ? 'as many at a time as the account has' : `${concurrency} at a time`;
  if (maxConcurrency !== undefined && maxConcurrency !== concurrency) {
    return [batches, warning(`${got}, the code says ${maxConcurrency}`, todo)];
  }
  const unbounded = 'without a limit one full queue takes the whole concurrency of the account: set maxConcurrency';
  return [batches, concurrency === undefined ? warning(got, unbounded) : right(got)];
}
