import { app } from './app.ts';

/** Only the types of the tasks: none of their code comes along. */
const tasks = app.remote<typeof import('./tasks.ts')>();

/** What an HTTP API, or a function URL, gives to a function; as far as it is used here. */
interface Request {
  readonly rawPath: string;
  readonly body?: string;
}

/** `POST /orders` begins an order and answers with an id; `GET /orders/<id>` tells how far it is. */
export async function handler({ rawPath, body }: Request): Promise<object> {
  const [, id] = /^\/orders\/([\w-]+)$/.exec(rawPath) ?? [];
  if (id !== undefined) {
    const { state } = await app.asyncResult(id).read();
    return { id, state };
  }
  const { order, cents } = JSON.parse(body ?? '{}') as { readonly order: string; readonly cents: number };
  const handle = await tasks('orders.place').delay(order, cents);
  return { statusCode: 202, body: JSON.stringify({ id: handle.id }) };
}
