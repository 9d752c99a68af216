import type { KeyObject } from 'node:crypto';
import { timingSafeEqual } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { MusterError } from '@muster/sdk';
import { z } from 'zod';
import { errorCodeOf, openUnfollowed, readBounded, replaceFile } from './own-file.ts';
import { macOf } from './wrapped-key.ts';

const MAX_BYTES = 2 ** 20;
// Held to when a vault is changed too, or it would write what it cannot read.
export const MAX_SLOTS = 64;
export const MAX_DATA_KEYS = 200;

const Slot = z.strictObject({
  id: z.string(),
  type: z.enum(['passphrase', 'key']),
  /** Where the key came from when the slot was made, for people. */
  source: z.string(),
  createdAt: z.number(),
  /** Of a passphrase. */
  kdf: z.strictObject({ alg: z.literal('argon2id'), m: z.number(), t: z.number(), p: z.number(), salt: z.string() }).optional(),
  /** The root key, sealed with the slot's key. */
  wrapped: z.string(),
});

const DataKey = z.strictObject({
  kid: z.string(),
  createdAt: z.number(),
  /** Sealed with the root key. */
  wrapped: z.string(),
});

const Header = z.strictObject({
  v: z.literal(1),
  vaultId: z.string(),
  slots: z.array(Slot).max(MAX_SLOTS),
  keys: z.array(DataKey).max(MAX_DATA_KEYS),
  active: z.string(),
  mac: z.string().optional(),
});

export type Slot = z.output<typeof Slot>;
export type DataKey = z.output<typeof DataKey>;
/** What vault.json holds, the code over it aside. */
export type Header = Omit<z.output<typeof Header>, 'mac'>;

export const vaultFileIn = (directory: string): string => join(directory, 'vault.json');

/** What of a slot is known without its key, and what its wrapped key is bound to: its cost cannot be lowered unnoticed. */
export const slotContext = (vaultId: string, slot: Omit<Slot, 'wrapped'>): readonly unknown[] => {
  const { id, type, source, createdAt, kdf } = slot;
  return ['slot', vaultId, id, type, source, createdAt, kdf ? [kdf.alg, kdf.m, kdf.t, kdf.p, kdf.salt] : null];
};

export const dataKeyContext = (vaultId: string, kid: string): readonly unknown[] => ['data-key', vaultId, kid];

const canonical = ({ v, vaultId, slots, keys, active }: Header): string =>
  JSON.stringify([
    v,
    vaultId,
    slots.map((slot) => [slotContext(vaultId, slot), slot.wrapped]),
    keys.map(({ kid, createdAt, wrapped }) => [kid, createdAt, wrapped]),
    active,
  ]);

export interface StoredHeader extends Header {
  readonly mac: string | undefined;
}

/** Nobody without the root key can change the header: drop a slot or a key, or make an old key the active one. */
export const verifyHeader = (header: StoredHeader, root: KeyObject): void => {
  const wanted = macOf(root, canonical(header));
  const found = Buffer.from(header.mac ?? '', 'base64');
  if (found.length === wanted.length && timingSafeEqual(found, wanted)) return;
  throw new MusterError(
    'VAULT_TAMPERED',
    'vault.json was changed by somebody without its key, or is damaged. Put it back from a backup.',
  );
};

const corrupt = (path: string, why: string, cause?: unknown): MusterError =>
  new MusterError('VAULT_CORRUPT', `${path} ${why}. Put it back from a backup; without it no secret can be opened.`, { cause });

const parse = (path: string, text: string): StoredHeader => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw corrupt(path, 'is not whole JSON', error);
  }
  const version = (json as { v?: unknown } | null)?.v;
  if (typeof version === 'number' && version !== 1)
    throw new MusterError(
      'VAULT_VERSION',
      `${path} is of version ${version}; this muster knows version 1. Use the muster that wrote it.`,
    );
  const { success, data, error } = Header.safeParse(json);
  if (!success) throw corrupt(path, `does not have the shape of a vault (${error.issues[0]?.path.join('.') ?? ''})`, error);
  return { ...data, mac: data.mac };
};

/** Undefined when there is no vault. VAULT_CORRUPT, VAULT_VERSION. */
export const readVaultFile = async (path: string): Promise<StoredHeader | undefined> => {
  let handle: FileHandle;
  try {
    handle = await openUnfollowed(path);
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return undefined;
    throw corrupt(path, `cannot be opened (${errorCodeOf(error)})`, error);
  }
  try {
    if (!(await handle.stat()).isFile()) throw corrupt(path, 'is not a regular file');
    const bytes = await readBounded(handle, MAX_BYTES);
    if (bytes.length > MAX_BYTES) throw corrupt(path, `is larger than ${MAX_BYTES} bytes`);
    return parse(path, bytes.toString('utf8'));
  } finally {
    await handle.close();
  }
};

/** On disk when it resolves; a crash leaves the old file or the new one. DATA_DIR when it cannot be written. */
export const writeVaultFile = async (path: string, header: Header, root: KeyObject): Promise<StoredHeader> => {
  const stored = { ...header, mac: macOf(root, canonical(header)).toString('base64') };
  try {
    await replaceFile(path, `${JSON.stringify(stored, null, 2)}\n`);
  } catch (cause) {
    throw new MusterError(
      'DATA_DIR',
      `${path} cannot be written (${errorCodeOf(cause)}); the vault is as it was. Make room or mend the rights.`,
      { cause },
    );
  }
  return stored;
};
