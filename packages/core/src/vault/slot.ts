import type { KeyObject } from 'node:crypto';
import type { Clock, Random } from '../ports/clock.ts';
import type { Derivation, DerivationCost } from './key-derivation.ts';
import { deriveKey, newDerivation } from './key-derivation.ts';
import type { Header, Slot } from './vault-file.ts';
import { slotContext } from './vault-file.ts';
import { derivedKey, unwrapKey, wrapKey } from './wrapped-key.ts';

/** What opens a slot. */
export type SlotSecret = { readonly passphrase: string } | { readonly key: KeyObject };

export interface SlotTools {
  readonly random: Random;
  readonly clock: Clock;
  readonly cost?: DerivationCost;
}

const typeOf = (secret: SlotSecret): Slot['type'] => ('key' in secret ? 'key' : 'passphrase');

const slotKey = (secret: SlotSecret, kdf: Derivation | undefined): Promise<KeyObject> | KeyObject => {
  if ('key' in secret) return derivedKey(secret.key, 'slot');
  // Unreachable for a verified file: a passphrase slot is made with its derivation.
  if (!kdf) throw new RangeError('A passphrase slot has no derivation.');
  return deriveKey(secret.passphrase, kdf);
};

export const makeSlot = async (
  secret: SlotSecret,
  { vaultId, source, root }: { readonly vaultId: string; readonly source: string; readonly root: KeyObject },
  { random, clock, cost }: SlotTools,
): Promise<Slot> => {
  const kdf = typeOf(secret) === 'passphrase' ? newDerivation(random, cost) : undefined;
  const slot = { id: random.id(), type: typeOf(secret), source, createdAt: clock.now(), ...(kdf && { kdf }) };
  const key = await slotKey(secret, kdf);
  return { ...slot, wrapped: wrapKey(root, { with: key, context: slotContext(vaultId, slot) }, random) };
};

/** Is there a slot that a secret of this kind could open? */
export const hasSlotFor = ({ slots }: Header, secret: SlotSecret): boolean => slots.some(({ type }) => type === typeOf(secret));

/** The root key, where a slot opens with the secret. VAULT_KDF. */
export const openSlot = async ({ vaultId, slots }: Header, secret: SlotSecret): Promise<KeyObject | undefined> => {
  for (const slot of slots) {
    if (slot.type !== typeOf(secret) || (slot.type === 'passphrase' && !slot.kdf)) continue;
    const key = await slotKey(secret, slot.kdf);
    const root = unwrapKey(slot.wrapped, { with: key, context: slotContext(vaultId, slot) });
    if (root) return root;
  }
  return undefined;
};
