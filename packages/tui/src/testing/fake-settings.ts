import type { HostStatus } from '@muster/api';
import { type Answers, bodyOf } from './fake-call.ts';
import type { FakeHost } from './fake-host.ts';

const statusOf = (host: FakeHost): HostStatus => ({
  version: '0.1.0',
  pid: 4121,
  startedAt: 0,
  now: 0,
  directory: '/tmp/muster',
  rssBytes: 90_000_000,
  cpuPercent: 0,
  store: {
    kind: 'lowdb',
    documents: { accounts: host.roster.accounts.length },
    bytes: 2_100_000,
    savedAt: null,
    recovered: [],
    failed: null,
  },
  vault: { state: 'open', warnings: [] },
  accounts: host.roster.tally(),
  jobs: {},
  tasks: { running: host.jobs.reduce((sum, job) => sum + job.running.length, 0), queued: 0, failed: 0 },
  prompts: host.prompts.length,
  plugins: { loaded: host.plugins.length, broken: 0 },
  tcp: null,
  lastSeq: host.events.at(-1)?.seq ?? 0,
});

export const SETTING_ANSWERS: Answers<FakeHost> = {
  getStatus: statusOf,
  queryEvents: (host, { query }) =>
    host.events.filter(({ account }) => query?.['account'] === undefined || account === query['account']),
  listTokens: () => [{ id: 'k1', name: 'ci', scopes: ['read'], createdAt: 0, expiresAt: null, lastUsedAt: null }],
  createToken: (_, args) => ({
    token: 'muster_secret-once',
    info: {
      id: 'k2',
      name: bodyOf(args)['name'],
      scopes: bodyOf(args)['scopes'],
      createdAt: 0,
      expiresAt: null,
      lastUsedAt: null,
    },
  }),
  revokeToken: () => ({ ok: true }),
  vaultStatus: () => ({
    state: 'open',
    slots: [{ id: 's1', type: 'key', source: 'key file' }],
    activeKey: '1',
    keys: 1,
    openedBy: 'key file',
    warnings: [],
  }),
  checkStore: () => ({ documents: 12, secrets: 3, problems: [] }),
};
