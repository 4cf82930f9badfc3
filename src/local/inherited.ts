import { statSync } from 'node:fs';
import { relative } from 'node:path';

/** The variables of this process: its tasks inherit them, its checks look at them. */
export function inheritedVariables(): NodeJS.ProcessEnv {
  // biome-ignore lint/style/noProcessEnv: the one place where what runs locally reads it
  return process.env;
}

/**
 * The folder in which whoever runs this stands: npm changes from there up to the root of the package, and says where it was.
 *
 * A folder that is not below this one was left on purpose: `cd app && celeriac …` in a script.
 */
export function commandFolder(): string {
  const here = process.cwd();
  const { INIT_CWD: asked = here } = inheritedVariables();
  const isBelow = !relative(here, asked).startsWith('..');
  return isBelow && statSync(asked, { throwIfNoEntry: false })?.isDirectory() ? asked : here;
}
