import { ApiError, type Account, type AccountState, type Selection, type Tally } from '@muster/api';

const STATES: readonly AccountState[] = [
  'ready',
  'ready',
  'ready',
  'busy',
  'cooling',
  'ready',
  'needs-you',
  'paused',
  'failed',
  'retired',
];

export const fakeAccount = (index: number, change: Partial<Account> = {}): Account => ({
  id: `a${index}`,
  plugin: 'demo',
  label: `user-${String(index).padStart(5, '0')}`,
  state: STATES[index % STATES.length] as AccountState,
  status: null,
  why: index % 10 === 8 ? 'wrong password' : null,
  rank: 1 + (index % 40),
  order: index,
  dueAt: null,
  holder: null,
  fence: 0,
  usedAt: 0,
  uses: 0,
  tries: 0,
  priority: 0,
  tags: index % 3 === 0 ? ['vip'] : [],
  data: { username: `user-${String(index).padStart(5, '0')}` },
  secretFields: ['password'],
  createdAt: 0,
  updatedAt: 0,
  ...change,
});

/** Enough of the filter language to test what the screen does with it: words, `state:a,b`, `id:x`; an open bracket is an error. */
function matches(account: Account, where: string): boolean {
  return where.split(/\s+/).every((term) => {
    const [, field, value] = /^(\w+):(.+)$/.exec(term) ?? [];
    if (field === 'state') return (value ?? '').split(',').includes(account.state);
    if (field === 'plugin') return account.plugin === value;
    if (field === 'id') return (value ?? '').split(',').includes(account.id);
    return account.label.includes(term);
  });
}

export interface FakeRoster {
  accounts: Account[];
  find(query: {
    readonly where?: string | undefined;
    readonly plugin?: string | undefined;
    readonly sort?: string | undefined;
  }): Account[];
  readonly select: (selection: Selection) => Account[];
  readonly tally: () => Tally;
}

export function createFakeRoster(count: number): FakeRoster {
  const roster: FakeRoster = {
    accounts: Array.from({ length: count }, (_, index) => fakeAccount(index)),
    find({ where = '', plugin, sort = '' }) {
      const open = where.indexOf('(');
      if (open >= 0 && !where.includes(')'))
        throw new ApiError('BAD_FILTER', `Filter, column ${open + 1}: This "(" is never closed. Add a ")".`, {
          details: { column: open + 1 },
        });
      const found = roster.accounts.filter(
        (account) => (plugin === undefined || account.plugin === plugin) && (where === '' || matches(account, where)),
      );
      if (sort === 'label') found.sort((a, b) => (a.label < b.label ? -1 : 1));
      return found;
    },
    select: ({ ids, where, plugin }) =>
      roster.find({ where, plugin }).filter((account) => ids === undefined || ids.includes(account.id)),
    tally() {
      return [...new Set(roster.accounts.map(({ plugin }) => plugin))].flatMap((plugin) => {
        const own = roster.accounts.filter((account) => account.plugin === plugin);
        const states = [...new Set(own.map(({ state }) => state))];
        return states.map((state) => ({ plugin, state, count: own.filter((account) => account.state === state).length }));
      });
    },
  };
  return roster;
}
