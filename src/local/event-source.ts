import type { SqsEvent } from '../ports/sqs-event.ts';
import { readBatchResponse } from './batch-response.ts';
import type { InvocationResult, Reporter } from './function-spec.ts';
import { type BatchLimits, gatherBatch } from './gather-batch.ts';
import type { QueueClient, ReceivedMessage } from './queue-client.ts';
import { type LambdaSqsRecord, type RecordSource, recordOf } from './sqs-record.ts';

/** A function on a queue. */
export interface EventSourceSpec extends BatchLimits, RecordSource {
  /** The queue's own name. */
  readonly queue: string;
  readonly client: QueueClient;
  /** Invocations that run at the same time. */
  readonly maxConcurrency: number;
  readonly invoke: (event: SqsEvent) => Promise<InvocationResult>;
  readonly report: Pick<Reporter, 'platform'>;
}

const FIRST_PAUSE_MS = 100;
const MAX_PAUSE_MS = 5_000;

/**
 * Lambda's event source mapping of one queue: polls, invokes, deletes what is done.
 *
 * Messages that the function reports as failed, and all of a batch whose function failed, are left to their visibility timeout.
 * After function errors in a row it polls more slowly, as Lambda does; reported failures do not slow it down.
 */
export class EventSource {
  readonly #spec: EventSourceSpec;
  readonly #stopping = new AbortController();
  #running = 0;
  #deleting = 0;
  #throttles = 0;
  #errorsInARow = 0;
  /** Wakes the poller when an invocation ends. */
  #wake: () => void = () => {};

  constructor(spec: EventSourceSpec) {
    this.#spec = spec;
    void this.#poll();
  }

  /** Nothing runs, and all that is done has left the queue. */
  get quiet(): boolean {
    return this.#running === 0 && this.#deleting === 0;
  }

  /** Makes Lambda refuse the next invocations: their messages come back without our code having run. */
  throttle(invocations: number): void {
    this.#throttles += invocations;
  }

  /** Polls no more; what runs is left to whoever ends the function. */
  stop(): void {
    this.#stopping.abort();
    this.#wake();
  }

  async #poll(): Promise<void> {
    const { client, maxConcurrency } = this.#spec;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        while (this.#running >= maxConcurrency && !signal.aborted) await this.#invocationEnds();
        await this.#slowDown(this.#errorsInARow - 1);
        this.#dispatch(await gatherBatch(client, this.#spec));
      } catch (error) {
        if (signal.aborted) return;
        this.#report({ kind: 'poll-failed', error: String(error) });
        await this.#slowDown(4);
      }
    }
  }

  #dispatch(messages: readonly ReceivedMessage[]): void {
    if (messages.length === 0) return;
    if (this.#throttles > 0) {
      this.#throttles -= 1;
      this.#report({ kind: 'throttled', records: messages.length });
    } else {
      void this.#run(messages.map((message) => recordOf(message, this.#spec)));
    }
  }

  async #run(records: readonly LambdaSqsRecord[]): Promise<void> {
    this.#running += 1;
    const result = await this.#spec.invoke({ Records: records });
    this.#running -= 1;
    this.#errorsInARow = result.kind === 'function-error' ? this.#errorsInARow + 1 : 0;
    this.#wake();
    if (!this.#stopping.signal.aborted) await this.#delete(this.#done(records, result));
  }

  /** The receipt handles of what is done with. */
  #done(records: readonly LambdaSqsRecord[], result: InvocationResult): readonly string[] {
    if (result.kind === 'function-error') {
      this.#report({ kind: 'function-error', records: records.length, error: result.error });
      return [];
    }
    const ids = records.map(({ messageId }) => messageId);
    const failed = readBatchResponse(result.response, ids);
    if (failed === 'malformed') {
      const response = JSON.stringify(result.response).slice(0, 200);
      this.#report({ kind: 'malformed-response', records: records.length, response });
      return [];
    }
    return records.filter(({ messageId }) => !failed.has(messageId)).map(({ receiptHandle }) => receiptHandle);
  }

  async #delete(receiptHandles: readonly string[]): Promise<void> {
    if (receiptHandles.length === 0) return;
    this.#deleting += 1;
    try {
      await this.#spec.client.delete(receiptHandles);
    } catch (error) {
      if (!this.#stopping.signal.aborted) this.#report({ kind: 'poll-failed', error: String(error) });
    } finally {
      this.#deleting -= 1;
    }
  }

  #invocationEnds(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #slowDown(step: number): Promise<void> | undefined {
    if (step < 1) return undefined;
    const pauseMs = Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (step - 1));
    return new Promise((resolve) => setTimeout(resolve, pauseMs).unref());
  }

  #report(event: WithoutQueue): void {
    this.#spec.report.platform({ ...event, queue: this.#spec.queue });
  }
}

type WithoutQueue =
  | { readonly kind: 'function-error'; readonly records: number; readonly error: string }
  | { readonly kind: 'malformed-response'; readonly records: number; readonly response: string }
  | { readonly kind: 'throttled'; readonly records: number }
  | { readonly kind: 'poll-failed'; readonly error: string };
