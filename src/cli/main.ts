import { CeleriacError } from '../base/errors.ts';
import { commandFolder } from '../local/inherited.ts';
import { program } from './program.ts';

/** Runs the command line. An error that was to be expected is one line with its code; the process then ends with 1. */
export async function main(argv: readonly string[]): Promise<void> {
  process.stdout.on('error', () => process.exit()); // whoever read it has gone: `celeriac dev | head`
  process.chdir(commandFolder());
  try {
    await program().parseAsync(argv);
  } catch (error) {
    process.exitCode = 1;
    console.error(errorText(error));
  }
}

function errorText(error: unknown): string {
  if (error instanceof CeleriacError) {
    const name = error.code === 'REMOTE_ERROR' || error.name !== error.constructor.name ? `${error.name}: ` : '';
    return `celeriac: ${error.code}: ${name}${error.message}`;
  }
  if (error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED') {
    return 'celeriac: ECONNREFUSED: the embedded AWS of `celeriac dev` does not answer; is it still running?';
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
