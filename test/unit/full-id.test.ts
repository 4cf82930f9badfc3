import { describe, expect, it } from 'vitest';
import { workflowOf } from '../../src/base/path-ids.ts';
import { idAmong, shortId } from '../../src/cli/full-id.ts';

const W = '018f2a3b-0000-7000-8000-0123c3f1a2b4';
const HASH = `x${'0'.repeat(40)}`;

describe('the short form of an id', () => {
  it.each([
    [W, 'c3f1a2b4'],
    [`${W}.0.10`, 'c3f1a2b4.0.10'],
    [`${W}.0.10.r1-2.0`, 'c3f1a2b4.0.10.r1-2.0'],
    [`${W}.l0.e0-0`, 'c3f1a2b4.l0.e0-0'],
    [`${W}.${HASH}.3`, `c3f1a2b4.${HASH}.3`],
    ['order.v2.0', 'order.v2.0'],
    ['total', 'total'],
  ])('of %s is %s', (id, short) => {
    expect(shortId(id)).toBe(short);
    expect(id.endsWith(short)).toBe(true);
  });
});

describe('the workflow of an id', () => {
  it.each([
    [`${W}.0.10`, W],
    ['order.v2.1.e0-0.l1', 'order.v2'],
    ['.1', '.1'],
    ['', ''],
  ])('%s belongs to %s', (id, workflow) => {
    expect(workflowOf(id)).toBe(workflow);
  });
});

describe('an id that is given by its end', () => {
  const ids = [W, `${W}.0.1`, `${W}.0.10`, `${W}.1.0.1`];

  it.each([
    ['c3f1a2b4.0.10', `${W}.0.10`],
    ['c3f1a2b4', W],
    ['a2b4.0.1', `${W}.0.1`],
    [`${W}.0.1`, `${W}.0.1`],
    ['b4.0.1', `${W}.0.1`],
    ['.1.0.1', `${W}.1.0.1`],
    ['4.0.1', undefined],
    ['nobody', undefined],
  ])('%s', (given, id) => {
    expect(idAmong(given, ids)).toBe(id);
  });

  it('is refused if it is the end of several', () => {
    expect(() => idAmong('same.1', ['a-same.1', 'b-same.1'])).toThrow('a-same.1, b-same.1');
  });
});
