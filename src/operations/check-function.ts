import { ENV } from '../env.ts';
import type { ExpectedQueue } from './expected.ts';
import type { Fact, FunctionFacts } from './facts.ts';
import { DEPLOY, type Finding, ifSeen, right, warning, wrong } from './finding.ts';
import type { Place } from './place.ts';

/** What a function is checked against. */
export interface FunctionExpectation {
  /** How findings call it: `worker`, or `lost function`. */
  readonly what: string;
  readonly prefix: string;
  /** Where the app is, as one of its functions says. */
  readonly place: Place | undefined;
  readonly longestTask?: ExpectedQueue['longestTask'];
}

/** Can a function be invoked, does it find the app's queues and table, and may its tasks send tasks? */
export function checkFunction(
  one: Fact<FunctionFacts | undefined>,
  expectation: FunctionExpectation,
): readonly Finding[] {
  const { what, longestTask } = expectation;
  return ifSeen(what, one, (found) => {
    if (!found) return []; // a mapping that is missing has said so
    return [
      found.trouble === undefined
        ? right(`${what} ${found.name}, ${found.timeoutSeconds} s`)
        : wrong(
            `${what} ${found.name} cannot be invoked: ${found.trouble}`,
            'look at the function in the console; deploy it again',
          ),
      ...checkVariables(found, expectation),
      ...checkLoops(what, found),
      ...(longestTask && longestTask.timeLimitSeconds > found.timeoutSeconds
        ? [
            wrong(
              `${what} is ended after ${found.timeoutSeconds} s, but "${longestTask.name}" may take ${longestTask.timeLimitSeconds} s`,
              'deploy the stack again, or shorten the time limit of the task',
            ),
          ]
        : []),
    ];
  });
}

function checkVariables(
  { variables }: FunctionFacts,
  { what, prefix, place }: FunctionExpectation,
): readonly Finding[] {
  const got = (name: string) => variables[name] || 'nothing';
  const queues = got(ENV.queuePrefix);
  const wrongs = [
    ...(queues.endsWith(`/${prefix}-`) ? [] : [`${ENV.queuePrefix} is ${queues}, expected …/${prefix}-`]),
    ...(place && got(ENV.table) !== place.table
      ? [`${ENV.table} is ${got(ENV.table)}, but ${place.table} in another function of the app`]
      : []),
  ];
  return wrongs.length === 0 ? [right('variables')] : wrongs.map((text) => wrong(`${what}: ${text}`, DEPLOY));
}

/** Lambda ends a chain of tasks that send tasks after sixteen, unless it is told that this is meant. */
function checkLoops(what: string, { recursiveLoop }: FunctionFacts): readonly Finding[] {
  return ifSeen(`loop detection of the ${what}`, recursiveLoop, (mode) => {
    if (mode === 'Allow') return [right('may send on')];
    const text = `Lambda's loop detection of the ${what} is ${mode || 'not set'}, expected Allow: chains of more than 16 tasks are cut off`;
    return [wrong(text, `${DEPLOY} (RecursiveLoop)`)];
  });
}

/** A worker that nobody told to look at its mapping. */
export function checkMappingCheck(one: Fact<FunctionFacts | undefined>): readonly Finding[] {
  if (!('seen' in one && one.seen) || one.seen.variables[ENV.checkMapping] === '1') return [];
  return [
    warning(`worker does not look at its mapping itself (${ENV.checkMapping} is not 1)`, 'deploy the stack again'),
  ];
}
