import { MusterError } from '@muster/sdk';
import type { AccountChange, HandedOut, LeasedAccount, Plugin, PoolAccess, PooledAccount } from '@muster/sdk';
import type { AccountRecord } from '../accounts/account-record.ts';
import { createDrafter } from '../accounts/account-draft.ts';
import { identityOf } from '../accounts/identity.ts';
import type { NewEvent } from '../events/event.ts';
import { OWNER, type LeaseRef, type Pool } from '../pool/pool.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import { oneOf } from '../query/filter.ts';
import { leaseRef } from './account-lease.ts';
import { createPoolHistory } from './pool-history.ts';

type Data = Readonly<Record<string, unknown>>;

const LOOKED_UP_AT_ONCE = 1_000;
const OWNER_NAME = /^[\w.@:-]{1,100}$/;

export interface PoolAccessDeps {
  readonly pool: Pool;
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly plugin: Plugin;
  /** What every event names: the task, or who asked. */
  readonly about: Pick<NewEvent, 'actor' | 'job' | 'task'>;
  readonly record: (event: NewEvent) => Promise<void>;
  readonly change: (account: AccountRecord, change: AccountChange<Data>) => Promise<AccountRecord>;
  readonly holder: string;
  readonly ttlMs: number;
  /** Throws when the task has ended. */
  readonly alive: () => void;
  readonly secretOf: (account: AccountRecord, field: string) => Promise<string | undefined>;
}

