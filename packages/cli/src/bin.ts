#!/usr/bin/env node
import * as nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `muster: Node ${process.versions.node} is too old; take 22.18 or later (in a checkout, \`npm start\` brings its own).\n`,
  );
  process.exit(1);
}
nodeModule.enableCompileCache();

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
