/** The queue to which SQS gives what was received too often; read by the lost function. */
export function lostQueueOf(queue: string): string {
  return `${queue}-lost`;
}

/** The queue of the dead letters, for people. */
export function deadLetterQueueOf(queue: string): string {
  return `${queue}-dlq`;
}

/** The work queue that a lost or dead-letter queue belongs to; the name itself otherwise. */
export function workQueueOf(queue: string): string {
  return queue.replace(/-(lost|dlq)$/, '');
}
