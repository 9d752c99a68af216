import type { KeyObject } from 'node:crypto';
import { MusterError } from '@muster/sdk';
import { readKeyText, checkPassphrase } from './key-text.ts';
import type { Keyring } from './keyring.ts';
import { openKeyring, withNewDataKey } from './keyring.ts';
import { openLegacy } from './legacy-ciphertext.ts';
import { bindingOf, isSealed, readSealedValue, writeSealedValue } from './sealed-value.ts';
import type { SlotSecret, SlotTools } from './slot.ts';
import { makeSlot, openSlot } from './slot.ts';
import { createUnlockBackoff } from './unlock-backoff.ts';
import type { GivenKey, Vault } from './vault.ts';
import type { Header, StoredHeader } from './vault-file.ts';
import { MAX_DATA_KEYS, MAX_SLOTS, writeVaultFile } from './vault-file.ts';

/** A value sealed just before a rotation may still be on its way to the store; its key is kept at least so long. */
const RETIRE_AFTER_MS = 600_000;

/** What is known while the vault is open, and forgotten when it is locked. */
export interface OpenState {
  readonly ring: Keyring;
  readonly openedBy: string;
  /** Opens values of the older format. */
  readonly legacyKey?: KeyObject | undefined;
  /** What the place of the key does not protect from. */
  readonly warnings?: readonly string[];
}

export interface VaultParts extends SlotTools {
  readonly path: string;
  readonly header: StoredHeader;
  readonly opened: OpenState | { readonly lockedBecause: string };
  /** Locks by itself when nothing was sealed or opened for so long. */
  readonly lockAfterIdleMs?: number | undefined;
}

const secretOf = (given: GivenKey): SlotSecret =>
  'passphrase' in given ? given : { key: readKeyText(given.key, 'what was given') };

