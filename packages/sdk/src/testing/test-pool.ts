import { MusterError } from '../errors.ts';
import type { Plugin } from '../plugin.ts';
import type { HandedOut, LeasedAccount, PoolAccess, PooledAccount } from '../pool-access.ts';
import { secretFields } from '../secret.ts';
import type { TestAccount } from './test-account.ts';
import { statsOf } from './test-pool-stats.ts';

type Data = Readonly<Record<string, unknown>>;

export interface TestPoolOptions {
  readonly now: () => number;
  /** What an earlier pool left (see `changed`), in place of `rows`. */
  readonly state?: readonly TestAccount[];
  /** Told after each change, before the caller is: where a test writes the state down. */
  readonly changed?: (accounts: readonly TestAccount[]) => void;
}

/** A pool in memory with the promises of the real one, least recently used first. */
export interface TestPool {
  readonly accounts: readonly TestAccount[];
  /** The pool as one task sees it. */
  access(holder: string): PoolAccess<Data>;
}

export function createTestPool(plugin: Plugin, rows: readonly Data[], { now, state, changed }: TestPoolOptions): TestPool {
  const accounts = state
    ? state.map((account) => ({ ...account }))
    : rows.map((row, index) => createTestAccount(plugin, row, index));
  const nextOrder = (): number => accounts.reduce((highest, { order }) => Math.max(highest, order), 0) + 1;

  const wake = (): void => {
    for (const account of accounts) {
      if (account.dueAt === null || account.dueAt > now() || (account.state !== 'cooling' && account.state !== 'busy')) continue;
      Object.assign(account, { state: 'ready', dueAt: null, holder: null });
    }
  };

  const access = (holder: string): PoolAccess<Data> => {
    const show = (account: TestAccount): LeasedAccount<Data> => ({
      id: account.id,
      label: account.label,
      status: account.status,
      data: structuredClone(account.data),
      rank: account.rank,
      fence: account.fence,
      secret: async (field) => account.secrets[field],
    });
    const showPooled = (account: TestAccount): PooledAccount<Data> => ({
      ...show(account),
      state: account.state,
      owner: account.holder?.startsWith('owner/') === true ? account.holder.slice('owner/'.length) : null,
      dueAt: account.dueAt,
    });
    /** Under that fence still: with this owner (any, when none is named), or with nobody. */
    const standing = ({ id, fence }: HandedOut, owner: string | undefined): TestAccount | undefined =>
      accounts.find(
        (account) =>
          account.id === id &&
          account.fence === fence &&
          (account.holder === null ||
            (owner === undefined ? account.holder.startsWith('owner/') : account.holder === `owner/${owner}`)),
      );
    const held = (one: HandedOut): TestAccount | undefined =>
      accounts.find(({ id, fence, holder: who }) => id === one.id && fence === one.fence && who === holder);
    const mine = (leased: LeasedAccount<Data>): TestAccount => {
      const account = held(leased);
      if (!account) throw new MusterError('LEASE_LOST', `${holder} does not hold ${leased.label}.`);
      return account;
    };
    // All or none: whom it does not hold is found before anything changes.
    const change = (leased: readonly LeasedAccount<Data>[], patch: (account: TestAccount) => Partial<TestAccount>): void => {
      for (const account of leased.map(mine)) Object.assign(account, patch(account));
      changed?.(accounts);
    };
    const matching = ({ rank, where }: { rank?: { min?: number; max?: number }; where?: string }): TestAccount[] => {
      if (where !== undefined) throw new MusterError('BAD_FILTER', 'The test pool takes no filter.');
      wake();
      const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = rank ?? {};
      return accounts.filter((account) => account.rank >= min && account.rank <= max);
    };

    return {
      async lease(request) {
        const ready = matching(request).filter((account) => account.state === 'ready');
        const taken = ready.toSorted((a, b) => a.order - b.order).slice(0, request.count);
        for (const account of taken) Object.assign(account, { state: 'busy', holder, fence: account.fence + 1 });
        if (taken.length > 0) changed?.(accounts);
        return taken.map(show);
      },
      held: async () => accounts.filter((account) => account.holder === holder).map(show),
      async handOut(leased, { owner, expiresAt }) {
        change(leased, (account) => ({
          order: nextOrder(),
          uses: account.uses + 1,
          ...(expiresAt === null
            ? { state: 'ready', holder: null, dueAt: null }
            : { state: 'busy', holder: `owner/${owner}`, dueAt: expiresAt }),
        }));
      },
      giveBack: async (leased) => change(leased, () => ({ state: 'ready', holder: null, dueAt: null })),
      async rest(leased, { until, status, why }) {
        change([leased], (account) => ({
          state: 'cooling',
          holder: null,
          dueAt: until,
          order: nextOrder(),
          status: status ?? account.status,
          why: why ?? account.why,
        }));
      },
      async fail(leased, { status, why }) {
        change([leased], (account) => ({ state: 'failed', holder: null, dueAt: null, status: status ?? account.status, why }));
      },
      handedOutTo: async (owner) => accounts.filter((account) => account.holder === `owner/${owner}`).map(showPooled),
      async find(identities) {
        wake();
        const fields = plugin.identity[0] ?? [];
        const keyOf = (data: Data): string => fields.map((field) => fieldText(plugin, data, field)).join('/');
        const byKey = new Map(accounts.map((account) => [keyOf(account.data), account]));
        return identities.map((identity) => {
          const account = byKey.get(keyOf(identity));
          return account && showPooled(account);
        });
      },
      async takeBack(out, { owner, rest, fail }) {
        wake();
        const taken = out.map((one) => [one.id, standing(one, owner)] as const);
        for (const [, account] of taken) {
          if (!account || (account.holder === null && account.state !== 'ready')) continue;
          const free = { state: 'ready', holder: null, dueAt: null } as const;
          const away = rest && { state: 'cooling', dueAt: rest.until, order: nextOrder() };
          const words = { status: (rest ?? fail)?.status ?? account.status, why: (rest ?? fail)?.why ?? account.why };
          Object.assign(account, { ...free, ...away, ...(fail && { state: 'failed' }), ...words });
        }
        changed?.(accounts);
        return taken.flatMap(([id, account]) => (account ? [] : [id]));
      },
      async extend(out, { owner, expiresAt }) {
        wake();
        const kept = out.map((one) => [one.id, standing(one, owner)] as const);
        const moved = kept.flatMap(([id, account]) => (account?.holder ? [] : [id]));
        for (const [, account] of kept) if (account?.holder) account.dueAt = expiresAt;
        changed?.(accounts);
        return moved;
      },
      async update(one, { status, why, data }) {
        const account = standing(one, undefined) ?? held(one);
        if (!account) throw new MusterError('LEASE_LOST', `${one.id} has moved on.`);
        const words = { ...(status !== undefined && { status }), ...(why !== undefined && { why }) };
        Object.assign(account, words, data && { data: { ...account.data, ...data } });
        changed?.(accounts);
      },
      async stats() {
        wake();
        return statsOf(accounts);
      },
      async forecast({ count, rank }) {
        const all = matching({ ...(rank && { rank }) });
        const ready = all.filter(({ state }) => state === 'ready').length;
        const coming = all.flatMap(({ dueAt }) => dueAt ?? []).toSorted((a, b) => a - b);
        const lacking = count - ready;
        return lacking <= 0
          ? { wanted: count, ready, at: now(), missing: 0 }
          : { wanted: count, ready, at: coming[lacking - 1] ?? null, missing: Math.max(0, lacking - coming.length) };
      },
      async supply(request) {
        const all = matching(request);
        const times = all.flatMap(({ dueAt }) => (dueAt === null ? [] : [dueAt]));
        return {
          ready: all.filter((account) => account.state === 'ready').length,
          nextReadyAt: times.length === 0 ? null : Math.min(...times),
        };
      },
    };
  };
  return { accounts, access };
}

