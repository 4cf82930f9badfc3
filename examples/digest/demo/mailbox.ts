/** What a mailbox has been through. */
export interface MailboxCounts {
  /** Mails with different Message-IDs. */
  readonly distinct: number;
  /** Mails whose Message-ID was there already. */
  readonly repeated: number;
  /** Mails that it asked to try again later. */
  readonly postponed: number;
}

/** Counts mails by Message-ID; keeps nothing else of them. */
export class Mailbox {
  /** Only what came more than once has an entry in `#more`, so that most mails cost one entry in a set. */
  readonly #seen = new Set<string>();
  readonly #more = new Map<string, number>();
  #repeated = 0;
  #postponed = 0;

  take(messageId: string): void {
    if (this.#seen.has(messageId)) {
      this.#more.set(messageId, this.timesOf(messageId) + 1);
      this.#repeated += 1;
    }
    this.#seen.add(messageId);
  }

  postpone(): void {
    this.#postponed += 1;
  }

  /** How often a mail was taken in. */
  timesOf(messageId: string): number {
    return this.#more.get(messageId) ?? (this.#seen.has(messageId) ? 1 : 0);
  }

  counts(): MailboxCounts {
    return {
      distinct: this.#seen.size,
      repeated: this.#repeated,
      postponed: this.#postponed,
    };
  }
}
