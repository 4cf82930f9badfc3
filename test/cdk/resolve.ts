import type { Template } from 'aws-cdk-lib/assertions';

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::Region': 'eu-west-1',
  'AWS::AccountId': '123456789012',
  'AWS::Partition': 'aws',
};

interface Resource {
  readonly Type: string;
  readonly Properties?: { readonly QueueName?: string };
}

/** What CloudFormation makes of a value of a template, as far as the construct uses its functions. */
export function resolved(template: Template, value: unknown): unknown {
  const resources: Readonly<Record<string, Resource>> = template.toJSON().Resources;
  const functions: Readonly<Record<string, (argument: never) => unknown>> = {
    Ref: (id: string) => PSEUDO[id] ?? reference(id, resources[id]),
    'Fn::GetAtt': ([id, attribute]: [string, string]) => attributeOf(id, attribute, resources[id]),
    'Fn::Join': ([separator, parts]: [string, unknown[]]) => parts.map(resolve).join(separator),
    'Fn::Select': ([index, list]: [number, unknown]) => (resolve(list) as unknown[])[index],
    'Fn::Split': ([separator, text]: [string, unknown]) => String(resolve(text)).split(separator),
  };
  return resolve(value);

  function resolve(part: unknown): unknown {
    if (Array.isArray(part)) return part.map(resolve);
    if (typeof part !== 'object' || part === null) return part;
    const entries = Object.entries(part);
    const [name, argument] = entries[0] ?? ['', undefined];
    const known = entries.length === 1 ? functions[name] : undefined;
    return known ? known(argument as never) : Object.fromEntries(entries.map(([key, inner]) => [key, resolve(inner)]));
  }
}

function reference(id: string, resource: Resource | undefined): string {
  if (resource?.Type !== 'AWS::SQS::Queue') return id;
  return `https://sqs.eu-west-1.amazonaws.com/123456789012/${resource.Properties?.QueueName ?? id}`;
}

/** An ARN as far as policies are read by it: what kind of thing, and which. */
function attributeOf(id: string, attribute: string, resource: Resource | undefined): string {
  const name = resource?.Type === 'AWS::SQS::Queue' ? (resource.Properties?.QueueName ?? id) : id;
  return attribute === 'Arn' ? `arn:${resource?.Type}:${name}` : `${id}.${attribute}`;
}
