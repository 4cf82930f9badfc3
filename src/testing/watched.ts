import type { Ports } from '../ports/ports.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { AppCore } from '../task/app-core.ts';
import type { TaskDefinition } from '../task/definition.ts';
import type { Bodies } from './bodies.ts';

/** The ports of a worker, of which each call counts as one of the body that makes it. */
export function watchedPorts(ports: Ports, bodies: Bodies, telemetry: Telemetry): Ports {
  const watched = <P extends object>(port: P): P =>
    replaced(port, (member) =>
      typeof member === 'function' ? (...args: unknown[]) => bodies.call(member(...args)) : member,
    );
  const { backend, barrier, payloads, clock } = ports;
  return {
    ...ports, // a body reaches the broker through its outbox only: a send counts by itself
    backend: watched(backend),
    barrier: watched(barrier),
    payloads: watched(payloads),
    clock: { ...clock, sleep: (delayMs, signal) => bodies.call(clock.sleep(delayMs, signal)) },
    telemetry,
  };
}

/** The app with its tasks as `change` makes them, and everything else as it is. */
export function watchedCore(core: AppCore, change: (definition: TaskDefinition) => TaskDefinition): AppCore {
  const registry = replaced(core.registry, (member, name) =>
    name === 'get' ? (task: string) => changed(core.registry.get(task), change) : member,
  );
  return replaced(core, (member, name) => (name === 'registry' ? registry : member));
}

function changed<T>(value: T | undefined, change: (value: T) => T): T | undefined {
  return value === undefined ? undefined : change(value);
}

// biome-ignore lint/suspicious/noExplicitAny: a member of any object
type Replace = (member: any, name: string | symbol) => unknown;

/** An object seen through `replace`; its methods run on the object itself. */
function replaced<T extends object>(target: T, replace: Replace): T {
  return new Proxy(target, {
    get(_, name) {
      const member = Reflect.get(target, name, target);
      return replace(typeof member === 'function' ? member.bind(target) : member, name);
    },
  });
}
