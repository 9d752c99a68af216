import type { HostStatus } from '@muster/api';
import { expect, test } from 'vitest';
import { checkStatus } from './host.ts';

const STATUS: HostStatus = {
  version: '1.0.0',
  pid: 7,
  startedAt: 0,
  now: 0,
  directory: '/data',
  rssBytes: 0,
  cpuPercent: 0,
  store: { kind: 'lowdb', documents: {}, bytes: 0, savedAt: null, recovered: [], failed: null },
  vault: { state: 'open', warnings: [] },
  accounts: [],
  jobs: {},
  tasks: { running: 0, queued: 0, failed: 0 },
  prompts: 0,
  plugins: { loaded: 1, broken: 0 },
  tcp: null,
  lastSeq: 0,
};

const bad = (change: Partial<HostStatus>): string[] =>
  checkStatus({ ...STATUS, ...change }, '1.0.0')
    .filter(({ verdict }) => verdict !== 'ok')
    .map(({ name, verdict, advice }) => `${verdict} ${name}: ${advice}`);

test('a sound host gives no advice', () => {
  expect(bad({})).toEqual([]);
});

test('more than 100,000 accounts on the default store recommend the other one', () => {
  const accounts = [{ plugin: 'a', state: 'ready' as const, count: 100_001 }];
  expect(bad({ accounts })).toEqual([expect.stringContaining('muster store move sqlite')]);
  expect(bad({ accounts, store: { ...STATUS.store, kind: 'sqlite' } })).toEqual([]);
});

test('a store that failed and a locked vault are failures', () => {
  expect(bad({ store: { ...STATUS.store, failed: 'no space left' }, vault: { state: 'locked', warnings: [] } })).toEqual([
    expect.stringMatching(/^fail store/),
    expect.stringMatching(/^fail vault/),
  ]);
});

test('another version, broken plugins, recovery and questions are warned of', () => {
  const change = {
    version: '0.9.0',
    plugins: { loaded: 0, broken: 2 },
    prompts: 1,
    store: { ...STATUS.store, recovered: ['a torn tail was cut'] },
  };
  expect(bad(change).map((line) => line.split(':')[0])).toEqual(['warn host', 'warn recovery', 'warn plugins', 'warn inbox']);
});
