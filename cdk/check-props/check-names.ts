import { globTest } from '../../src/base/globs.ts';
import { SQS_MAX_QUEUE_NAME } from '../../src/base/limits.ts';
import { wrong } from '../../src/base/option-readers.ts';
import type { Problems } from '../../src/base/problems.ts';
import { lostQueueOf } from '../../src/ports/queue-names.ts';
import { type Check, notToken } from './checked.ts';

const NAME = /^[A-Za-z0-9_-]+$/;

/** The prefix, and what it makes of the names of the queues. */
export const checkPrefix: Check = ({ plan: { prefix, queues } }, problems) => {
  if (!notToken('prefix', prefix, problems)) return;
  if (typeof prefix !== 'string' || !NAME.test(prefix) || prefix.endsWith('-')) {
    problems.add(wrong('prefix', 'letters, digits, - and _, without a - at its end', prefix).message);
    return;
  }
  for (const { name } of queues) {
    const longest = lostQueueOf(`${prefix}-${name}`);
    const over = longest.length - SQS_MAX_QUEUE_NAME;
    if (over <= 0) continue;
    problems.add(
      `the name "${longest}" has ${longest.length} characters, and SQS allows ${SQS_MAX_QUEUE_NAME}; take ${over} off \`prefix\` or off the queue`,
    );
  }
};

/** Queues that the stack names have to be there. */
export const checkQueueNames: Check = ({ plan, props, manifest }, problems) => {
  const known = plan.queues.map(({ name }) => name);
  for (const name of Object.keys(props.queues ?? {})) {
    if (known.includes(name)) continue;
    problems.add(
      `\`queues\` names "${name}", which the app does not declare; it declares ${listed(known)}: add it to the app's \`queues\`, or list it in \`retired\` if the app has given it up`,
    );
  }
  checkRetired(
    props.retired,
    manifest.queues.map(([name]) => name),
    problems,
  );
};

function checkRetired(retired: unknown = [], declared: readonly string[], problems: Problems): void {
  if (!Array.isArray(retired)) {
    problems.add(wrong('retired', 'a list of queues', retired).message);
    return;
  }
  for (const name of retired) {
    if (!notToken('retired', name, problems)) continue;
    if (typeof name !== 'string' || !NAME.test(name)) {
      problems.add(wrong('retired', 'names of 1 to 40 letters, digits, - or _', name).message);
    } else if (declared.includes(name)) {
      problems.add(
        `\`retired\` names queue "${name}", which the app still declares: what is retired is deleted in the end; take it out of the app's \`queues\` first, or off this list`,
      );
    }
  }
}

/** Tasks that the stack names for a queue have to be there. */
export const checkTaskGlobs: Check = ({ manifest, props }, problems) => {
  for (const [name, own] of Object.entries(props.queues ?? {})) {
    const globs: unknown = own?.tasks ?? [];
    if (!Array.isArray(globs) || globs.some((glob) => typeof glob !== 'string' || glob === '')) {
      problems.add(wrong(`queues.${name}.tasks`, 'a list of names or globs of tasks', globs).message);
      continue;
    }
    for (const glob of globs) {
      if (manifest.tasks.map((task) => task.name).some(globTest(String(glob)))) continue;
      problems.add(
        `\`queues.${name}.tasks\` has "${glob}", which fits no task; there are ${listed(manifest.tasks.map((task) => task.name))}`,
      );
    }
  }
};

function listed(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}
