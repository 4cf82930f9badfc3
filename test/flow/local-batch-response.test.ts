import { describe, expect, it } from 'vitest';
import { readBatchResponse } from '../../src/local/batch-response.ts';

const IDS = ['a', 'b'];

describe('a batch response', () => {
  it.each([
    ['null', null],
    ['nothing', undefined],
    ['an empty text', ''],
    ['an empty object', {}],
    ['a missing list', { batchItemFailures: null }],
    ['an empty list', { batchItemFailures: [] }],
  ])('is a success if it is %s', (_name, response) => {
    expect(readBatchResponse(response, IDS)).toEqual(new Set());
  });

  it('names the messages that come back', () => {
    expect(readBatchResponse({ batchItemFailures: [{ itemIdentifier: 'b' }] }, IDS)).toEqual(new Set(['b']));
  });

  it.each([
    ['an unknown identifier', { batchItemFailures: [{ itemIdentifier: 'a' }, { itemIdentifier: 'c' }] }],
    ['an empty identifier', { batchItemFailures: [{ itemIdentifier: '' }] }],
    ['null as an identifier', { batchItemFailures: [{ itemIdentifier: null }] }],
    ['a bad key', { batchItemFailures: [{ id: 'a' }] }],
    ['a list of texts', { batchItemFailures: ['a'] }],
    ['a list with null', { batchItemFailures: [null] }],
    ['no list', { batchItemFailures: 'a' }],
    ['a text', 'done'],
    ['a list', []],
  ])('is malformed if it has %s', (_name, response) => {
    expect(readBatchResponse(response, IDS)).toBe('malformed');
  });
});
