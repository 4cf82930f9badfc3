/** One deliberate bug: a replacement in one file of `src`, and what goes wrong with it. */
export interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** The deliberate bugs that concern single tasks; each has to turn a test red. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'effects before the store',
    file: 'worker/settle.ts',
    find: '  const answer = await store(outcome, delivery, ran, invocation);\n',
    replace: `  if (outcome.kind === 'failure') {
    const failed = { queue: delivery.queue, state: 'FAILURE', cause: delivery.message.id, ...outcome } as unknown as TaskItem;
    await carryOut(failed, delivery, invocation);
  }
  const answer = await store(outcome, delivery, ran, invocation);
`,
  },
  {
    name: 'acknowledge before the effects',
    file: 'worker/settle.ts',
    find: '  for (const effect of effects(',
    replace: `  await invocation.worker.ports.broker.delete(delivery.queue, [delivery.receiptHandle]);
  for (const effect of effects(`,
  },
  {
    name: 'the owner is the SQS message id',
    file: 'worker/delivery.ts',
    find: 'message: decode(record.body, record.messageId),',
    replace: 'message: { ...decode(record.body, record.messageId), copy: record.messageId },',
  },
  {
    name: 'RETRY without the lease',
    file: 'protocol/retry.ts',
    find: `  if (by.token !== undefined ? seen.lease?.token !== by.token : heldByAnother(seen, undefined, by.nowMs)) return 'held';
  if (seen.attempt >= attempt) return 'attempt';`,
    replace: `  if (seen.attempt >= attempt) return 'attempt';`,
  },
  {
    name: 'a late RETRY overwrites a later attempt',
    file: 'protocol/retry.ts',
    find: `  if (seen.attempt >= attempt) return 'attempt';`,
    replace: '',
  },
  {
    name: 'no lost queue',
    file: 'memory/store.ts',
    find: '{ to: lost, maxReceiveCount: MAX_RECEIVE_COUNT }',
    replace: '{ to: dead, maxReceiveCount: MAX_RECEIVE_COUNT }',
  },
  {
    name: 'delete before running',
    file: 'worker/life.ts',
    find: '  const retries = retriesOf(delivery.message, claimed?.item);\n',
    replace: `  await invocation.worker.ports.broker.delete(delivery.queue, [delivery.receiptHandle]);
  const retries = retriesOf(delivery.message, claimed?.item);
`,
  },
  {
    name: 'revocation before the stored outcome',
    file: 'worker/life.ts',
    find: `    case 'end':
      return unrun(admission.why`,
    replace: `    case 'end':
      if (admission.why === 'revoked') return { kind: 'acknowledge' };
      return unrun(admission.why`,
  },
  {
    name: 'redelivery without claim',
    file: 'protocol/guard.ts',
    find: 'return receiveCount <= 1 && ',
    replace: 'return receiveCount >= 0 && ',
  },
  {
    name: 'starts never counted',
    file: 'protocol/claim.ts',
    find: 'starts: before.starts + 1,',
    replace: 'starts: before.starts,',
  },
  {
    name: 'a claim ignores the lease',
    file: 'protocol/claim.ts',
    find: `  if (heldByAnother(seen, by.token, by.nowMs)) return 'held';
  if (seen.revoked)`,
    replace: '  if (seen.revoked)',
  },
  {
    name: 'a lease shorter than the function',
    file: 'worker/claim.ts',
    find: 'const leaseUntilMs = invocation.deadlineMs + LEASE_MARGIN_MS;',
    replace: 'const leaseUntilMs = clock.now() + 100;',
  },
  {
    name: 'a stored outcome is dropped, not settled again',
    file: 'protocol/guard.ts',
    find: `return own ? { kind: 'settle', item } : { kind: 'drop', why: 'ended-by-another' };`,
    replace: `return { kind: 'drop', why: 'ended-by-another' };`,
  },
  {
    name: 'MOVED keeps its owner',
    file: 'protocol/retry.ts',
    find: `      ...kept,
      state: 'MOVED',`,
    replace: `      ...kept,
      copy: by.copy,
      state: 'MOVED',`,
  },
  {
    name: 'a dead letter stays in its round',
    file: 'message/message.ts',
    find: 'round: message.round + 1, redriven: true',
    replace: 'redriven: true',
  },
  {
    name: 'a message of an older round goes on',
    file: 'protocol/claim.ts',
    find: `  if (seen.round > by.round) return 'later-round';
  if (isEnd(seen.state)) return 'ended';
  if (failedByItself(item, by.id) && !by.redriven) return 'own-failure';
  if (seen.generation !== by.generation) return 'generation';`,
    replace: `  if (isEnd(seen.state)) return 'ended';
  if (failedByItself(item, by.id) && !by.redriven) return 'own-failure';
  if (seen.generation !== by.generation) return 'generation';`,
  },
  {
    name: 'waiting uses up the receives',
    file: 'protocol/wait.ts',
    find: ' || receiveCount >= MAX_RECEIVE_COUNT - RECEIVES_KEPT_FREE',
    replace: '',
  },
  {
    name: 'suspects run side by side',
    file: 'worker/batch.ts',
    find: 'const SUSPECT_AFTER_RECEIVES = 2;',
    replace: 'const SUSPECT_AFTER_RECEIVES = 2_000;',
  },
  {
    name: 'finished neighbours are not deleted before a suspect runs',
    file: 'worker/batch.ts',
    find: `      await deleteAcknowledged(replies, invocation);
      await handle(suspect`,
    replace: '      await handle(suspect',
  },
  {
    name: 'a send that was not awaited is lost',
    file: 'worker/execute.ts',
    find: '  await sendsOf(scope);\n',
    replace: '',
  },
  {
    name: 'an ended task is written over',
    file: 'protocol/end.ts',
    find: `  if (seen.round > by.round) return 'later-round';
  if (isEnd(seen.state)) return 'ended';
  if (failedByItself(item, by.id) && !by.redriven) return 'own-failure';
  if (seen.generation > by.generation)`,
    replace: `  if (seen.round > by.round) return 'later-round';
  if (failedByItself(item, by.id) && !by.redriven) return 'own-failure';
  if (seen.generation > by.generation)`,
  },
];