/** The pool as one task sees it: every lease is the task's, every call ends with it. */
export function createPoolAccess(deps: PoolAccessDeps): PoolAccess<Data> {
  const { pool, store, clock, plugin, holder, ttlMs, alive, secretOf } = deps;
  const { id: pluginId } = plugin;
  const history = createPoolHistory(deps);
  const leased = (record: AccountRecord): LeasedAccount<Data> => ({
    id: record.id,
    label: record.label,
    status: record.status,
    data: structuredClone(record.data),
    rank: record.rank,
    fence: record.fence,
    secret: (field) => secretOf(record, field),
  });
  const pooled = (record: AccountRecord): PooledAccount<Data> => {
    const { state, lease, dueAt } = record;
    const owner = lease?.holder.startsWith(OWNER) === true ? lease.holder.slice(OWNER.length) : null;
    return { ...leased(record), state, owner, dueAt };
  };
  // The state to restore is looked up by the fence: what the plugin hands back carries only what it may know.
  const refs = async (accounts: readonly LeasedAccount<Data>[]): Promise<LeaseRef[]> => {
    const held = new Map((await pool.held(holder)).map((record) => [`${record.id}/${record.fence}`, leaseRef(record)]));
    return accounts.map((account) => {
      const ref = held.get(`${account.id}/${account.fence}`);
      if (!ref)
        throw new MusterError(
          'LEASE_LOST',
          `This task does not hold ${account.label} (any more); it cannot be used or given back.`,
        );
      return ref;
    });
  };
  const only = async (account: LeasedAccount<Data>): Promise<LeaseRef> => {
    const [ref] = await refs([account]);
    if (!ref) throw new MusterError('LEASE_LOST', `This task does not hold ${account.label}.`);
    return ref;
  };
  const holderOf = (owner: string): string => {
    if (!OWNER_NAME.test(owner))
      throw new MusterError('BAD_INPUT', 'owner: a name of 1 to 100 letters, digits and . _ - @ : is needed.');
    return `${OWNER}${owner}`;
  };
  /** Some at a time, in their order. */
  const listBy = async (path: string, values: readonly string[]): Promise<AccountRecord[]> => {
    const found: AccountRecord[] = [];
    for (let at = 0; at < values.length; at += LOOKED_UP_AT_ONCE) {
      const where = oneOf(path, values.slice(at, at + LOOKED_UP_AT_ONCE));
      found.push(...(await store.list<AccountRecord>('accounts', { where })));
    }
    return found;
  };

  return {
    async lease(request) {
      alive();
      if (!Number.isSafeInteger(request.count) || request.count < 0) {
        throw new MusterError('BAD_INPUT', `count: a lease asks for a whole number of accounts, not ${request.count}.`);
      }
      if (request.count === 0) return [];
      const records = await pool.lease({ ...request, plugin: pluginId, holder, ttlMs });
      return records.map(leased);
    },
    async held() {
      alive();
      return (await pool.held(holder)).map(leased);
    },
    async handOut(accounts, { owner, expiresAt }) {
      alive();
      const to = holderOf(owner);
      const chapter = history.handedOut(accounts, { owner, expiresAt });
      await pool.handOut(await refs(accounts), { holder: to, until: expiresAt, beside: [chapter.operation] });
      await chapter.tell();
    },
    async giveBack(accounts) {
      alive();
      await pool.giveBack(await refs(accounts));
    },
    async rest(account, { until, status, why }) {
      alive();
      const change = { ...(status !== undefined && { status }), ...(why !== undefined && { why }) };
      const chapter = history.judged([account], { rest: { until, ...change } });
      await pool.finish(await only(account), { kind: 'rest', until, change }, [chapter.operation]);
      await chapter.tell();
    },
    async fail(account, { status, why }) {
      alive();
      const change = { why, ...(status !== undefined && { status }) };
      const chapter = history.judged([account], { fail: change });
      await pool.finish(await only(account), { kind: 'failed', change }, [chapter.operation]);
      await chapter.tell();
    },
    async supply(request) {
      alive();
      return pool.supply({ ...request, plugin: pluginId });
    },
    async handedOutTo(owner) {
      alive();
      return (await pool.held(holderOf(owner))).filter((record) => record.plugin === pluginId).map(pooled);
    },
    async find(identities) {
      alive();
      await pool.wake();
      const { identityDefaults } = createDrafter(plugin);
      const keys = identities.map((identity) => identityOf(plugin, { ...identityDefaults, ...identity }).key);
      const found = new Map((await listBy('key', keys)).map((record) => [record.key, record]));
      return keys.map((key) => {
        const record = found.get(key);
        return record && pooled(record);
      });
    },
    async takeBack(accounts, { owner, rest, fail, instead }) {
      alive();
      const { until = 0, ...restWords } = rest ?? {};
      const outcome = rest
        ? ({ kind: 'rest', until, change: restWords } as const)
        : fail
          ? ({ kind: 'failed', change: fail } as const)
          : ({ kind: 'unused' } as const);
      const from = owner === undefined ? {} : { holder: holderOf(owner) };
      const beside = (taken: readonly AccountRecord[]) =>
        history.takenBack(taken, { ...(rest && { rest }), ...(fail && { fail }), ...(instead !== undefined && { instead }) });
      return (await pool.takeBack({ plugin: pluginId, accounts, outcome, beside, ...from })).moved;
    },
    async extend(accounts, { owner, expiresAt }) {
      alive();
      const held = new Map((await pool.held(holderOf(owner))).map((record) => [`${record.id}/${record.fence}`, record]));
      const of = ({ id, fence }: HandedOut): AccountRecord | undefined => held.get(`${id}/${fence}`);
      const theirs = accounts.flatMap((account) => of(account) ?? []);
      await pool.renew(theirs.map(leaseRef), expiresAt - clock.now());
      return accounts.flatMap((account) => (of(account) ? [] : [account.id]));
    },
    async update({ id, fence }, change) {
      alive();
      const record = await store.get<AccountRecord>('accounts', id);
      if (record?.plugin !== pluginId || record.fence !== fence)
        throw new MusterError('LEASE_LOST', `Account ${record?.label ?? id} has been leased to somebody else since.`);
      await deps.change(record, change);
    },
    async stats() {
      alive();
      return pool.stats(pluginId);
    },
    async forecast(request) {
      alive();
      return pool.forecast({ ...request, plugin: pluginId });
    },
  };
}
