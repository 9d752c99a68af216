import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { lockFileProblems } from './lock-file.mjs';

type Lock = { packages: Record<string, { resolved?: string }> };
const read = (): Lock => JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')) as Lock;

test('the lock file of this checkout is whole', () => {
  expect(lockFileProblems(read())).toEqual([]);
});

test('a missing package of another platform is named', () => {
  const lock = read();
  delete lock.packages['node_modules/@esbuild/darwin-arm64'];
  expect(lockFileProblems(lock)).toEqual([expect.stringMatching(/^node_modules\/esbuild .*@esbuild\/darwin-arm64/)]);
});

test('a package bound to one registry is named', () => {
  const lock = read();
  lock.packages['node_modules/zod'] = { resolved: 'https://registry.example.test/zod.tgz' };
  expect(lockFileProblems(lock)).toEqual(['node_modules/zod is bound to https://registry.example.test']);
});

test('an empty lock file is a problem', () => {
  expect(lockFileProblems({})).toEqual(['it lists no packages']);
});
