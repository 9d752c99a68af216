import { MusterError } from '@muster/sdk';
import type { LeasedAccount, PoolAccess } from '@muster/sdk';
import type { AccountRecord } from '../accounts/account-record.ts';
import type { Pool } from '../pool/pool.ts';
import { leaseRef } from './account-lease.ts';

type Data = Readonly<Record<string, unknown>>;

export interface PoolAccessDeps {
  readonly pool: Pool;
  readonly plugin: string;
  readonly holder: string;
  readonly ttlMs: number;
  /** Throws when the task has ended. */
  readonly alive: () => void;
  readonly secretOf: (account: AccountRecord, field: string) => Promise<string | undefined>;
}

/** The pool as one task sees it: every lease is the task's, every call ends with it. */
export function createPoolAccess({ pool, plugin, holder, ttlMs, alive, secretOf }: PoolAccessDeps): PoolAccess<Data> {
  const leased = (record: AccountRecord): LeasedAccount<Data> => ({
    id: record.id,
    label: record.label,
    status: record.status,
    data: structuredClone(record.data),
    rank: record.rank,
    fence: record.fence,
    secret: (field) => secretOf(record, field),
  });
  // The state to restore is looked up by the fence: what the plugin hands back carries only what it may know.
  const refs = async (accounts: readonly LeasedAccount<Data>[]) => {
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
  const handedOut = async (owner: string) => (await pool.held(`owner/${owner}`)).filter((record) => record.plugin === plugin);
  const only = async (account: LeasedAccount<Data>) => {
    const [ref] = await refs([account]);
    if (!ref) throw new MusterError('LEASE_LOST', `This task does not hold ${account.label}.`);
    return ref;
  };

  return {
    async lease(request) {
      alive();
      if (!Number.isSafeInteger(request.count) || request.count < 0) {
        throw new MusterError('BAD_INPUT', `count: a lease asks for a whole number of accounts, not ${request.count}.`);
      }
      if (request.count === 0) return [];
      const records = await pool.lease({ ...request, plugin, holder, ttlMs });
      return records.map(leased);
    },
    async held() {
      alive();
      return (await pool.held(holder)).map(leased);
    },
    async handOut(accounts, { owner, expiresAt }) {
      alive();
      if (!/^[\w.@:-]{1,100}$/.test(owner)) {
        throw new MusterError('BAD_INPUT', 'owner: a name of 1 to 100 letters, digits and . _ - @ : is needed.');
      }
      await pool.handOut(await refs(accounts), { holder: `owner/${owner}`, until: expiresAt });
    },
    async giveBack(accounts) {
      alive();
      await pool.giveBack(await refs(accounts));
    },
    async rest(account, { until, status, why }) {
      alive();
      const change = { ...(status !== undefined && { status }), ...(why !== undefined && { why }) };
      await pool.finish(await only(account), { kind: 'rest', until, change });
    },
    async fail(account, { status, why }) {
      alive();
      await pool.finish(await only(account), { kind: 'failed', change: { why, ...(status !== undefined && { status }) } });
    },
    async supply(request) {
      alive();
      return pool.supply({ ...request, plugin });
    },
    async handedOutTo(owner) {
      alive();
      return (await handedOut(owner)).map(leased);
    },
    async takeBack(accounts, { owner, rest }) {
      alive();
      const out = new Map((await handedOut(owner)).map((record) => [`${record.id}/${record.fence}`, leaseRef(record)]));
      for (const account of accounts) {
        const ref = out.get(`${account.id}/${account.fence}`);
        if (!ref) throw new MusterError('LEASE_LOST', `${account.label} is not handed out to ${owner} (any more).`);
        if (!rest) await pool.giveBack([ref]);
        else {
          const change = {
            ...(rest.status !== undefined && { status: rest.status }),
            ...(rest.why !== undefined && { why: rest.why }),
          };
          await pool.finish(ref, { kind: 'rest', until: rest.until, change });
        }
      }
    },
  };
}
