import { QueueTools } from '../operations/queue-tools.ts';
import { AT_ONCE } from '../operations/receive-all.ts';
import type { Addresses } from './addresses.ts';
import { localDynamo, localSqs } from './local-clients.ts';

/** The tools for an app that runs on this machine, also from another process. */
export function localTools(addresses: Addresses): QueueTools {
  const { queuePrefix, table } = addresses;
  return new QueueTools({
    place: { queuePrefix, table },
    sqs: localSqs(addresses),
    dynamo: localDynamo(addresses),
    patience: AT_ONCE,
  });
}
