import { NotReadyError } from '../base/errors.ts';
import { isEnd } from '../base/states.ts';
import type { AsyncResult, GroupGetOptions, GroupResult, MemberReport } from '../canvas/handle.ts';
import type { Ports } from '../ports/ports.ts';
import { countArrived, countFailed } from '../protocol/tree-progress.ts';
import { asyncResult } from './async-result.ts';
import { BaseHandle, type Place, type Seen } from './base-handle.ts';
import { type Group, groupOf, isComplete, memberId, sizeOf } from './group.ts';
import { arrivals } from './group-arrivals.ts';
import { seeGroup } from './group-status.ts';
import { endAbove, waitForGroup } from './group-values.ts';
import { lazyList } from './lazy-list.ts';
import { memberReports, readLeaves } from './members.ts';

/** What a group's sender knows of it. */
export interface SentGroup extends Omit<Place, 'children'> {
  /** @default the one with this id, of which nothing else is known */
  readonly group?: Group;
  /** @default one that was made of the member's id */
  readonly member?: (index: number) => AsyncResult<unknown>;
}

/**
 * The handle of a group.
 *
 * @param ports  asked for at each use: the handle may be used inside a task as well
 */
export function groupResult<Results extends readonly unknown[]>(
  id: string,
  ports: () => Ports,
  sent: SentGroup = {},
): GroupResult<Results> {
  return Object.freeze(new GroupHandle<Results>(id, ports, sent)) as unknown as GroupResult<Results>;
}

class GroupHandle<Results extends readonly unknown[]> extends BaseHandle<Results> {
  readonly #results: readonly AsyncResult<unknown>[];
  readonly #ports: () => Ports;
  readonly #group: Group;

  constructor(id: string, ports: () => Ports, sent: SentGroup) {
    const group = sent.group ?? groupOf(id);
    const member = sent.member ?? ((index: number) => asyncResult(memberId(group, index), ports));
    const results = lazyList(() => knownSize(group), member);
    super(id, ports, { ...sent, children: () => results });
    this.#results = results;
    this.#ports = ports;
    this.#group = group;
  }

  get results(): readonly AsyncResult<unknown>[] {
    return this.#results;
  }

  protected see(): Promise<Seen> {
    return seeGroup(this.#group, this.#ports());
  }

  async get(options: GroupGetOptions = {}): Promise<readonly unknown[]> {
    return await waitForGroup(this.#group, this.#ports(), options);
  }

  override async ready(): Promise<boolean> {
    const ports = this.#ports();
    return (await isComplete(this.#group, ports)) || (await endAbove(this.#group, ports)) !== undefined;
  }

  async waiting(): Promise<boolean> {
    return !(await this.ready());
  }

  override async successful(): Promise<boolean> {
    return (await isComplete(this.#group, this.#ports())) && (await this.#countFailed()) === 0;
  }

  /** As soon as one member has ended without success, also while others run. */
  override async failed(): Promise<boolean> {
    if ((await this.#countFailed()) > 0) return true;
    return (await endAbove(this.#group, this.#ports())) !== undefined;
  }

  async completedCount(): Promise<number> {
    const counted = await this.#counted();
    const { barrier } = this.#ports();
    // failed first: one that arrives in between is counted as neither
    const failed = await countFailed((at) => barrier.readNodes(at), counted);
    return Math.max(0, (await countArrived((at) => barrier.readNodes(at), counted)) - failed);
  }

  members(): AsyncIterable<MemberReport> {
    return memberReports(this.#group, this.#ports);
  }

  async forget(): Promise<void> {
    const ports = this.#ports();
    if (!(await isComplete(this.#group, ports))) {
      throw new NotReadyError(`group ${this.id} has not ended, so there is nothing to forget; revoke() it instead`);
    }
    const nowMs = ports.clock.now();
    for await (const { items } of readLeaves(this.#group, ports, this.#group.size)) {
      const ended = [...items].filter(([, item]) => isEnd(item.state));
      const by = ([index]: readonly [number, unknown]) => ({ id: memberId(this.#group, index), nowMs });
      await Promise.all(ended.map((member) => ports.backend.write({ kind: 'forget', by: by(member) })));
    }
  }

  [Symbol.asyncIterator](): AsyncIterator<Results[number]> {
    return arrivals(this.#group, this.#ports()) as AsyncIterator<Results[number]>;
  }

  async #countFailed(): Promise<number> {
    const { barrier } = this.#ports();
    return countFailed((at) => barrier.readNodes(at), await this.#counted());
  }

  async #counted() {
    return { group: this.id, size: await sizeOf(this.#group, this.#ports()) };
  }
}

function knownSize({ id, size }: Group): number {
  if (size !== undefined) return size;
  throw new NotReadyError(
    `nobody has told this handle yet how many members group ${id} has: await its ready() first, once all have been sent`,
  );
}
