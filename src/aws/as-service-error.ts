import { CeleriacError, ServiceError, TooLargeError } from '../base/errors.ts';

/**
 * Gives what a call gives; what the SDK throws becomes a `ServiceError` with it as cause, our own errors stay.
 *
 * An item that is too large for the table is a `TooLargeError`: repeating the call cannot help.
 *
 * @param what  what could not be done, e.g. `read task 42`
 */
export async function asServiceError<T>(what: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof CeleriacError) throw error;
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    if (name === 'ValidationException' && /size has exceeded|maximum allowed size/i.test(message)) {
      throw new TooLargeError(`AWS could not ${what}: ${message}`, { cause: error });
    }
    const why = message === '' ? name : message;
    throw new ServiceError(`AWS could not ${what}: ${why}`, { cause: error });
  }
}
