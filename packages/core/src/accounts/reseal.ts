import { MusterError, toMusterError } from '@muster/sdk';
import { refused } from '../ports/refused.ts';
import type { Clock } from '../ports/clock.ts';
import type { Operation, Store } from '../ports/store.ts';
import type { Vault } from '../vault/vault.ts';
import type { AccountRecord } from './account-record.ts';

const BATCH = 500;
const MOST_NAMED = 100;

/** Seals anew what an older data key sealed. Each account is one atomic change, so a stopped run has done a part and harmed none. */
export async function resealSecrets(
  deps: { readonly store: Store; readonly vault: Vault; readonly clock: Clock },
  signal?: AbortSignal,
): Promise<number> {
  const { store, vault, clock } = deps;
  if (vault.status().state === 'locked') throw new MusterError('VAULT_LOCKED', 'The vault is locked; unlock it first.');
  const broken: string[] = [];
  let resealed = 0;

  const reseal = (record: AccountRecord): { operation: Operation; count: number } | undefined => {
    const old = Object.entries(record.secrets).filter(([, sealed]) => vault.needsReseal(sealed));
    if (old.length === 0) return undefined;
    const secrets: Record<string, string> = { ...record.secrets };
    let count = 0;
    for (const [field, sealed] of old) {
      const place = { provider: record.plugin, accountId: record.id, field };
      try {
        secrets[field] = vault.seal(vault.open(sealed, place), place);
        count += 1;
      } catch (error) {
        if (toMusterError(error).code === 'VAULT_LOCKED') throw error;
        broken.push(`${record.label} (${record.id}): ${field}`);
      }
    }
    if (count === 0) return undefined;
    const set = { secrets, updatedAt: Math.max(clock.now(), record.updatedAt + 1) };
    return {
      operation: { update: 'accounts', id: record.id, patch: { set }, if: { updatedAt: record.updatedAt } },
      count,
    };
  };
  /** One by one, reading each anew: for a batch in which somebody changed an account. */
  const resealEach = async (ids: readonly string[]): Promise<void> => {
    for (const id of ids) {
      for (;;) {
        const record = await store.get<AccountRecord>('accounts', id);
        const change = record && reseal(record);
        if (!change) break;
        try {
          await store.commit([change.operation]);
          resealed += change.count;
          break;
        } catch (error) {
          if (!refused(error)) throw error;
        }
      }
    }
  };
  let batch: { operation: Operation; count: number; id: string }[] = [];
  const flush = async (): Promise<void> => {
    const full = batch;
    batch = [];
    try {
      await store.commit(full.map(({ operation }) => operation));
      resealed += full.reduce((sum, { count }) => sum + count, 0);
    } catch (error) {
      if (!refused(error)) throw error;
      await resealEach(full.map(({ id }) => id));
    }
  };

  for await (const record of store.scan<AccountRecord>('accounts', signal)) {
    const change = reseal(record);
    if (change) batch.push({ ...change, id: record.id });
    if (batch.length === BATCH) await flush();
  }
  if (batch.length > 0) await flush();
  if (broken.length > 0) {
    const message = `${resealed} secrets were sealed anew, but ${broken.length} do not open; the old key must stay. The first: ${broken[0]}.`;
    throw new MusterError('VAULT_TAMPERED', message, { details: { resealed, accounts: broken.slice(0, MOST_NAMED) } });
  }
  return resealed;
}

/** Opens every secret and keeps none. */
export async function checkSecrets(
  deps: { readonly store: Store; readonly vault: Vault },
  signal?: AbortSignal,
): Promise<{ secrets: number; problems: string[] }> {
  const { store, vault } = deps;
  let secrets = 0;
  const problems: string[] = [];
  for await (const record of store.scan<AccountRecord>('accounts', signal)) {
    for (const [field, sealed] of Object.entries(record.secrets)) {
      secrets += 1;
      try {
        vault.open(sealed, { provider: record.plugin, accountId: record.id, field });
      } catch (error) {
        const { code, message } = toMusterError(error);
        if (code === 'VAULT_LOCKED') throw error;
        if (problems.length < MOST_NAMED) problems.push(`account "${record.label}" (${record.id}), ${field}: ${message}`);
      }
    }
  }
  return { secrets, problems };
}
