import { readFileSync, writeFileSync } from 'node:fs';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';

type Parts = Record<string, { readonly Type?: string }>;

/** The parts of a CloudFormation template that name others. */
interface Template {
  Resources: Parts;
  Outputs?: Parts;
}

/**
 * Takes the Lambda functions out of a synthesized stack, and all that names one: mappings, permissions, alarms, the dashboard.
 * LocalStack makes functions with Docker and a download; everything else of the stack stays as it was written.
 *
 * @returns the logical ids of what is gone
 */
export function withoutFunctions(assembly: CloudAssembly, stackName: string): string[] {
  const path = assembly.getStackByName(stackName).templateFullPath;
  const template = JSON.parse(readFileSync(path, 'utf8')) as Template;
  const ofLambda = Object.keys(template.Resources).filter((id) =>
    template.Resources[id]?.Type?.startsWith('AWS::Lambda::'),
  );
  const gone = new Set(ofLambda);
  for (let before = -1; before < gone.size; ) {
    before = gone.size;
    for (const [id, part] of Object.entries(template.Resources)) if (namesOneOf(part, gone)) gone.add(id);
  }
  template.Resources = kept(template.Resources, (id) => !gone.has(id));
  if (template.Outputs) template.Outputs = kept(template.Outputs, (_, part) => !namesOneOf(part, gone));
  writeFileSync(path, JSON.stringify(template, undefined, 1));
  return [...gone];
}

function kept(parts: Parts, isKept: (id: string, part: object) => boolean): Parts {
  return Object.fromEntries(Object.entries(parts).filter(([id, part]) => isKept(id, part)));
}

/** Whether a part of a template refers to one of these: `Ref`, `Fn::GetAtt`, `Fn::Sub` or `DependsOn`. */
function namesOneOf(part: unknown, ids: ReadonlySet<string>): boolean {
  if (typeof part === 'string')
    return ids.has(part) || [...part.matchAll(/\$\{(\w+)/g)].some(([, id = '']) => ids.has(id));
  return typeof part === 'object' && part !== null && Object.values(part).some((inner) => namesOneOf(inner, ids));
}
