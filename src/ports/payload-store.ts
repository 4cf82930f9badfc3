/** What is too large for a message or an item, under a key of its own: in pieces in the table, in memory in tests. */
export interface PayloadStore {
  /**
   * Stores a text. Keys are never used twice for different texts, so it is safe to repeat, also by others at the same time.
   *
   * @param text  well-formed, as `JSON.stringify` gives it: no half of a surrogate pair stands alone
   * @param expiresAtMs  of a text that is put again the last one holds
   */
  put(key: string, text: string, expiresAtMs: number): Promise<void>;

  /** Reads a text, strongly consistent; `undefined` if it is not there (yet, wholly) or its time has passed. */
  get(key: string): Promise<string | undefined>;
}
