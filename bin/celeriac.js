#!/usr/bin/env node
import { existsSync } from 'node:fs';

// a checkout runs its sources, the package its build
const sources = new URL('../src/cli/main.ts', import.meta.url);
const built = new URL('../dist/src/cli/main.js', import.meta.url);

if (!existsSync(sources) && Number(process.versions.node.split('.')[0]) < 22) {
  console.error(`celeriac needs Node.js 22.12 or newer, this is ${process.version}`);
  process.exit(1);
}
const { main } = await import(existsSync(sources) ? sources.href : built.href);
await main(process.argv);
