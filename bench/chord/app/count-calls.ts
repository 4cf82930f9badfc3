import { appendFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';

interface Sent {
  readonly constructor: { readonly name: string };
  readonly input: Fields;
}

interface Fields {
  readonly Key?: Key;
  readonly Item?: Key;
  readonly Entries?: readonly unknown[];
}

interface Key {
  readonly pk?: { readonly S?: string };
  readonly sk?: { readonly S?: string };
}

/** Writes each call of this process's AWS clients to a file, one a line: the command, and the key or the number of entries. */
export function countCalls(file: string): void {
  for (const client of [DynamoDBClient, SQSClient]) {
    const prototype = client.prototype as unknown as {
      send: (this: unknown, command: Sent, ...rest: unknown[]) => unknown;
    };
    const { send } = prototype;
    prototype.send = function (command, ...rest) {
      const { Key, Item, Entries } = command.input;
      const key = Key ?? Item;
      const on = key ? `${key.pk?.S}/${key.sk?.S}` : String(Entries?.length ?? 0);
      appendFileSync(file, `${command.constructor.name} ${on}\n`);
      return send.call(this, command, ...rest);
    };
  }
}