/** As identities are compared; what is not said has the schema's default. */
const fieldText = (plugin: Plugin, data: Data, field: string): string => {
  const schema = plugin.account.shape[field] as { safeParse(value: unknown): { readonly data?: unknown } } | undefined;
  const value = data[field] ?? schema?.safeParse(undefined).data;
  return typeof value === 'string' ? value.toLowerCase() : JSON.stringify(value ?? '');
};

/** A row as an account of the test pool, its secrets apart, validated by the plugin's schema. */
export function createTestAccount(plugin: Plugin, row: Data, index = 0): TestAccount {
  const parsed = plugin.account.parse(row);
  const hidden = new Set(secretFields(plugin.account));
  const data = Object.fromEntries(Object.entries(parsed).filter(([name]) => !hidden.has(name)));
  const secrets = Object.fromEntries(
    Object.entries(parsed).flatMap(([name, value]) => (hidden.has(name) && typeof value === 'string' ? [[name, value]] : [])),
  );
  const rank = plugin.rank === undefined ? 0 : data[plugin.rank];
  return {
    id: `account-${index + 1}`,
    label: plugin.label(data),
    data,
    secrets,
    rank: typeof rank === 'number' ? rank : 0,
    state: 'ready',
    status: null,
    why: null,
    order: index + 1,
    fence: 0,
    holder: null,
    dueAt: null,
    uses: 0,
  };
}
