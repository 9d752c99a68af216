// The second half of `npm run build`: one file for the screen process, which has 300 ms from its start to the first
// frame. Does nothing when no input has changed since the last time.
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inkPatch } from './ink-patch.mjs';

const root = new URL('../', import.meta.url);
const at = (path) => fileURLToPath(new URL(path, root));
const entry = 'packages/cli/src/screen.ts';
const output = 'packages/cli/dist/bundle/';
const record = at(`${output}inputs.json`);

/** Name, size and time of each file: what tells that nothing changed, without reading it. */
const facts = (paths) =>
  paths.map((path) => {
    const { size, mtimeMs } = statSync(at(path));
    return [path, size, mtimeMs];
  });

function unchanged() {
  try {
    const before = JSON.parse(readFileSync(record, 'utf8'));
    return existsSync(at(`${output}screen.js`)) && JSON.stringify(facts(before.map(([path]) => path))) === JSON.stringify(before);
  } catch {
    return false;
  }
}

async function bundle() {
  const { build } = await import('esbuild');
  // Parts have their contents in their names: old ones would stay for ever.
  rmSync(at(output), { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: at('.'),
    entryPoints: { screen: entry },
    outdir: output,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    conditions: ['muster:source'],
    // The host and what it loads are reached by an import of their own, and only where host and screen are one process.
    external: ['@muster/host', '@muster/core', '@muster/plugin-*', 'react-devtools-core'],
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [inkPatch],
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    banner: {
      js: "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url);",
    },
    metafile: true,
    logLevel: 'warning',
  });
  writeFileSync(
    record,
    JSON.stringify(facts(['tools/bundle.mjs', 'tools/ink-patch.mjs', 'package-lock.json', ...Object.keys(metafile.inputs)])),
  );
}

if (!unchanged()) await bundle();
