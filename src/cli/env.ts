import { environmentOf } from '../local/addresses.ts';
import { type AppOption, withDev } from './with-dev.ts';

/** Prints the variables with which a program is at home in the running `celeriac dev`, for `eval "$(celeriac env)"`. */
export function env(options: AppOption): Promise<void> {
  return withDev(options, async (_tools, { addresses }) => {
    for (const [name, value] of Object.entries(environmentOf(addresses))) console.log(`export ${name}='${value}'`);
  });
}
