import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const plugins = ['bls', 'k2think', 'pokepool', 'whatsapp'];
let folder: string;
let files: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-package-'));
  execFileSync(process.execPath, ['tools/package.mjs', folder], { cwd: root, stdio: 'ignore' });
  execFileSync('tar', ['-xzf', join(folder, 'muster-0.1.0.tgz'), '-C', folder]);
  files = execFileSync('tar', ['-tzf', join(folder, 'muster-0.1.0.tgz')], { encoding: 'utf8' }).split('\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('the package holds the command, the workspaces it needs, and the plugins', () => {
  expect(files).toEqual(
    expect.arrayContaining([
      'package/bin/muster.mjs',
      'package/dist/bin.js',
      'package/dist/bundle/screen.js',
      'package/node_modules/@muster/core/dist/index.js',
      ...plugins.flatMap((name) => [`package/plugins/${name}/dist/index.js`, `package/plugins/${name}/package.json`]),
    ]),
  );
  expect(files.filter((file) => /\.test\.|\/src\/|fixtures/.test(file))).toEqual([]);
});

test('it names every dependency of the workspaces once, and they name none', async () => {
  const manifest = async (path: string) => JSON.parse(await readFile(path, 'utf8')) as { dependencies?: Record<string, string> };
  const packed = await manifest(join(folder, 'package/package.json'));
  const libraries = ['sdk', 'core', 'api', 'host', 'tui'].map(
    (name) => [`packages/${name}`, `node_modules/@muster/${name}`] as const,
  );
  for (const [from, to] of [...libraries, ...plugins.map((name) => [`plugins/${name}`, `plugins/${name}`] as const)]) {
    const { dependencies = {} } = await manifest(join(root, from, 'package.json'));
    expect(packed.dependencies).toMatchObject(dependencies);
    expect(await manifest(join(folder, 'package', to, 'package.json'))).not.toHaveProperty('dependencies');
  }
});

test('a browser is not downloaded while it is installed', async () => {
  const env = { ...process.env, HOME: folder, npm_config_loglevel: 'notice', PUPPETEER_CACHE_DIR: join(folder, 'browsers') };
  for (const name of Object.keys(env).filter((variable) => /^PUPPETEER_.*(SKIP|EXECUTABLE)/.test(variable)))
    Reflect.deleteProperty(env, name);
  const installed = join(folder, 'package/node_modules/puppeteer');
  await mkdir(installed, { recursive: true });
  for (const dependent of ['plugins/bls', 'node_modules/whatsapp-web.js']) {
    const above = createRequire(join(root, dependent, 'package.json')).resolve.paths('puppeteer') ?? [];
    const script = above.map((modules) => join(modules, 'puppeteer/install.mjs')).find((path) => existsSync(path)) ?? '';
    const told = execFileSync(process.execPath, [script], { cwd: installed, env, encoding: 'utf8' });
    expect(`${dependent}: ${told}`).toContain('Skipping downloading browsers');
  }
});
