import { CeleriacError, ConfigurationError, ServiceError } from '../base/errors.ts';

const DENIED = /^AccessDenied|NotAuthorized|^UnauthorizedOperation$|^AuthorizationError/;
const WRONG_CREDENTIALS =
  /^(ExpiredToken|InvalidClientTokenId|InvalidAccessKeyId|UnrecognizedClient|SignatureDoesNotMatch|InvalidSignature|IncompleteSignature|MissingAuthenticationToken)/;
const NO_CREDENTIALS = /^(CredentialsProviderError|TokenProviderError)$/;
const UNREACHABLE = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNRESET|EHOSTUNREACH|TimeoutError)$/;

/** Was a call refused for want of a permission? */
export function isDenied(error: unknown): boolean {
  return DENIED.test(nameOf(error));
}

/** Is there nothing of that name? */
export function isMissing(error: unknown): boolean {
  return /NonExistentQueue$|^QueueDoesNotExist$|^ResourceNotFound/.test(nameOf(error));
}

/** Can no call succeed, whatever it is: no credentials, no region, nobody who answers? */
export function isHopeless(error: unknown): boolean {
  return explainedAlways(error) !== undefined;
}

/**
 * What the SDK throws, in words of an operator: what AWS refuses, and what to do. Our own errors stay.
 *
 * @param action  which was asked for, as IAM calls it; the error's own text says it as well where it is refused
 */
export function explained(error: unknown, action?: string): unknown {
  if (error instanceof ServiceError) return explainedAlways(error.cause) ?? error;
  if (error instanceof CeleriacError) return error;
  const always = explainedAlways(error);
  if (always) return always;
  const of = action === undefined ? 'a call' : action;
  if (isDenied(error)) {
    return new ServiceError(`AWS refuses ${of}: ${textOf(error)}; allow it to the role or user that operates the app`, {
      cause: error,
    });
  }
  const isOfAws = error instanceof Error && '$metadata' in error;
  return isOfAws
    ? new ServiceError(`AWS did not carry out ${of}: ${nameOf(error)}: ${textOf(error)}`, { cause: error })
    : error;
}

/** Gives what a call of AWS gives, or throws its error as `explained` has it. */
export async function asked<T>(action: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw explained(error, action);
  }
}

function explainedAlways(error: unknown): CeleriacError | undefined {
  const [name, text] = [nameOf(error), textOf(error)];
  if (NO_CREDENTIALS.test(name) || /Could not load credentials/.test(text)) {
    return new ConfigurationError(`no credentials for AWS (${text}); set AWS_PROFILE, or log in: aws sso login`, {
      cause: error,
    });
  }
  if (/Region is missing|Region not accepted/.test(text)) {
    const what = `no region of AWS (${text})`;
    return new ConfigurationError(`${what}; set AWS_REGION, or AWS_PROFILE to a profile that has one`, {
      cause: error,
    });
  }
  if (WRONG_CREDENTIALS.test(name)) {
    return new ConfigurationError(
      `AWS does not take the credentials: ${name}: ${text}; renew them, or set AWS_PROFILE`,
      {
        cause: error,
      },
    );
  }
  const code = codeOf(error);
  if (!UNREACHABLE.test(code)) return undefined;
  const what = text === '' ? code : text; // of several addresses that were tried, Node tells only the code
  return new ServiceError(
    `AWS does not answer: ${what}; is the network there, and AWS_ENDPOINT_URL right if it is set?`,
    {
      cause: error,
    },
  );
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
