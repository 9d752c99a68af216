import { definePlugin, secret, type ImportEntry } from '@muster/sdk';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { factsOf } from './import-facts.ts';
import { createAccounts } from './create-accounts.ts';
import { fileOf, openRoster, testPlugins } from '../testing/roster-things.ts';
import { createPool } from '../pool/create-pool.ts';

const NOW = 1_000_000;

let entries: readonly ImportEntry[] = [];
const plugin = definePlugin({
  id: 'test',
  title: 'Test',
  config: z.object({ limit: z.int().default(3) }),
  account: z.object({ name: z.string(), password: secret(z.string()) }),
  identity: [['name']],
  statuses: { active: 'ready', inactive: 'paused', limited: 'cooling', banned: 'failed', asks: 'needs-you' },
  import: {
    options: z.object({}),
    load: () =>
      Promise.resolve({
        default: async function* read() {
          yield* entries;
        },
      }),
  },
});

test.each([
  ['no facts', undefined, {}],
  ['a word that means ready', { status: 'active' }, { state: 'ready', status: 'active' }],
  ['a word that means paused', { status: 'inactive' }, { state: 'paused', status: 'inactive' }],
  ['a word that means failed', { status: 'banned', why: 'by them' }, { state: 'failed', status: 'banned', why: 'by them' }],
  ['a rest', { status: 'limited', restUntil: NOW + 5 }, { state: 'cooling', status: 'limited', dueAt: NOW + 5 }],
  ['a rest that is over', { status: 'limited', restUntil: NOW - 5 }, { state: 'ready' }],
  ['a rest without its end', { status: 'limited' }, { state: 'ready' }],
  ['a word that there is not', { status: 'constructor' }, { state: 'ready' }],
  ['a state that only a person can answer', { status: 'asks' }, { state: 'ready' }],
  [
    'figures',
    { priority: 4, uses: 7, usedAt: 5, createdAt: 3 },
    { state: 'ready', priority: 4, uses: 7, usedAt: 5, createdAt: 3 },
  ],
  ['figures that cannot be', { priority: -1, uses: 1.5, usedAt: NOW + 1, createdAt: NaN }, { state: 'ready' }],
  ['tags', { tags: ['a', '', 'x'.repeat(201)] }, { state: 'ready', tags: ['a'] }],
])('%s', (_, facts, expected) => {
  expect(factsOf(plugin, facts, NOW)).toEqual(expected);
});

test('a rest that a file tells of ends by itself, and settings are taken over only where that is allowed', async () => {
  const roster = await openRoster();
  const configured: unknown[] = [];
  const plugins = {
    ...testPlugins({}, [plugin]),
    configure: async (_: string, values: unknown) => {
      configured.push(values);
      if (configured.length > 1) throw new Error('limit: too small');
    },
  };
  const { store, vault, clock, random, events, circle } = roster;
  const accounts = createAccounts({
    store,
    vault,
    events,
    plugins,
    clock,
    random,
    redactor: { add: () => undefined, addForNow: () => () => undefined, redact: (value) => value },
    circle,
  });
  const pool = createPool({ store, events, clock, random, plugins, circle });
  await pool.start();
  const load = async (more: { mayConfigure?: boolean; dryRun?: boolean }): Promise<unknown[]> => {
    const said: unknown[] = [];
    const options = { plugin: 'test', file: fileOf([]), options: {}, dryRun: false, onConflict: 'keep', actor: 'local' } as const;
    for await (const line of accounts.import({ ...options, signal: new AbortController().signal, ...more })) said.push(line);
    return said;
  };
  const data = { name: 'a', password: 'x' };
  entries = [
    { kind: 'settings', settings: { limit: 5 } },
    { kind: 'account', line: 1, data, facts: { status: 'limited', restUntil: clock.now() + 60_000, tags: ['old'] } },
  ];
  expect(JSON.stringify(await load({ dryRun: true, mayConfigure: true }))).toContain('Settings would be taken over: limit.');
  expect(JSON.stringify(await load({}))).toContain('needs the scope');
  expect(configured).toEqual([]);
  expect(await accounts.find('a')).toMatchObject({ state: 'cooling', status: 'limited', tags: ['old'] });
  expect(JSON.stringify(await load({ mayConfigure: true }))).toContain('Settings were taken over: limit.');
  expect(JSON.stringify(await load({ mayConfigure: true }))).toContain('left out: limit: too small');
  expect(configured).toEqual([{ limit: 5 }, { limit: 5 }]);
  await clock.advance(60_000);
  await expect.poll(() => accounts.find('a')).toMatchObject({ state: 'ready', status: 'active' });
  await pool.stop();
});
