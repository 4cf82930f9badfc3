import type { TaskScope } from '../client/scope.ts';
import type { World } from '../memory/world.ts';
import type { WorldProcess } from '../memory/world-process.ts';
import type { TaskDefinition } from '../task/definition.ts';
import type { Bodies } from './bodies.ts';
import type { Chance, Luck } from './chance.ts';
import type { BodyRule, Rules } from './read-faults.ts';

/** Makes a task's definition as one process runs it: followed while it runs, and with the faults that are named. */
export type Disturb = (definition: TaskDefinition, process: WorldProcess) => TaskDefinition;

/** Puts the faults of bodies in front of every body. */
export function disturbance(world: World, bodies: Bodies, rules: Rules, luck: Luck): Disturb {
  const faults = rules.bodies.map((rule) => ({ ...rule, happens: luck.chanceOf(rule.often) }));
  return (definition, process) => {
    const { name, policy, schema, body } = definition;
    const followed = <T>(work: (scope: TaskScope) => Promise<T>): Promise<T> =>
      bodies.run(
        { task: name, process, limited: policy.timeLimitMs !== undefined || policy.softTimeLimitMs !== undefined },
        work,
      );
    return {
      ...definition,
      schema: schema && {
        '~standard': {
          ...schema['~standard'],
          validate: (value) => followed(async () => schema['~standard'].validate(value)),
        },
      },
      body: (...args: never[]) =>
        followed(async (scope) => {
          await bodyFaults(
            faults.filter((fault) => fault.task === name),
            scope,
            () => world.crash(process),
          );
          failing(rules, name, scope);
          return body(...args);
        }),
    };
  };
}

async function bodyFaults(
  faults: readonly (BodyRule & { readonly happens: Chance })[],
  { ports }: TaskScope,
  crash: () => void,
): Promise<void> {
  for (const { what, happens } of faults) {
    if (!happens()) continue;
    if (what.kind === 'slow') {
      await ports.clock.sleep(what.byMs);
    } else {
      crash();
      await new Promise<never>(() => {}); // nothing goes on in a process that died
    }
  }
}

function failing({ fail }: Rules, task: string, { message, attempt }: TaskScope): void {
  const failing = fail.get(task);
  if (!failing || message.round > 0 || attempt >= failing.attempts) return;
  if (failing.when && !failing.when(...message.args)) return;
  throw typeof failing.error === 'function' ? failing.error() : failing.error;
}
