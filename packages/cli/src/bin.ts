#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

enableCompileCache();

// A reader that goes away (`| head`) ends the command without a word.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    throw error;
  });
}

const { isScreen } = await import('./is-screen.ts');
const argv = process.argv.slice(2);
const surroundings = { env: process.env, cwd: process.cwd(), bin: fileURLToPath(import.meta.url) };
if (isScreen(argv)) {
  const { openScreen } = await import('./open-screen.ts');
  process.exitCode = await openScreen(argv, surroundings);
} else {
  const { main } = await import('./main.ts');
  process.exitCode = await main(argv, surroundings);
}
