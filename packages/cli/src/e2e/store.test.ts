import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { COLLECTIONS, openStore } from '@muster/core';
import { HOST_COLLECTIONS } from '@muster/host';
import { describe, expect, test } from 'vitest';
import { lives } from '../connect/process-life.ts';
import { createHome, secretOf, type Home } from './home.ts';

const KEY = '.encryption_key';

/** A roster of so many accounts on one kind of store. */
async function roster(kind: 'lowdb' | 'sqlite', count: number): Promise<Home> {
  const home = await createHome();
  await mkdir(home.data, { mode: 0o700 });
  await writeFile(join(home.data, 'config.json'), JSON.stringify({ store: kind }));
  await home.writeAccounts('accounts.csv', count);
  await home.run(['import', 'pokepool', 'accounts.csv', '--level', '30']);
  return home;
}

const exported = async (home: Home): Promise<string> =>
  (await home.run(['export', 'pokepool', '--format', 'rocketmap', '--with-secrets', '--yes'])).stdout;

describe.each(['lowdb', 'sqlite'] as const)('on %s', (kind) => {
  test('a backup brings a wiped data directory back, with every secret', async () => {
    await using home = await roster(kind, 20);
    const before = await exported(home);
    expect(before).toContain(secretOf('heron20'));
    expect((await home.run(['store', 'backup', 'copy'])).code).toBe(0);
    await home.run(['stop']);
    await copyFile(join(home.data, KEY), join(home.folder, 'key'));
    await rm(home.data, { recursive: true });

    expect((await home.json('store', 'restore', 'copy')).value).toEqual({ documents: 20, replaced: null });
    await copyFile(join(home.folder, 'key'), join(home.data, KEY));
    expect((await home.json('store', 'check')).value).toMatchObject({ documents: 20, secrets: 20, problems: [] });
    expect(await exported(home)).toBe(before);
    expect((await home.json('status')).value.store.kind).toBe(kind);
  });

  test('the check names accounts whose secrets were swapped', async () => {
    await using home = await roster(kind, 4);
    const { value: list } = await home.json('accounts', 'list', '--sort', 'order');
    const [first, second] = list.accounts.map(({ id }: { id: string }) => id) as string[];
    await home.run(['stop']);
    const store = await openStore(undefined, {
      directory: join(home.data, 'store'),
      collections: [...COLLECTIONS, ...HOST_COLLECTIONS],
      now: () => Date.now(),
    });
    const sealed = async (id = ''): Promise<Record<string, string>> =>
      (await store.get<{ id: string; secrets: Record<string, string> }>('accounts', id))?.secrets ?? {};
    const [a, b] = [await sealed(first), await sealed(second)];
    await store.commit([
      { update: 'accounts', id: first ?? '', patch: { set: { secrets: b } } },
      { update: 'accounts', id: second ?? '', patch: { set: { secrets: a } } },
    ]);
    await store.close();
    const { code, value } = await home.json('store', 'check');
    expect([code, value.problems]).toEqual([1, [expect.stringContaining('heron1'), expect.stringContaining('heron2')]]);
    expect(JSON.stringify(value)).not.toContain('CaNaRy');
  });
});

test('a store is replaced only when that is said, and is kept', async () => {
  await using home = await roster('lowdb', 3);
  await home.run(['store', 'backup', 'copy']);
  expect((await home.json('store', 'restore', 'copy', '--yes')).value.error.code).toBe('HOST_RUNS');
  await home.run(['accounts', 'remove', '--account', 'heron1', '--yes']);
  await home.run(['stop']);
  const refused = await home.json('store', 'restore', 'copy');
  expect([refused.code, refused.value.error.message]).toEqual([2, expect.stringContaining('--yes')]);
  const { value } = await home.json('store', 'restore', 'copy', '--yes');
  expect(value).toEqual({ documents: expect.any(Number), replaced: join(home.data, 'store', 'replaced') });
  expect((await readdir(value.replaced)).some((name) => name.startsWith('store.'))).toBe(true);
  expect((await home.json('accounts', 'list')).value.total).toBe(3);
});

