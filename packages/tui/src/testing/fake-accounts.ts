import { ApiError } from '@muster/api';
import { type Answers, bodyOf } from './fake-call.ts';
import type { FakeHost } from './fake-host.ts';
import { fakeAccount } from './fake-roster.ts';

export const ACCOUNT_ANSWERS: Answers<FakeHost> = {
  getPool: (host) => {
    const of = (state: string) => host.roster.accounts.filter((account) => account.state === state);
    const states = ['ready', 'busy', 'cooling', 'needs-you', 'paused', 'failed', 'retired'];
    return {
      states: Object.fromEntries(states.map((state) => [state, of(state).length])),
      stock: [1, 30, 31].map((rank) => ({ rank, count: of('ready').length })),
      owners: [{ owner: 'mapper-1', count: 7 }],
      resting: [{ status: 'blind', count: of('cooling').length }],
      rests: { nextAt: 1_000, lastAt: 2_000 },
      leases: { nextAt: null, lastAt: null },
    };
  },
  forecastPool: (_, { query }) => ({
    wanted: Number(query?.['count']),
    ready: 3,
    at: null,
    missing: Number(query?.['count']) - 3,
  }),
  listAccounts: (host, { query = {} }) => {
    const found = host.roster.find(query);
    const offset = Number(query['offset'] ?? 0);
    return { total: found.length, accounts: found.slice(offset, offset + Number(query['limit'] ?? 50)) };
  },
  setAccountState: (host, args) => {
    const selected = new Set(host.roster.select(bodyOf(args)['selection']));
    host.roster.accounts = host.roster.accounts.map((account) =>
      selected.has(account) ? { ...account, state: bodyOf(args)['state'] } : account,
    );
    return { done: selected.size };
  },
  editAccount: (host, { params, body: change }) => {
    const edited = host.roster.accounts.map((account) =>
      account.id === params?.['id'] ? { ...account, ...(change as object) } : account,
    );
    host.roster.accounts = edited;
    return edited.find(({ id }) => id === params?.['id']);
  },
  removeAccounts: (host, args) => {
    const selected = new Set(host.roster.select(bodyOf(args)['selection']));
    host.roster.accounts = host.roster.accounts.filter((account) => !selected.has(account));
    return { done: selected.size };
  },
  revealSecret: () => ({ value: 'hunter2-sealed' }),
  addAccount: (host, args) => {
    const { username } = bodyOf(args)['data'] as { username: string };
    if (username === 'taken')
      throw new ApiError('CONFLICT', 'username: there is an account "taken" already.', { details: { field: 'username' } });
    const account = fakeAccount(host.roster.accounts.length, { label: username });
    host.roster.accounts = [...host.roster.accounts, account];
    return account;
  },
  loadDemo: (host, args) => {
    host.roster.accounts = Array.from({ length: bodyOf(args)['count'] }, (_, index) => fakeAccount(index));
    return { done: host.roster.accounts.length };
  },
};
