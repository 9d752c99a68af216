import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ACCOUNTS, openStore, type AccountRecord, type Store } from '@muster/core';

export const accountId = (number: number): string => `a${String(number).padStart(15, '0')}`;

/** An account as an import leaves it, with a sealed password. Levels 1 to 40 take turns. */
export const account = (number: number): AccountRecord => ({
  id: accountId(number),
  plugin: 'pokepool',
  key: `pokepool\u001fptc\u001fuser${number}`,
  key2: null,
  label: `user${number}`,
  state: 'ready',
  status: null,
  why: null,
  order: number,
  rank: 1 + ((number * 7) % 40),
  dueAt: null,
  lease: null,
  fence: 0,
  usedAt: 0,
  uses: 0,
  tries: 0,
  priority: 0,
  tags: [],
  pending: null,
  windowStart: 0,
  windowUses: 0,
  data: { username: `user${number}`, provider: 'ptc', level: 1 + ((number * 7) % 40) },
  secrets: { password: `mv1:0123456789abcdef:${'x'.repeat(76)}` },
  createdAt: 1_750_000_000_000,
  updatedAt: 1_750_000_000_000,
});

export type Kind = 'lowdb' | 'sqlite';

export const openRoster = (kind: Kind, directory: string): Promise<Store> =>
  openStore(kind, { directory, collections: [ACCOUNTS], now: () => Date.now() });

export interface Roster {
  readonly directory: string;
  readonly size: number;
  remove(): Promise<void>;
}

/** A closed store with so many accounts in it. */
export const buildRoster = async (kind: Kind, size: number): Promise<Roster> => {
  const directory = await mkdtemp(join(tmpdir(), `muster-bench-${kind}-`));
  const store = await openRoster(kind, directory);
  for (let first = 0; first < size; first += 1000)
    await store.commit(
      Array.from({ length: Math.min(1000, size - first) }, (_, at) => ({ insert: 'accounts', document: account(first + at) })),
    );
  await store.close();
  return { directory, size, remove: () => rm(directory, { recursive: true }) };
};

export const bytesIn = async (directory: string): Promise<number> => {
  const sizes = await Promise.all((await readdir(directory)).map(async (name) => (await stat(join(directory, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
};
