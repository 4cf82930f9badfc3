/** What the tasks' environment is made of. */
export interface VariableParts {
  /** What the caller's own environment holds. */
  readonly inherited: NodeJS.ProcessEnv;
  /** Where everything is. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Set by the caller for the tasks. */
  readonly extra: Readonly<Record<string, string>>;
  readonly functionName: string;
  /** Lets the caller's AWS settings through: calls of the tasks to other services go where those say. */
  readonly allowAws: boolean;
}

/**
 * All variables of a function's processes: the caller's own, so that a task finds its database, but nothing by which it could
 * reach AWS; then what Lambda sets.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export function functionVariables(parts: VariableParts): Record<string, string> {
  const { inherited, addresses, extra, functionName, allowAws } = parts;
  const kept = Object.entries(inherited).filter(([name]) => !OURS.test(name) && (allowAws || !name.startsWith('AWS_')));
  const ownKeys = allowAws && (inherited.AWS_ACCESS_KEY_ID || inherited.AWS_PROFILE) ? KEYS : [];
  // as a role of its own: a server can tell whose call it is
  const signed = 'AWS_ACCESS_KEY_ID' in addresses ? { ...addresses, AWS_ACCESS_KEY_ID: functionName } : addresses;
  const places = Object.entries(signed).filter(([name]) => !ownKeys.includes(name));
  return {
    ...(Object.fromEntries(kept) as Record<string, string>),
    TZ: 'UTC',
    ...Object.fromEntries(places),
    AWS_LAMBDA_FUNCTION_NAME: functionName,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
    ...extra,
  };
}

const OURS = /^(CELERIAC_|NODE_CHANNEL_|NODE_OPTIONS$)/;
const KEYS: readonly string[] = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];
