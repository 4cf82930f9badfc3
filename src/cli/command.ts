/** How hints call the command line: in a clone, which runs its sources, by the script, for no package is installed there. */
export const COMMAND: string = import.meta.url.endsWith('.ts') ? 'npm run -s celeriac --' : 'npx celeriac';
