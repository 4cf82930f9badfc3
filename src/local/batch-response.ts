/**
 * Which messages of a batch come back, as Lambda reads the answer of a function with `ReportBatchItemFailures`.
 *
 * Nothing, `{}` and an empty or missing list mean that all went well. Anything else that is not a list of
 * `{ itemIdentifier }` with ids of this batch fails the batch as a whole: `malformed`.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 */
export function readBatchResponse(response: unknown, messageIds: readonly string[]): ReadonlySet<string> | 'malformed' {
  if (response === undefined || response === null || response === '') return new Set();
  if (typeof response !== 'object' || Array.isArray(response)) return 'malformed';
  const failures: unknown = 'batchItemFailures' in response ? response.batchItemFailures : undefined;
  if (failures === undefined || failures === null) return new Set();
  if (!Array.isArray(failures)) return 'malformed';
  const known = new Set(messageIds);
  const ids = failures.map((failure) => failure?.itemIdentifier);
  return ids.every((id) => known.has(id)) ? new Set<string>(ids) : 'malformed';
}
