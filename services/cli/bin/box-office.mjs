#!/usr/bin/env node
// Stands in the repository, so that `npm ci` can link it before anything is built.
import { existsSync } from 'node:fs';

const program = new URL('../dist/main.js', import.meta.url);
if (existsSync(program)) await import(program.href);
else {
  process.stderr.write('box-office: it is not built yet; `npm run box-office -- --help` in the clone does that\n');
  process.exitCode = 4;
}
