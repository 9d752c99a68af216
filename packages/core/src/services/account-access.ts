import { MusterError, type AccountAccess, type AccountState, type KnownAccount } from '@muster/sdk';
import type { AccountRecord } from '../accounts/account-record.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { Events } from '../events/events.ts';
import { changeAccount, type AccountChangeDeps } from '../jobs/account-change.ts';
import { refused } from '../ports/refused.ts';
import { eq } from '../query/filter.ts';

type Data = Readonly<Record<string, unknown>>;

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;
const RETRIES = 10;
/** A status word moves an account only out of these: who is paused, retired or leased stays so. */
const MOVED_BY_WORD: ReadonlySet<AccountState> = new Set(['ready', 'cooling', 'failed']);
const MEANT_BY_WORD: ReadonlySet<AccountState> = new Set(['ready', 'failed', 'paused', 'retired']);

export interface AccountAccessDeps extends AccountChangeDeps {
  readonly accounts: Accounts;
  readonly events: Events;
}

/** The accounts of one plugin, for whoever acts in the name of `actor`. Those of other plugins are not there. */
export function createAccountAccess(
  deps: AccountAccessDeps,
  { plugin, actor }: { readonly plugin: string; readonly actor: string },
): AccountAccess<Data> {
  const { store, accounts, plugins, events } = deps;

  const find = async (id: string): Promise<AccountRecord | undefined> => {
    const record = await store.get<AccountRecord>('accounts', id);
    return record?.plugin === plugin ? record : undefined;
  };
  const own = async (id: string): Promise<AccountRecord> => {
    const record = await find(id);
    if (!record) throw new MusterError('NOT_FOUND', `"${plugin}" has no account ${id}.`);
    return record;
  };
  const known = (record: AccountRecord): KnownAccount<Data> => {
    const { state, why, tags, priority, createdAt, updatedAt, usedAt, uses, tries } = record;
    const secret = async (field: string): Promise<string | undefined> => accounts.secretOf(await own(record.id), field);
    const facts = { state, why, tags: [...tags], priority, createdAt, updatedAt, usedAt, uses, tries };
    return { id: record.id, label: record.label, status: record.status, data: structuredClone(record.data), secret, ...facts };
  };
  /** The state that the new status word means, for an account that nobody holds. */
  const followWord = async (record: AccountRecord): Promise<void> => {
    const { statuses } = plugins.get(plugin);
    const { id, status, fence } = record;
    const state = status !== null && Object.hasOwn(statuses, status) ? statuses[status] : undefined;
    if (state === undefined || state === record.state || record.lease !== null) return;
    if (!MEANT_BY_WORD.has(state) || !MOVED_BY_WORD.has(record.state)) return;
    const patch = { set: { state, dueAt: null } };
    try {
      await store.commit([{ update: 'accounts', id, patch, if: { fence, state: record.state } }]);
    } catch (error) {
      // It was leased or paused in between, which counts for more.
      if (!refused(error)) throw error;
    }
  };

  return {
    async get(id) {
      const record = await find(id);
      return record && known(record);
    },

    async list({ where, sort, offset = 0, limit = DEFAULT_LIMIT } = {}) {
      if (!Number.isInteger(limit) || limit < 0 || limit > MAX_LIMIT) {
        throw new MusterError('BAD_INPUT', `limit: a whole number from 0 to ${MAX_LIMIT} is needed, not ${limit}.`);
      }
      if (!Number.isInteger(offset) || offset < 0) {
        throw new MusterError('BAD_INPUT', `offset: a whole number from 0 is needed, not ${offset}.`);
      }
      const descending = sort?.startsWith('-') ?? false;
      const order = sort === undefined ? {} : { sort: { by: descending ? sort.slice(1) : sort, descending } };
      const found = await accounts.list({ plugin, ...(where !== undefined && { where }), ...order, offset, limit });
      return { total: found.total, accounts: found.accounts.map(known) };
    },

    async tally() {
      const counted = await store.tally('accounts', ['state', 'status'], eq('plugin', plugin));
      return counted.map(({ key: [state, status], count }) => ({
        state: state as AccountState,
        status: typeof status === 'string' ? status : null,
        count,
      }));
    },

    add: async (data) => known(await accounts.add(plugin, data, actor)),

    async edit(id, { data, status, why }) {
      const change = { ...(data && { data }), ...(status !== undefined && { status }), ...(why !== undefined && { why }) };
      const fields = Object.keys({ ...data, ...(status !== undefined && { status }), ...(why !== undefined && { why }) });
      let changed: AccountRecord | undefined;
      for (let tries = 1; changed === undefined; tries += 1) {
        const record = await own(id);
        try {
          changed = await changeAccount(deps, record, change);
        } catch (error) {
          // Leased to another in between: this is not about a lease, so it counts all the same.
          if (!(error instanceof MusterError) || error.code !== 'LEASE_LOST' || tries === RETRIES) throw error;
        }
      }
      if (status !== undefined) await followWord(changed);
      await events.record({
        level: 'audit',
        type: 'account.edited',
        message: `Account "${changed.label}" edited: ${fields.join(', ')}`,
        actor,
        plugin,
        account: id,
        fields: { fields },
      });
      return known(await own(id));
    },

    async setState(id, state) {
      await own(id);
      await accounts.setState({ plugin, ids: [id] }, state, actor);
    },

    async remove(id) {
      await own(id);
      await accounts.remove({ plugin, ids: [id] }, actor);
    },
  };
}
