import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { TaskApp } from '../../cdk/index.ts';
import { deployed, fixture, templateOf } from './synth.ts';

/** Where the code of each function is, by the first words of what it is called. */
function codeOf(template: Template): Record<string, unknown> {
  const functions = Object.values(template.findResources('AWS::Lambda::Function'));
  return Object.fromEntries(
    functions.map(({ Properties }) => [Properties.Description.split(' of the task app')[0], Properties.Code]),
  );
}

function bundled() {
  const app = new App({ analyticsReporting: false });
  const stack = new Stack(app, 'Stack');
  new TaskApp(stack, 'Tasks', { entry: fixture('shop') });
  return { stack, outFolder: app.synth().directory };
}

describe('the code of a stack that is deployed', () => {
  let first: ReturnType<typeof bundled>;
  beforeAll(() => {
    first = bundled();
  });

  it('is an asset a bundle, with its source map', () => {
    const { 'Worker of queue mail': mail, 'Lost function': lost } = codeOf(Template.fromStack(first.stack));
    expect(mail).not.toEqual(lost);
    for (const code of [mail, lost]) {
      const [hash] = (code as { S3Key: string }).S3Key.split('.');
      const folder = join(first.outFolder, `asset.${hash}`);
      expect(['index.mjs', 'index.mjs.map'].map((file) => existsSync(join(folder, file)))).toEqual([true, true]);
    }
  });

  it('is shared by queues whose tasks stand in the same modules', () => {
    const code = codeOf(Template.fromStack(first.stack));
    expect(code['Worker of queue mail']).toEqual(code['Worker of queue payments']);
  });

  it('is the same asset when nothing has changed', () => {
    expect(codeOf(Template.fromStack(bundled().stack))).toEqual(codeOf(Template.fromStack(first.stack)));
  });
});

describe('a stack that nobody deploys now', () => {
  it('is not bundled', () => {
    const template = templateOf();
    template.allResourcesProperties('AWS::Lambda::Function', {
      Code: { ZipFile: Match.stringLikeRegexp('synthesized without its code') },
    });
    expect(deployed().stack.bundlingRequired).toBe(false);
  });
});
