import { type AppOption, withRunning } from './with-running.ts';

/** Prints the variables with which a program is at home in a running app, for `eval "$(celeriac env)"`. */
export function env(options: AppOption): Promise<void> {
  return withRunning(options, async ({ variables }) => {
    for (const [name, value] of Object.entries(variables)) {
      console.log(`export ${name}='${value.replaceAll("'", `'\\''`)}'`);
    }
  });
}
