#!/usr/bin/env node
// A file that is there before anything is built: npm links commands while it installs, and leaves out what it does not find.
import { existsSync } from 'node:fs';

const program = new URL('../dist/bin.js', import.meta.url);
if (existsSync(program)) await import(program.href);
else {
  process.stderr.write('muster: it is not built yet; run "npm start" in the checkout once.\n');
  process.exitCode = 1;
}
