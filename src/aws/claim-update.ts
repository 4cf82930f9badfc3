import type { UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { MAX_STARTS } from '../base/limits.ts';
import type { Claim } from '../protocol/write.ts';
import { keyAttributes } from './item-codec.ts';
import { namesIn } from './names-in.ts';
import { taskKey, ttlSeconds } from './table.ts';

/**
 * `claim` of protocol/claim.ts where it holds on what most redelivered messages meet: no item, or an item of this round and
 * generation that nobody stands in the way of. Whatever else may be claimable fails here and takes the general path.
 */
const CONDITION = `attribute_not_exists(pk) OR (${[
  '#expiresAtMs > :now',
  '#round = :round',
  '#generation = :generation',
  'NOT #state IN (:success, :failure, :revoked, :ignored)',
  '(attribute_not_exists(#copy) OR #copy = :copy)',
  // its own token is no lease of another, but the start is counted already: the general path answers with the item
  '(attribute_not_exists(#leaseToken) OR (#leaseToken <> :token AND #leaseUntilMs <= :now))',
  'attribute_not_exists(#revoked)',
  '(#state <> :retry OR attribute_not_exists(#nextAtMs) OR #nextAtMs <= :now)',
  '#starts < :maxStarts',
].join(' AND ')})`;

const ASSIGNMENTS = [
  '#task = :task',
  '#queue = :queue',
  '#root = :root',
  '#copy = :copy', // the condition has it: nobody's, or its own
  '#generation = :generation',
  '#round = :round',
  '#expiresAtMs = :expiresAtMs',
  '#expiresAt = :expiresAt',
  '#state = :started',
  '#attempt = if_not_exists(#attempt, :zero)',
  '#leaseToken = :token',
  '#leaseUntilMs = :leaseUntilMs',
  '#starts = if_not_exists(#starts, :zero) + :one',
  '#startedAtMs = :now',
  '#rev = :rev',
];

/**
 * A claim as one conditional update, without knowing the item.
 *
 * @see docs/decisions/001-compare-and-set.md
 */
export function claimUpdate(tableName: string, claim: Claim, rev: string): UpdateItemCommandInput {
  const { by } = claim;
  const assignments = by.parent === undefined ? ASSIGNMENTS : [...ASSIGNMENTS, '#parent = :parent'];
  const update = `SET ${assignments.join(', ')} REMOVE #nextAtMs, #request`;
  return {
    TableName: tableName,
    Key: keyAttributes(taskKey(by.id)),
    ConditionExpression: CONDITION,
    UpdateExpression: update,
    ExpressionAttributeNames: namesIn(CONDITION + update),
    ExpressionAttributeValues: { ...texts(claim, rev), ...numbers(claim) },
    ReturnValues: 'ALL_NEW',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
}

function texts({ by }: Claim, rev: string) {
  return {
    ':task': { S: by.task },
    ':queue': { S: by.queue },
    ':root': { S: by.root },
    ...(by.parent !== undefined ? { ':parent': { S: by.parent } } : {}),
    ':copy': { S: by.copy },
    ':token': { S: by.token },
    ':rev': { S: rev },
    ':started': { S: 'STARTED' },
    ':retry': { S: 'RETRY' },
    ':success': { S: 'SUCCESS' },
    ':failure': { S: 'FAILURE' },
    ':revoked': { S: 'REVOKED' },
    ':ignored': { S: 'IGNORED' },
  };
}

function numbers({ by, leaseUntilMs, atMostOnce }: Claim) {
  return {
    ':generation': { N: String(by.generation) },
    ':round': { N: String(by.round) },
    ':now': { N: String(by.nowMs) },
    ':expiresAtMs': { N: String(by.expiresAtMs) },
    ':expiresAt': { N: String(ttlSeconds(by.expiresAtMs)) },
    ':leaseUntilMs': { N: String(leaseUntilMs) },
    ':maxStarts': { N: String(atMostOnce ? 1 : MAX_STARTS) },
    ':zero': { N: '0' },
    ':one': { N: '1' },
  };
}
