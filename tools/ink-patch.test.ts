import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { inkPatch, patched, REPLACEMENTS } from './ink-patch.mjs';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../', import.meta.url));
const INK = new URL('../node_modules/ink/', import.meta.url);

test.each(Object.keys(REPLACEMENTS))('%s is as the patch expects it', async (file) => {
  const source = await readFile(new URL(file, INK), 'utf8');
  expect(patched(file, source)).not.toBe(source);
});

test('a place that is not there any more is an error that names it', () => {
  expect(() => patched('build/output.js', 'class Output {}')).toThrow(/no longer exactly one "caches/);
});

test('the library still throws its caches away after each frame; when it keeps them, the patch can go', async () => {
  const { default: Output } = (await import(new URL('build/output.js', INK).href)) as {
    default: new (size: { width: number; height: number }) => { caches: unknown };
  };
  const size = { width: 10, height: 1 };
  expect(new Output(size).caches).not.toBe(new Output(size).caches);
});

const SCENE = `
import { Box, renderToString, Text } from 'ink';
import { createElement as h } from 'react';
const text = (props, ...children) => h(Text, { wrap: 'truncate', ...props }, ...children);
const scene = (n) => h(Box, { width: 40, height: 8, overflow: 'hidden', borderStyle: 'round' },
  h(Box, { flexDirection: 'column', width: 60 },
    text({ color: 'red' }, 'plain and long enough to be cut at the edge of the box ' + n),
    text({}, 'two', h(Text, { bold: true, inverse: true }, ' 漢字 e\\u0301 '), 'pieces'),
    h(Text, {}, 'one\\ntwo ' + n + '\\nthree'),
    text({ dimColor: true }, '漢'.repeat(30))),
  h(Box, { position: 'absolute', top: 6, left: 6 }, text({}, 'in front ' + (n % 3))));
console.log(JSON.stringify([0, 1, 2, 1, 0].map((n) => renderToString(scene(n), { columns: 50 }))));
`;

async function frames(patch: boolean): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-ink-'));
  await build({
    stdin: { contents: SCENE, resolveDir: `${ROOT}packages/tui` },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    external: ['react-devtools-core'],
    plugins: patch ? [inkPatch] : [],
    define: { 'process.env.NODE_ENV': '"production"' },
    banner: { js: "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire('/');" },
    logLevel: 'error',
  });
  const { stdout } = await run(process.execPath, [join(folder, 'stdin.mjs')]);
  await rm(folder, { recursive: true });
  return JSON.parse(stdout) as string[];
}

test('what is drawn with the patch is what is drawn without it', async () => {
  const plain = await frames(false);
  expect(plain[0]).toContain('漢字');
  expect(await frames(true)).toEqual(plain);
});
