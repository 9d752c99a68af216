import type { KeyObject } from 'node:crypto';
import { createDecipheriv } from 'node:crypto';
import { MusterError } from '@muster/sdk';
import { fromBase64 } from './base64.ts';
import { TAG_BYTES } from './xaes-gcm.ts';

const MAX_LENGTH = 2 ** 20;
const IV_LENGTHS: readonly number[] = [12, 16];
const HEX = /^(?:[0-9a-f]{2})*$/i;
const PRINTABLE = /^[\x20-\x7e]+$/;

interface Ciphertext {
  readonly iv: Buffer;
  readonly ciphertext: Buffer;
  readonly tag: Buffer;
}

/** `iv:ciphertext:tag`, each in hex or each in base64. */
const readThreeParts = (text: string): Ciphertext[] => {
  const parts = text.split(':');
  if (parts.length !== 3) return [];
  const bytes = parts.map((part) => (parts.every((one) => HEX.test(one)) ? Buffer.from(part, 'hex') : fromBase64(part)));
  const [iv, ciphertext, tag] = bytes;
  // A shorter tag would be easier to forge, and the older format never wrote one.
  if (!iv || !ciphertext || tag?.length !== TAG_BYTES || !IV_LENGTHS.includes(iv.length)) return [];
  return [{ iv, ciphertext, tag }];
};

/** The three one after another, without a sign between: the length of the iv has to be tried. */
const readJoined = (bytes: Buffer): Ciphertext[] =>
  IV_LENGTHS.filter((length) => bytes.length >= length + TAG_BYTES).map((length) => ({
    iv: bytes.subarray(0, length),
    ciphertext: bytes.subarray(length, -TAG_BYTES),
    tag: bytes.subarray(-TAG_BYTES),
  }));

/** In every spelling of "base64(iv:ciphertext:authTag)": the colons within the base64 or without, the parts in hex or base64. */
const read = (text: string): Ciphertext[] => {
  if (text.length > MAX_LENGTH) return [];
  if (text.includes(':')) return readThreeParts(text);
  const bytes = fromBase64(text);
  if (!bytes) return [];
  const inner = bytes.toString('latin1');
  return PRINTABLE.test(inner) && inner.split(':').length === 3 ? readThreeParts(inner) : readJoined(bytes);
};

const decrypt = ({ iv, ciphertext, tag }: Ciphertext, key: KeyObject): string | undefined => {
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(tag);
  const plaintext = decipher.update(ciphertext);
  try {
    return Buffer.concat([plaintext, decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
};

/** Opens a value of the older format (AES-256-GCM, bound to no place). VAULT_FORMAT, VAULT_TAMPERED. */
export const openLegacy = (text: string, key: KeyObject): string => {
  const readings = typeof text === 'string' ? read(text) : [];
  if (readings.length === 0)
    throw new MusterError('VAULT_FORMAT', 'Not a sealed value, in this format or the older one. Enter the secret anew.');
  for (const reading of readings) {
    const plaintext = decrypt(reading, key);
    if (plaintext !== undefined) return plaintext;
  }
  const advice = 'It was changed, or sealed with another key than the one given.';
  throw new MusterError('VAULT_TAMPERED', `A value of the older format does not verify. ${advice}`);
};
