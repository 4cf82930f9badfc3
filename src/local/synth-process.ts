/**
 * Reads an app, or bundles its functions, for a construct that cannot wait: `synth-process <request file> <answer file>`, both
 * JSON. An error that was to be expected is part of the answer.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { CeleriacError } from '../base/errors.ts';
import { type BundleFunctionsRequest, bundleForSynth, type ReadRequest, readForSynth } from './synth.ts';

const [, , requestFile = '', answerFile = ''] = process.argv;
const request = JSON.parse(readFileSync(requestFile, 'utf8')) as ReadRequest | BundleFunctionsRequest;
writeFileSync(answerFile, JSON.stringify(await answer()));

async function answer(): Promise<object> {
  try {
    return { value: request.kind === 'read' ? await readForSynth(request) : await bundleForSynth(request) };
  } catch (error) {
    if (error instanceof CeleriacError) return { error: error.message };
    throw error;
  }
}
