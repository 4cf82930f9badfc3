import { InvalidArgumentsError } from '../base/errors.ts';
import type { SchemaIssue, StandardSchema } from './standard-schema.ts';

/**
 * Checks arguments by the task's schema and gives what it makes of them; without a schema, the arguments as they are.
 *
 * @throws {InvalidArgumentsError} names every place that does not fit, e.g. `args[0].amount`
 */
export async function parseArguments(
  task: string,
  schema: StandardSchema | undefined,
  args: readonly unknown[],
): Promise<readonly unknown[]> {
  if (!schema) return args;
  const answer = await schema['~standard'].validate(args);
  if ('issues' in answer && answer.issues) throw unfit(task, answer.issues.map(issueText).join('; '));
  if ('value' in answer && Array.isArray(answer.value)) return answer.value;
  throw unfit(task, 'the schema gives no list; use the schema of a tuple, e.g. z.tuple([z.int()])');
}

function issueText({ path = [], message }: SchemaIssue): string {
  const steps = path.map((step) => (typeof step === 'object' ? step.key : step));
  const at = steps.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return `args${at}: ${message}`;
}

function unfit(task: string, why: string): InvalidArgumentsError {
  return new InvalidArgumentsError(`the arguments do not fit task "${task}": ${why}`);
}