test('a backup of another vault brings its vault along, and the one before is kept', async () => {
  await using home = await roster('lowdb', 2);
  await home.run(['store', 'backup', 'copy']);
  await home.run(['stop']);
  const [key, header] = [await readFile(join(home.data, KEY)), await readFile(join(home.data, 'vault.json'), 'utf8')];
  await rm(home.data, { recursive: true });
  await home.run(['import', 'pokepool', 'accounts.csv']);
  await home.run(['stop']);
  const { value } = await home.json('store', 'restore', 'copy', '--yes');
  expect(await readFile(value.header, 'utf8')).not.toBe(header);
  expect(await readFile(join(home.data, 'vault.json'), 'utf8')).toBe(header);
  expect((await stat(join(home.data, 'vault.json'))).mode & 0o077).toBe(0);
  await writeFile(join(home.data, KEY), key);
  expect((await home.json('store', 'check')).value).toMatchObject({ secrets: 2, problems: [] });
});

test('a journal damaged in its middle is refused, repaired with its files kept, and then serves', async () => {
  await using home = await roster('lowdb', 5);
  await home.run(['accounts', 'disable', '--account', 'heron2']);
  await home.run(['accounts', 'disable', '--account', 'heron3']);
  await home.killHost();
  const folder = join(home.data, 'store');
  const journal = (await readdir(folder)).find((name) => name.includes('.journal.')) ?? '';
  const bytes = await readFile(join(folder, journal));
  // In the one write that held all five accounts, and in the one that paused the first of them.
  for (const text of ['"heron5"', '"paused"']) {
    const at = bytes.indexOf(text);
    expect(at).toBeGreaterThan(0);
    bytes[at] = (bytes[at] ?? 0) ^ 0x20;
  }
  await writeFile(join(folder, journal), bytes);

  const refused = await home.json('accounts', 'list');
  expect([refused.code, refused.value.error.code]).toEqual([1, 'STORE_CORRUPT']);
  expect(refused.value.error.message).toContain('muster store repair');
  const repaired = await home.json('store', 'repair');
  expect([repaired.code, repaired.value]).toEqual([
    0,
    {
      documents: expect.any(Number),
      lost: [expect.stringMatching(/but for 4 new documents/), expect.stringContaining(journal)],
      keptIn: join(folder, 'damaged-1'),
    },
  ]);
  expect(await readFile(join(repaired.value.keptIn, journal))).toEqual(bytes);
  const { value } = await home.json('accounts', 'list', '--sort', 'order');
  expect(value.accounts.map(({ label, state }: { label: string; state: string }) => [label, state])).toContainEqual([
    'heron3',
    'paused',
  ]);
  expect((await home.json('store', 'check')).value).toMatchObject({ secrets: 4, problems: [] });
});

test('stop returns when the process is gone and the directory is free', async () => {
  await using home = await roster('lowdb', 50);
  const pid = await home.hostPid();
  expect((await home.json('stop')).value).toEqual({ stopped: true, pid });
  expect(await lives(pid)).toBe(false);
  expect(existsSync(join(home.data, 'host.json'))).toBe(false);
});

test('what is no backup is said so, and nothing is made of it', async () => {
  await using home = await createHome();
  await mkdir(join(home.folder, 'empty/store'), { recursive: true });
  for (const name of ['none', 'empty']) {
    const { code, value } = await home.json('store', 'restore', name);
    expect([code, value.error.code]).toEqual([1, 'NOT_FOUND']);
  }
  await mkdir(join(home.folder, 'torn/store'), { recursive: true });
  await writeFile(join(home.folder, 'torn/store/store.json'), '{"format":');
  const { code, value } = await home.json('store', 'restore', 'torn');
  expect([code, value.error.code]).toEqual([1, 'STORE_CORRUPT']);
  expect(value.error.message).toContain('Nothing was changed');
});
