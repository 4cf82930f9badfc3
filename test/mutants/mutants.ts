import type { Mutant } from './mutant.ts';
import { WORKFLOW_MUTANTS } from './workflow-mutants.ts';

/** The deliberate bugs that concern single tasks. */
const TASK_MUTANTS: readonly Mutant[] = [
  {
    name: 'effects before the store',
    file: 'worker/settle.ts',
    find: '  const answer = await store(outcome, delivery, ran, invocation);\n',
    replace: `  if (outcome.kind === 'failure') {
    const failed = { queue: delivery.queue, state: 'FAILURE', cause: delivery.message.id, ...outcome } as unknown as TaskItem;
    await carryOut(failed, { delivery, invocation, again: mayBeAgain(delivery) });
  }
  const answer = await store(outcome, delivery, ran, invocation);
`,
  },
  {
    name: 'acknowledge before the effects',
    file: 'worker/settle.ts',
    find: 'async function carryOut(item: TaskItem, sender: Sender): Promise<Reply> {\n',
    replace: `async function carryOut(item: TaskItem, sender: Sender): Promise<Reply> {
  const { delivery, invocation } = sender;
  await invocation.worker.ports.broker.delete(delivery.queue, [delivery.receiptHandle]);
`,
  },
  {
    name: 'the owner is the SQS message id',
    file: 'worker/delivery.ts',
    find: 'const message = decode(record.body, record.messageId);',
    replace: 'const message = { ...decode(record.body, record.messageId), copy: record.messageId };',
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
    find: '      await deleteAcknowledged(replies, deleted, invocation);',
    replace: '',
  },
  {
    name: 'a send that was not awaited is lost',
    file: 'worker/execute.ts',
    find: 'await sendsOf(scope);',
    replace: 'void 0;',
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
  {
    name: 'a message sent anew does not say so',
    file: 'message/message.ts',
    find: 'return { ...message, again: true, sentAtMs:',
    replace: 'return { ...message, sentAtMs:',
  },
  {
    name: 'a message sent anew forgets when it was sent first',
    file: 'message/message.ts',
    find: 'sentAtMs: message.sentAtMs ?? sentAtMs',
    replace: 'sentAtMs',
  },
  {
    name: 'a message sent anew does not say when it was sent first',
    file: 'message/message.ts',
    find: ', sentAtMs: message.sentAtMs ?? sentAtMs',
    replace: '',
  },
  {
    name: 'a task that did not run ends over the head of the one that runs it',
    file: 'worker/store.ts',
    find: 'unrun: attempt === undefined,',
    replace: 'unrun: false,',
  },
  {
    name: 'the children of a redelivered parent seem new',
    file: 'client/send.ts',
    find: 'scope?.again === true || chosen',
    replace: 'chosen',
  },
  {
    name: 'a moved request keeps its copy',
    file: 'worker/store.ts',
    find: 'copy: newId(clock.now(), random),',
    replace: '',
  },
  {
    name: 'a moved request has no eta',
    file: 'worker/store.ts',
    find: 'etaMs: outcome.nextAtMs,',
    replace: '',
  },
  {
    name: 'a moved request is sent without delay',
    file: 'worker/perform.ts',
    find: 'Math.max(0, Math.ceil(leftMs / 1_000))',
    replace: '0 * leftMs',
  },
  {
    name: 'every dead letter goes to one queue',
    file: 'worker/dead-letter.ts',
    find: 'const entry = { body: encode(message, MAX_CARRIED_BYTES)',
    replace: "queue = 'default';\n  const entry = { body: encode(message, MAX_CARRIED_BYTES)",
  },
  {
    name: 'a dead letter expires',
    file: 'message/message.ts',
    find: 'expiresAtMs: _expires, ',
    replace: '',
  },
  {
    name: 'a dead letter is due at its old time',
    file: 'message/message.ts',
    find: 'const { etaMs: _eta, expiresAtMs',
    replace: 'const { expiresAtMs',
  },
  {
    name: 'a dead letter gives no reason',
    file: 'worker/dead-letter.ts',
    find: 'const all = {\n    reason,',
    replace: "const all = {\n    reason: 'permanent',",
  },
  {
    name: 'tasks are begun although there is no time for them',
    file: 'worker/batch.ts',
    find: 'return invocation.deadlineMs - nowMs >= needMs;',
    replace: 'return needMs >= 0;',
  },
  {
    name: 'the most suspicious task runs first',
    file: 'worker/batch.ts',
    find: 'starts(a) - starts(b)',
    replace: 'starts(b) - starts(a)',
  },
  {
    name: 'a process ends and leaves settled messages',
    file: 'worker/batch.ts',
    find: 'await deleteAcknowledged(replies, new Set(), invocation);',
    replace: '',
  },
  {
    name: 'a send that was not awaited is lost when the body throws',
    file: 'worker/execute.ts',
    find: 'await Promise.allSettled(scope.sends);',
    replace: '',
  },
  {
    name: 'a worker does not look back for revocations',
    file: 'worker/known-orders.ts',
    find: 'CLOCK_SKEW_MS + 60_000',
    replace: '0 * CLOCK_SKEW_MS',
  },
  {
    name: 'a worker never looks again for revocations',
    file: 'worker/known-orders.ts',
    find: 'LOOK_EVERY_MS = 5_000',
    replace: 'LOOK_EVERY_MS = 5_000_000',
  },
  {
    name: 'a paused queue is worked on',
    file: 'worker/batch.ts',
    find: 'if (orders.isPaused(record.queue))',
    replace: 'if (orders.isPaused(`${record.queue}?`))',
  },
  {
    name: 'how long a result is wanted is ignored',
    file: 'worker/store.ts',
    find: 'const livesMs = Math.max(policy.resultExpiresMs, knownMs(outcome, delivery.message, policy));',
    replace: 'const livesMs = knownMs(outcome, delivery.message, policy);',
  },
  {
    name: 'a result is seen for as long as its item is known',
    file: 'worker/store.ts',
    find: '...(livesMs > policy.resultExpiresMs ? {',
    replace: '...(livesMs < 0 ? {',
  },
  {
    name: 'a failure is forgotten before its dead letter',
    file: 'worker/store.ts',
    find: "!policy.acksLate || outcome.kind === 'failure'",
    replace: '!policy.acksLate',
  },
  {
    name: 'a lost message goes back at once',
    file: 'worker/lost.ts',
    find: 'invocation.worker.ports, SQS_MAX_DELAY_SECONDS)',
    replace: 'invocation.worker.ports, 0 * SQS_MAX_DELAY_SECONDS)',
  },
  {
    name: 'a value is not stored',
    file: 'protocol/end.ts',
    find: '...(value !== undefined ? {',
    replace: '...(value === null ? {',
  },
  {
    name: 'an end forgets the attempts before it',
    file: 'protocol/end.ts',
    find: 'attempt: Math.max(write.attempt, seen?.attempt ?? 0),',
    replace: 'attempt: 0 * write.attempt,',
  },
  {
    name: 'an eta is not waited for',
    file: 'protocol/guard.ts',
    find: 'message.etaMs !== undefined && message.etaMs > nowMs',
    replace: 'message.etaMs !== undefined && message.etaMs < 0',
  },
];

/** Each has to turn a test red. */
export const MUTANTS: readonly Mutant[] = [...TASK_MUTANTS, ...WORKFLOW_MUTANTS];
