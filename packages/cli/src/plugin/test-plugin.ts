import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { MusterError, safeText } from '@muster/sdk';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { findPlugin } from '../load-plugin.ts';

/**
 * Runs the conformance suite with the test runner of the checkout: the plugin's own test files, or, where it has none, one made of its
 * demo accounts. The plugin gets the sdk and zod of the checkout, wherever it lies.
 */
export async function testPlugin(context: Context, reference: string): Promise<void> {
  const { checkout, out } = context;
  if (checkout === null)
    throw new MusterError(
      'UNAVAILABLE',
      `The installed package has no test runner; in a checkout of muster: npx muster plugin test ${safeText(resolve(reference))}`,
    );
  if (out.json) throw new MusterError('BAD_REQUEST', 'The report of the test runner is no JSON; leave --json out.');
  const { entry, fault } = await findPlugin(context, reference);
  if (entry === null)
    throw new MusterError(
      'PLUGIN_BROKEN',
      `The plugin ${safeText(reference)} cannot be tested: ${fault?.reason ?? 'it has no entry'}`,
    );
  const root = await rootOf(entry);
  const cache = join(checkout, 'node_modules', '.cache');
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(join(cache, 'muster-plugin-test-'));
  try {
    const own = await hasTests(root);
    if (!own) await writeFile(join(work, 'made.test.ts'), madeTest(entry));
    await writeFile(join(work, 'vitest.config.ts'), config(checkout, own ? root : work));
    const code = await vitest(checkout, work);
    if (code !== 0) context.exit(EXIT.failed);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The folder with the plugin's package.json, or the file's own. */
async function rootOf(entry: string): Promise<string> {
  const file = await realpath(entry);
  for (let folder = dirname(file); dirname(folder) !== folder; folder = dirname(folder)) {
    if (await stat(join(folder, 'package.json')).catch(() => undefined)) return folder;
  }
  return dirname(file);
}

async function hasTests(root: string): Promise<boolean> {
  const files = await readdir(root, { recursive: true });
  return files.some((file) => /\.test\.tsx?$/.test(file) && !/(^|[/\\])(node_modules|dist)[/\\]/.test(file));
}

const madeTest = (entry: string): string => `import { definePluginTests } from '@muster/sdk/testing';
import plugin from ${JSON.stringify(resolve(entry))};

const actions = [...Object.keys(plugin.actions), ...Object.keys(plugin.pluginActions)];
definePluginTests(plugin, {
  accounts: plugin.demo?.(3) ?? [],
  inputs: Object.fromEntries(actions.map((name) => [name, {}])),
});
`;

const config = (checkout: string, root: string): string => {
  const at = (path: string): string => JSON.stringify(join(checkout, path));
  return `export default {
  root: ${JSON.stringify(root)},
  resolve: {
    conditions: ['node', 'import', 'default'],
    alias: [
      { find: /^@muster\\/sdk$/, replacement: ${at('packages/sdk/dist/index.js')} },
      { find: /^@muster\\/sdk\\/testing$/, replacement: ${at('packages/sdk/dist/testing/index.js')} },
      { find: /^zod$/, replacement: ${at('node_modules/zod/index.js')} },
      { find: /^vitest$/, replacement: ${at('node_modules/vitest/dist/index.js')} },
    ],
  },
  server: { fs: { strict: false } },
  test: { include: ['**/*.test.{ts,tsx}'], exclude: ['**/node_modules/**', '**/dist/**'], testTimeout: 30_000 },
};
`;
};

function vitest(checkout: string, work: string): Promise<number> {
  const bin = join(checkout, 'node_modules', 'vitest', 'vitest.mjs');
  const root = join(work, 'vitest.config.ts');
  return new Promise((done, reject) => {
    const child = spawn(process.execPath, [bin, 'run', '--config', root], { stdio: ['ignore', 'inherit', 'inherit'], cwd: work });
    child.on('error', reject);
    child.on('close', (code) => done(code ?? 1));
  });
}
