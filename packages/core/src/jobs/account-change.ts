import { MusterError } from '@muster/sdk';
import type { AccountChange, Json, JsonObject } from '@muster/sdk';
import { createDrafter, sealSecrets } from '../accounts/account-draft.ts';
import type { AccountRecord } from '../accounts/account-record.ts';
import { checkUnique } from '../accounts/uniqueness.ts';
import type { Redactor } from '../events/events.ts';
import type { Plugins } from '../plugins/plugins.ts';
import { leaseLost } from '../pool/lease-lost.ts';
import { refused } from '../ports/refused.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import type { Vault } from '../vault/vault.ts';
import { leaseRef } from './account-lease.ts';

export interface AccountChangeDeps {
  readonly store: Store;
  readonly vault: Vault;
  readonly plugins: Plugins;
  readonly redactor: Redactor;
  readonly clock: Clock;
}

type Data = Readonly<Record<string, unknown>>;

const RETRIES = 10;

/**
 * What a task says of the account that it holds, merged and durable. BAD_INPUT names the field, CONFLICT the account that
 * has the identity already, LEASE_LOST when another holds it now.
 */
export async function changeAccount(
  deps: AccountChangeDeps,
  leased: AccountRecord,
  change: AccountChange<Data>,
): Promise<AccountRecord> {
  const { store, plugins } = deps;
  const { id, fence } = leased;
  for (let tries = 1; ; tries += 1) {
    // Read anew: an operator may have edited it since it was leased.
    const record = await store.get<AccountRecord>('accounts', id);
    if (record?.fence !== fence) throw leaseLost([{ lease: leaseRef(leased), record }]);
    const set = changedFields(deps, record, change);
    try {
      const { updatedAt } = record;
      await store.commit([{ update: 'accounts', id, patch: { set: set as JsonObject }, if: { fence, updatedAt } }]);
      return { ...record, ...set };
    } catch (error) {
      if (!refused(error)) throw error;
      const { key, key2 } = { ...record, ...set };
      await checkUnique(store, plugins.get(record.plugin), { id, key, key2 });
      if (tries === RETRIES) throw error;
    }
  }
}

function changedFields(deps: AccountChangeDeps, record: AccountRecord, change: AccountChange<Data>): Partial<AccountRecord> {
  const { vault, plugins, redactor, clock } = deps;
  const plugin = plugins.get(record.plugin);
  if (typeof change.status === 'string' && !Object.hasOwn(plugin.statuses, change.status)) {
    const known = Object.keys(plugin.statuses).join(', ') || 'none';
    throw new MusterError('BAD_INPUT', `status: "${change.status}" is no status word of "${plugin.id}"; it has: ${known}.`);
  }
  const words = {
    updatedAt: Math.max(clock.now(), record.updatedAt + 1),
    ...(change.status !== undefined && { status: change.status }),
    ...(change.why !== undefined && { why: change.why }),
  };
  if (change.data === undefined) return words;
  const drafter = createDrafter(plugin);
  const { plain, secrets, removed } = drafter.part(change.data);
  for (const secret of Object.values(secrets)) redactor.add(secret);
  const without = <T>(fields: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(fields).filter(([field]) => !removed.includes(field)));
  const { plain: data, ...described } = drafter.describe(without<Json>({ ...record.data, ...plain }));
  return { ...words, ...described, data, secrets: without({ ...record.secrets, ...sealSecrets(vault, record, secrets) }) };
}
