import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataDirectory, findCheckout } from './data-directory.ts';

const base = { flag: undefined, env: {}, cwd: '/here', checkout: null, home: '/home/op' };

test.each([
  ['--data comes first', { flag: 'roster', env: { MUSTER_HOME: '/other' }, checkout: '/src' }, '/here/roster'],
  ['then MUSTER_HOME', { env: { MUSTER_HOME: '/other' }, checkout: '/src' }, '/other'],
  ['a relative MUSTER_HOME counts from the working directory', { env: { MUSTER_HOME: 'other' } }, '/here/other'],
  ['an empty MUSTER_HOME counts as none', { env: { MUSTER_HOME: '' }, checkout: '/src' }, '/src/data'],
  ['then data/ of the checkout', { checkout: '/src' }, '/src/data'],
  ['then the XDG state folder', { env: { XDG_STATE_HOME: '/state' } }, '/state/muster'],
  ['a relative XDG state folder is ignored', { env: { XDG_STATE_HOME: 'state' } }, '/home/op/.local/state/muster'],
  ['and its default', {}, '/home/op/.local/state/muster'],
])('%s', (_name, facts, expected) => {
  expect(dataDirectory({ ...base, ...facts })).toBe(expected);
});

test('the checkout is found from a folder inside it, and not elsewhere', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-checkout-'));
  try {
    const inside = join(folder, 'packages', 'cli', 'dist');
    await mkdir(inside, { recursive: true });
    expect(findCheckout(inside)).toBeNull();
    await writeFile(join(folder, 'nx.json'), '{}');
    expect(findCheckout(inside)).toBe(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
});