export const createVault = (parts: VaultParts): Vault => {
  const { path, clock, random, lockAfterIdleMs } = parts;
  let { header } = parts;
  let opened: OpenState | undefined = 'ring' in parts.opened ? parts.opened : undefined;
  // Why it could not be opened at the start: said until it is.
  let lockedBecause = 'ring' in parts.opened ? [] : [parts.opened.lockedBecause];
  let usedAt = clock.now();
  let stopIdleTimer = (): void => undefined;
  const backoff = createUnlockBackoff(clock);
  // When a key stopped being the active one. Those that an earlier process replaced are not here.
  const replacedAt = new Map<string, number>();

  const state = (): OpenState => {
    if (!opened) throw new MusterError('VAULT_LOCKED', 'The vault is locked. Unlock it with `muster vault unlock`.');
    usedAt = clock.now();
    return opened;
  };

  const lock = (): void => {
    opened = undefined;
    stopIdleTimer();
  };

  const lockWhenIdle = (): void => {
    if (lockAfterIdleMs === undefined || !opened) return;
    const idleFor = clock.now() - usedAt;
    if (idleFor >= lockAfterIdleMs) lock();
    else stopIdleTimer = clock.after(lockAfterIdleMs - idleFor, lockWhenIdle);
  };
  lockWhenIdle();

  // Changes of the file, and derivations of keys with all the memory they take, go one after another.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  };

  /** The change counts when it is on disk, and not at all when it could not be written. */
  const change = async (root: KeyObject, next: Header): Promise<void> => {
    if (next.slots.length > MAX_SLOTS)
      throw new MusterError('CONFLICT', `The vault has ${MAX_SLOTS} slots, which is the most. Remove one first.`);
    if (next.keys.length > MAX_DATA_KEYS)
      throw new MusterError(
        'CONFLICT',
        `The vault has ${MAX_DATA_KEYS} data keys, which is the most. Seal everything anew first.`,
      );
    header = await writeVaultFile(path, next, root);
    if (opened) opened = { ...opened, ring: openKeyring(header, root) };
  };

  return {
    seal(value, place) {
      const { ring } = state();
      if (typeof value !== 'string' || !value.isWellFormed())
        throw new MusterError('BAD_INPUT', `The ${place.field} is not valid text; it cannot be sealed. Enter it anew.`);
      const cipher = ring.data.get(header.active);
      if (!cipher) throw new RangeError('The active key is not in the ring.');
      return writeSealedValue(header.active, cipher.sealFresh(random, value, bindingOf(header.vaultId, place)));
    },

    open(text, place) {
      const { ring, legacyKey } = state();
      const binding = bindingOf(header.vaultId, place);
      if (!isSealed(text)) {
        if (legacyKey) return openLegacy(text, legacyKey);
        const advice = 'Start with the key it was made with, in ACCOUNT_ENCRYPTION_KEY or the key file.';
        throw new MusterError(
          'VAULT_UNKNOWN_KEY',
          `The ${place.field} is not sealed by this vault, or in the older format. ${advice}`,
        );
      }
      const { keyId, nonce, sealed } = readSealedValue(text);
      const cipher = ring.data.get(keyId);
      if (!cipher) {
        const advice = 'It comes from another vault, or from before vault.json was put back from a backup.';
        throw new MusterError(
          'VAULT_UNKNOWN_KEY',
          `The ${place.field} is sealed with the data key ${keyId}, which this vault does not have. ${advice}`,
        );
      }
      const plaintext = cipher.open(nonce, sealed, binding);
      if (!plaintext) {
        const advice = 'It was changed, or moved from another account or field; enter it anew.';
        throw new MusterError('VAULT_TAMPERED', `The ${place.field} of account ${place.accountId} does not verify. ${advice}`);
      }
      return plaintext.toString('utf8');
    },

    needsReseal: (sealed) => !sealed.startsWith(`mv1:${header.active}:`),

    status: () => ({
      state: opened ? 'open' : 'locked',
      slots: header.slots.map(({ id, type, source }) => ({ id, type, source })),
      activeKey: header.active,
      keys: header.keys.length,
      openedBy: opened?.openedBy ?? null,
      warnings: opened?.warnings ?? lockedBecause,
    }),

    lock,

    unlock: (given) =>
      inTurn(async () => {
        backoff.check();
        const secret = secretOf(given);
        const root = await openSlot(header, secret);
        if (!root) throw backoff.wrong();
        const ring = openKeyring(header, root);
        backoff.right();
        const legacyKey = 'key' in secret ? secret.key : opened?.legacyKey;
        opened = { ring, openedBy: 'key' in secret ? 'key' : 'passphrase', legacyKey };
        lockedBecause = [];
        usedAt = clock.now();
        stopIdleTimer();
        lockWhenIdle();
      }),

    rotate: () =>
      inTurn(async () => {
        const { root } = state().ring;
        const before = header.active;
        await change(root, withNewDataKey(header, root, { random, clock }));
        replacedAt.set(before, clock.now());
      }),

    addSlot: (given) =>
      inTurn(async () => {
        const { root } = state().ring;
        if ('passphrase' in given) checkPassphrase(given.passphrase);
        const place = { vaultId: header.vaultId, source: 'passphrase' in given ? 'passphrase' : 'given', root };
        const slot = await makeSlot(secretOf(given), place, parts);
        await change(root, { ...header, slots: [...header.slots, slot] });
        return slot.id;
      }),

    removeSlot: (id) =>
      inTurn(async () => {
        const { root } = state().ring;
        const slots = header.slots.filter((slot) => slot.id !== id);
        if (slots.length === header.slots.length) throw new MusterError('NOT_FOUND', `The vault has no slot "${id}".`);
        if (slots.length === 0)
          throw new MusterError(
            'CONFLICT',
            'This is the only slot; without it nobody could open the vault. Add another one first.',
          );
        await change(root, { ...header, slots });
      }),

    retireKeys: (inUse = new Set()) =>
      inTurn(async () => {
        const { root } = state().ring;
        const isKept = (kid: string): boolean =>
          kid === header.active || inUse.has(kid) || clock.now() - (replacedAt.get(kid) ?? -Infinity) < RETIRE_AFTER_MS;
        const keys = header.keys.filter(({ kid }) => isKept(kid));
        if (keys.length < header.keys.length) await change(root, { ...header, keys });
      }),
  };
};
