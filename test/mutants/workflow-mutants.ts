import type { Mutant } from './mutant.ts';

/** The deliberate bugs that concern workflows. */
export const WORKFLOW_MUTANTS: readonly Mutant[] = [
  {
    name: 'the head of a barrier is overwritten',
    file: 'memory/memory-barriers.ts',
    find: 'const stands = this.readHead(head.group, nowMs) ?? head;',
    replace: 'const stands = head;',
  },
  {
    name: 'a body runs without a claim',
    file: 'client/fire.ts',
    find: 'const how = { again: true, claim: true,',
    replace: 'const how = { again: false, claim: false,',
  },
  {
    name: 'an errback runs without a claim',
    file: 'worker/perform.ts',
    find: 'await sendBeside(effect.canvas, effect.place, failure, true, from);',
    replace: 'await sendBeside(effect.canvas, effect.place, failure, false, from);',
  },
  {
    name: 'a group is closed without a look at its nodes',
    file: 'client/close-group.ts',
    find: '    if ((await climbUp(at, node, size, ports)) !== undefined) await fire(',
    replace: '    if (size < 0 && (await climbUp(at, node, size, ports)) !== undefined) await fire(',
  },
  {
    name: 'a closer looks at the top only',
    file: 'client/close-group.ts',
    find: 'of closing(group, size)) {',
    replace: 'of closing(group, size).slice(-1)) {',
  },
  {
    name: 'the last close wins',
    file: 'memory/memory-barriers.ts',
    find: 'const stands = head.size ?? size;',
    replace: 'const stands = size;',
  },
  {
    name: 'a group of none is closed, and nothing follows',
    file: 'client/close-group.ts',
    find: `  if (size === 0) {
    await fire(group, size, from, ports);
    return size;`,
    replace: `  if (size === 0) {
    return size;`,
  },
  {
    name: 'a member arrives before its value is stored',
    file: 'worker/settle.ts',
    find: '  const answer = await store(outcome, delivery, ran, invocation);\n',
    replace: `  const { slot, frames } = delivery.message.next ?? {};
  if (outcome.kind === 'success' && slot && !frames) {
    const early = { kind: 'arrive', slot, failed: false, round: delivery.message.round } as const;
    await performAll([early], {} as TaskItem, { delivery, invocation, again: mayBeAgain(delivery) });
  }
  const answer = await store(outcome, delivery, ran, invocation);
`,
  },
  {
    name: 'arrivals are counted, not put into a set',
    file: 'memory/memory-barriers.ts',
    find: 'arrived: new Set([...(before?.arrived ?? []), ...children]),',
    replace: 'arrived: new Set(Array((before?.arrived.size ?? 0) + children.length).keys()),',
  },
  {
    name: 'later steps are not marked',
    file: 'protocol/effects.ts',
    find: '  return [...marks, ...arrival(',
    replace: '  return [...marks.slice(marks.length), ...arrival(',
  },
  {
    name: 'only the next step is marked',
    file: 'message/next.ts',
    find: '{ length: frame.length - frame.at }',
    replace: '{ length: Math.min(1, frame.length - frame.at) }',
  },
  {
    name: 'a mark is put over a success',
    file: 'protocol/mark.ts',
    find: "  if (isEnd(seen.state)) return 'ended';",
    replace: "  if (isEnd(seen.state) && seen.state !== 'SUCCESS') return 'ended';",
  },
  {
    name: 'a mark of an older round is taken',
    file: 'protocol/mark.ts',
    find: "  if (seen.round > by.round) return 'later-round';\n",
    replace: '',
  },
  {
    name: 'a mark is put over a failure of the code itself',
    file: 'protocol/mark.ts',
    find: "  if (failedByItself(item, by.id)) return 'own-failure';\n",
    replace: '',
  },
  {
    name: 'a mark is for the first generation of its stage',
    file: 'message/next.ts',
    find: 'generation: last ? generation : 0,',
    replace: 'generation: 0,',
  },
  {
    name: 'an end by a mark has effects',
    file: 'protocol/effects.ts',
    find: '  if (item.marked) return [];',
    replace: '  if (item.marked) return onward(message);',
  },
  {
    name: 'an errback has one id for all rounds',
    file: 'protocol/effects.ts',
    find: 'place: `e${round}-${i}`',
    replace: 'place: `e0-${i * (1 + 0 * round)}`',
  },
  {
    name: 'a link is sent with a failure',
    file: 'protocol/effects.ts',
    find: 'return [...deadLetter(message, item), ...errbacks(message, item)',
    replace: 'return [...deadLetter(message, item), ...links(message), ...errbacks(message, item)',
  },
  {
    name: 'a failed chord has a dead letter',
    file: 'protocol/effects.ts',
    find: "  if (cause !== message.id || reason === 'chord') return [];\n",
    replace: '',
  },
  {
    name: 'a revoked step marks nothing',
    file: 'protocol/effects.ts',
    find: `    default:
      return ending(message, item);`,
    replace: `    default:
      return [];`,
  },
  {
    name: 'the dead letter of a body does not ask its barrier for a round',
    file: 'worker/perform.ts',
    find: 'await buryTask(await numbered(effect, ports), queue, ports);',
    replace: 'await buryTask(effect, queue, ports);',
  },
  {
    name: 'a resumed firing is not counted',
    file: 'client/fire.ts',
    find: 'const head = from.round > 0 ? await barrier.addRounds(group, from.round) : stands;',
    replace: 'const head = stands;',
  },
  {
    name: 'a resumed body has the round of the arrival',
    file: 'client/fire.ts',
    find: 'round: from.round > 0 ? head.firedRound : 0 };',
    replace: 'round: from.round };',
  },
  {
    name: 'an arrival of round 0 sends a body of the round that was counted',
    file: 'client/fire.ts',
    find: 'round: from.round > 0 ? head.firedRound : 0 };',
    replace: 'round: head.firedRound };',
  },
  {
    name: 'what a task sends onward is of round 0',
    file: 'client/go-on.ts',
    find: `    hops,
    round,
`,
    replace: `    hops,
    round: 0 * round,
`,
  },
  {
    name: 'a body does not mind a member that is running',
    file: 'protocol/gather.ts',
    find: '(succeeded(item) ? [] : [{ item, index }])',
    replace: '(!item || succeeded(item) || !isEnd(item.state) ? [] : [{ item, index }])',
  },
  {
    name: 'a body forgets its policy',
    file: 'client/go-on.ts',
    find: '    ...(onError !== undefined ? { onError } : {}),\n',
    replace: '',
  },
  {
    name: 'what settles again does not say so',
    file: 'worker/settle.ts',
    find: 'return carryOut(rule.item, { delivery, invocation, again: true });',
    replace: 'return carryOut(rule.item, { delivery, invocation, again: false });',
  },
  {
    name: 'a replaced task keeps its owner',
    file: 'protocol/retry.ts',
    find: `      ...kept,
      state: 'MOVED',`,
    replace: `      ...kept,
      ...('message' in write.request ? {} : { copy: by.copy }),
      state: 'MOVED',`,
  },
  {
    name: 'a replaced task is gone on with from any earlier message',
    file: 'protocol/guard.ts',
    find: "const sendable = item.request && ('message' in item.request || item.generation === message.generation + 1);",
    replace: 'const sendable = item.request;',
  },
  {
    name: 'a replaced task is not sent again',
    file: 'protocol/guard.ts',
    find: "const sendable = item.request && ('message' in item.request || item.generation === message.generation + 1);",
    replace: "const sendable = item.request && 'message' in item.request;",
  },
  {
    name: 'what replaces a task is sent before it is stored',
    file: 'worker/settle.ts',
    find: '  const answer = await store(outcome, delivery, ran, invocation);\n',
    replace: `  if (outcome.kind === 'replace') {
    const sender = { delivery, invocation, again: mayBeAgain(delivery) };
    await performAll(await sendInstead({ canvas: outcome.canvas }, sender), {} as TaskItem, sender);
  }
  const answer = await store(outcome, delivery, ran, invocation);
`,
  },
  {
    name: 'the last step of a chain loses its slot',
    file: 'message/compile.ts',
    find: 'return yield* compile(step, target, given, after(link, errbacks, outer, slot), by);',
    replace: 'return yield* compile(step, target, given, after(link, errbacks, outer, undefined), by);',
  },
  {
    name: 'a chain skips a step',
    file: 'message/compile.ts',
    find: 'const rest = { ...frame, at: at + 1, ...(frame.steps ? { steps: frame.steps.slice(1) } : {}) };',
    replace: 'const rest = { ...frame, at: at + 2, ...(frame.steps ? { steps: frame.steps.slice(2) } : {}) };',
  },
  {
    name: 'the list of an inner group is put together by nobody',
    file: 'message/compile.ts',
    find: 'return yield* compileSteps([node, collect], target, given, after, by);',
    replace: 'return yield* compileGroup(node, target.id, given, after, by);',
  },
  {
    name: 'an empty group does not look at the group before it',
    file: 'message/compile.ts',
    find: "if (given.kind === 'input' && 'group' in given.input) {",
    replace: "if (given.kind === 'input' && 'group' in given.input && given.input.size < 0) {",
  },
  {
    name: 'what takes nothing does not look at the group before it',
    file: 'message/launching.ts',
    find: "return 'group' in input ? { args: own, input: { ...input, take: 'nothing' } } : { args: own };",
    replace: 'return { args: own };',
  },
  {
    name: 'a member with ignoreResult stores no value',
    file: 'worker/store.ts',
    find: 'if (message.round > 0 || followsSuccess(message)) return false;',
    replace: 'if (message.round > 0) return false;',
  },
  {
    name: 'a resumed step with ignoreResult stores no value',
    file: 'worker/store.ts',
    find: 'if (message.round > 0 || followsSuccess(message)) return false;',
    replace: 'if (followsSuccess(message)) return false;',
  },
  {
    name: 'members are sent before the head is written',
    file: 'client/launch.ts',
    find: `  const body = encode(message);
  await stored;
`,
    replace: `  const body = encode(message);
  stored.catch(() => {});
`,
  },
  {
    name: 'revocation does not look at what an id lies below',
    file: 'worker/known-orders.ts',
    find: ' || ancestorIds(id).some((above) => ids.has(above))',
    replace: ' || (ancestorIds(id).length < 0 && ids.has(id))',
  },
  {
    name: 'of members that arrive together nobody goes on',
    file: 'worker/arrivals.ts',
    find: '      await onward(await this.#barrier.arrive(at, { children, failed, expiresAtMs }));',
    replace: `      const node = await this.#barrier.arrive(at, { children, failed, expiresAtMs });
      if (members.length === 1) await onward(node);`,
  },
  {
    name: 'an arrival that fails counts as done',
    file: 'worker/arrivals.ts',
    find: 'for (const { reject } of members) reject(error);',
    replace: 'for (const { resolve, reject } of members) (error === undefined ? reject(error) : resolve());',
  },
  {
    name: 'what can never be sent is nobody’s failure',
    file: 'worker/onward.ts',
    find: 'return insteadOf(error, remainder, by);',
    replace: 'return insteadOf(error, remainder, by).slice(0, 0);',
  },
  {
    name: 'the errbacks of a step that can never be sent are not called',
    file: 'worker/onward.ts',
    find: '  return [...errbacks, ...endOf(',
    replace: '  return [...errbacks.slice(errbacks.length), ...endOf(',
  },
  {
    name: 'what a dead letter has started is forgotten after a day',
    file: 'worker/store.ts',
    find: "const long = !policy.acksLate || outcome.kind === 'failure' || round > 0;",
    replace: "const long = !policy.acksLate || outcome.kind === 'failure' || round < 0;",
  },
];
