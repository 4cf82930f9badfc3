/** The other side is busy, or cannot be reached: trying again later helps. */
export class Unavailable extends Error {
  override name = 'Unavailable';
}

/** Of all tasks that call a service: up to eight more times, ever later. */
export const RETRIED = { autoretryFor: [Unavailable], retryBackoff: true, maxRetries: 8, timeLimit: '30s' } as const;

/** Calls one of the shop's services, which only its own network reaches. A 4xx is an error that is not worth another try. */
export async function call(path: string, init: RequestInit): Promise<unknown> {
  const answer = await fetch(setting('SERVICES_URL') + path, init).catch((cause) => {
    throw new Unavailable(`no answer of ${path}`, { cause });
  });
  if (answer.status === 429 || answer.status >= 500) throw new Unavailable(`${path} answers ${answer.status}`);
  if (!answer.ok) throw new Error(`${path} answers ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

/** Reads a variable that `cdk/stack.ts` sets. */
export function setting(name: 'SERVICES_URL' | 'UPLOADS'): string {
  const value = process.env[name];
  if (!value) throw new Error(`the environment variable ${name} is not set`);
  return value;
}
