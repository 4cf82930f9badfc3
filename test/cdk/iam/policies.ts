import type { Template } from 'aws-cdk-lib/assertions';
import { resolved } from '../resolve.ts';

/** An action on a resource; `*` where AWS has no resources for the action. */
export interface Right {
  readonly action: string;
  readonly resource: string;
}

/** What a statement allows: every action on every resource. */
export interface Statement {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/**
 * The statements of all policies of a role, with their ARNs as `resolved` gives them.
 *
 * @throws {Error} a statement is of a kind that is not understood here: it has to be, before it is judged
 */
export function statementsOf(template: Template, role: string): readonly Statement[] {
  const { Policies = [] } = template.toJSON().Resources[role].Properties;
  const attached = Object.values(template.findResources('AWS::IAM::Policy'))
    .map(({ Properties }) => Properties)
    .filter(({ Roles }) => Roles.some((each: { readonly Ref?: string }) => each.Ref === role));
  const documents = [...Policies, ...attached].map(({ PolicyDocument }) => PolicyDocument);
  return documents.flatMap(({ Statement }) => (resolved(template, Statement) as object[]).map(understood));
}

function understood(statement: object): Statement {
  const { Effect, Action, Resource, ...more } = statement as Record<string, string | readonly string[]>;
  if (Effect !== 'Allow' || Action === undefined || Resource === undefined || Object.keys(more).length > 0) {
    throw new Error(`a statement like ${JSON.stringify(statement)} is not understood here`);
  }
  return { actions: [Action].flat(), resources: [Resource].flat() };
}

/** Does any of the statements allow it? In actions and resources `*` is any text and `?` any letter; actions know no case. */
export function allows(statements: readonly Statement[], { action, resource }: Right): boolean {
  return statements.some(
    ({ actions, resources }) =>
      actions.some((each) => fits(each.toLowerCase(), action.toLowerCase())) &&
      resources.some((each) => fits(each, resource)),
  );
}

function fits(pattern: string, text: string): boolean {
  const parts = pattern.split('').map((letter) => {
    if (letter === '*') return '.*';
    return letter === '?' ? '.' : letter.replace(/[\\^$.+()[\]{}|]/, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`, 's').test(text);
}

/** Every action of the statements on every one of its resources. */
export function rightsOf(statements: readonly Statement[]): readonly Right[] {
  return statements.flatMap(({ actions, resources }) =>
    actions.flatMap((action) => resources.map((resource) => ({ action, resource }))),
  );
}

/** The statements without one action on one resource. */
export function without(statements: readonly Statement[], { action, resource }: Right): readonly Statement[] {
  return rightsOf(statements)
    .filter((right) => right.action !== action || right.resource !== resource)
    .map((right) => ({ actions: [right.action], resources: [right.resource] }));
}
