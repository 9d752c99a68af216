import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
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
      'package/plugins/pokepool/dist/index.js',
    ]),
  );
  expect(files.filter((file) => /\.test\.|\/src\/|fixtures/.test(file))).toEqual([]);
});

test('it names every dependency of the workspaces once, and they name none', async () => {
  const manifest = async (path: string) => JSON.parse(await readFile(path, 'utf8')) as { dependencies?: Record<string, string> };
  const packed = await manifest(join(folder, 'package/package.json'));
  for (const name of ['sdk', 'core', 'api', 'host', 'tui']) {
    const { dependencies = {} } = await manifest(join(root, 'packages', name, 'package.json'));
    expect(packed.dependencies).toMatchObject(dependencies);
    expect(await manifest(join(folder, `package/node_modules/@muster/${name}/package.json`))).not.toHaveProperty('dependencies');
  }
});
