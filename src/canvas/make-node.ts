import { InvalidOptionError } from '../base/errors.ts';
import { isPlainObject } from '../base/json.ts';
import { readWhole, wrong } from '../base/option-readers.ts';
import type { CallOptionsJson } from './call-options-json.ts';
import { checkDepth } from './canvas-depth.ts';
import type { ChordPolicyJson } from './canvas-json.ts';
import type { AttachedNodes, CanvasNode, ChainNode, ChordNode, GroupNode, NodeList } from './canvas-node.ts';

/**
 * A chain.
 *
 * @param at  how it is called in the error, e.g. `steps[1].`; empty for the whole
 * @throws {InvalidOptionError} there is no step
 */
export function chainNode(steps: readonly CanvasNode[], at: string = ''): ChainNode {
  if (steps.length === 0) {
    throw new InvalidOptionError(`\`${at}steps\` must be at least one step, got none; leave the empty chain out`);
  }
  return checkDepth(Object.freeze({ kind: 'chain', steps: Object.freeze(steps) }));
}

/** A group; no member at all is fine. */
export function groupNode(members: NodeList): GroupNode {
  return checkDepth(
    Object.freeze({ kind: 'group', members: Array.isArray(members) ? Object.freeze(members) : members }),
  );
}

/**
 * A chord; `onError` only where failures are borne.
 *
 * @throws {InvalidOptionError} more members have to succeed than there are
 */
export function chordNode(header: GroupNode, body: CanvasNode, onError?: ChordPolicyJson): ChordNode {
  const { members } = header;
  if (
    typeof onError === 'object' &&
    'atLeast' in onError &&
    Array.isArray(members) &&
    members.length < onError.atLeast
  ) {
    throw wrong('onError.atLeast', `at most the header's ${members.length} members`, onError.atLeast);
  }
  return checkDepth(Object.freeze({ kind: 'chord', header, body, ...(onError !== undefined ? { onError } : {}) }));
}

/**
 * A copy with these options and links in place of its own; an empty one is none.
 *
 * The order of the fields is always the same, so that equal canvases have equal texts.
 *
 * @param at  how the node is called in the error, e.g. `steps[1].`; empty for the whole
 * @throws {InvalidOptionError} a group is given a link
 */
export function attach<Node extends CanvasNode>(node: Node, attached: AttachedNodes, at: string = ''): Node {
  const { options: _options, link: _link, linkError: _linkError, ...bare } = node;
  const { options, link, linkError } = { ...node, ...attached };
  if (node.kind === 'group' && link && link.length > 0) throw noLinkOnGroup(at);
  return checkDepth(
    Object.freeze({
      ...bare,
      ...(options && Object.keys(options).length > 0 ? { options } : {}),
      ...(link && link.length > 0 ? { link: Object.freeze(link) } : {}),
      ...(linkError && linkError.length > 0 ? { linkError: Object.freeze(linkError) } : {}),
    }) as Node,
  );
}

/** A copy with more links behind its own. */
export function addLinks<Node extends CanvasNode>(node: Node, links: Omit<AttachedNodes, 'options'>): Node {
  return attach(node, {
    link: [...(node.link ?? []), ...(links.link ?? [])],
    linkError: [...(node.linkError ?? []), ...(links.linkError ?? [])],
  });
}

/** A copy with other options. */
export function setOptions<Node extends CanvasNode>(node: Node, options: CallOptionsJson): Node {
  return attach(node, { options });
}

/**
 * Reads a chord's policy.
 *
 * @param at  how it is called in the error, e.g. `onError`
 * @throws {InvalidOptionError} there is no such policy
 */
export function readPolicy(policy: unknown, at: string): ChordPolicyJson | undefined {
  if (policy === undefined || policy === 'settle') return policy;
  const [entry, ...more] = isPlainObject(policy)
    ? Object.entries(policy).filter(([, count]) => count !== undefined)
    : [];
  if (!entry || more.length > 0 || !['atLeast', 'maxFailures'].includes(entry[0])) {
    throw wrong(at, "'settle', { atLeast: n } or { maxFailures: n }", policy);
  }
  const [name, count] = entry;
  const whole = readWhole(0, Number.MAX_SAFE_INTEGER)(count, `${at}.${name}`);
  return Object.freeze({ [name]: whole }) as unknown as ChordPolicyJson;
}

function noLinkOnGroup(at: string): InvalidOptionError {
  const place = at === '' ? '' : ` at \`${at.replace(/\.$/, '')}\``;
  return new InvalidOptionError(
    `a group${place} has no result of its own, so nothing can be linked to it; ` +
      'use group.pipe(next) or chord(group, body) for all results, or link on its members for each',
  );
}
