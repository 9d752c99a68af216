import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { lstat, readFile } from 'node:fs/promises';
import { MusterError } from '@muster/sdk';

const IV_BYTES = 16;
const TAG_BYTES = 16;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

const bytesOf = (text: string): Buffer | undefined =>
  text.length > 0 && text.length % 4 === 0 && BASE64.test(text) ? Buffer.from(text, 'base64') : undefined;

/** Every way in which iv, ciphertext and tag may be read from a text. */
function readings(text: string): (readonly [Buffer, Buffer, Buffer])[] {
  const inner = text.includes(':') ? text : (bytesOf(text)?.toString('latin1') ?? '');
  const parts = inner.split(':').map((part) => (/^(?:[0-9a-f]{2})*$/i.test(part) ? Buffer.from(part, 'hex') : bytesOf(part)));
  const base64 = inner.split(':').map(bytesOf);
  const all = [parts, base64].flatMap(([iv, sealed, tag, more]) =>
    iv && tag && !more ? [[iv, sealed ?? Buffer.alloc(0), tag] as const] : [],
  );
  const joined = text.includes(':') ? undefined : bytesOf(text);
  if (joined && joined.length >= IV_BYTES + TAG_BYTES)
    all.push([joined.subarray(0, IV_BYTES), joined.subarray(IV_BYTES, -TAG_BYTES), joined.subarray(-TAG_BYTES)]);
  return all.filter(([iv, , tag]) => (iv.length === IV_BYTES || iv.length === 12) && tag.length === TAG_BYTES);
}

/**
 * Opens a password of an older accounts file: AES-256-GCM, an iv of 16 bytes, no additional data. Reads what the older program
 * wrote (`base64(iv):base64(ciphertext):base64(tag)`) and what its manual said (`base64(iv:ciphertext:tag)`).
 */
export function openPassword(text: string, key: Buffer): string {
  const tried = readings(text);
  if (tried.length === 0) throw new MusterError('BAD_INPUT', 'the password is not of the form iv:ciphertext:authTag');
  for (const [iv, sealed, tag] of tried) {
    const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
    decipher.setAuthTag(tag);
    const text = decipher.update(sealed);
    try {
      return Buffer.concat([text, decipher.final()]).toString('utf8');
    } catch {
      // Not in this reading.
    }
  }
  throw new MusterError('BAD_INPUT', 'the password does not open with this key');
}

/** As the older program writes and reads it. */
export function sealPassword(password: string, key: Buffer): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
  const sealed = Buffer.concat([cipher.update(password, 'utf8'), cipher.final()]);
  return [iv, sealed, cipher.getAuthTag()].map((part) => part.toString('base64')).join(':');
}

const HEX_KEY = /^[0-9a-f]{64}$/i;

function parseKey(text: string, source: string): Buffer {
  const hex = text.trim();
  if (HEX_KEY.test(hex)) return Buffer.from(hex, 'hex');
  throw new MusterError('VAULT_KEY_FORMAT', `${source} does not hold 32 bytes in hex (64 digits).`);
}

async function readKeyFile(path: string): Promise<Buffer> {
  const facts = await lstat(path).catch((cause: unknown) => {
    throw new MusterError('VAULT_NO_KEY', `The key file ${path} cannot be read (${(cause as NodeJS.ErrnoException).code}).`, {
      cause,
    });
  });
  if (!facts.isFile() || (facts.mode & 0o077) !== 0)
    throw new MusterError('VAULT_KEY_FILE', `The key file ${path} is no plain file, or others may read it: chmod 600 it.`);
  return parseKey(await readFile(path, 'utf8'), `The key file ${path}`);
}

export interface KeySources {
  /** The key itself. */
  readonly given?: string | undefined;
  readonly file?: string | undefined;
  /** `env:NAME` or `file:/path`. */
  readonly reference?: string | undefined;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Whose environment that is, for a person. */
  readonly where?: string;
}

/** The key of an older accounts file: given, else of a file, else where the reference points. */
export async function findKey(sources: KeySources): Promise<Buffer> {
  const { given, file, reference, environment = process.env, where = 'where you run muster' } = sources;
  if (given !== undefined) return parseKey(given, 'The key that was given');
  if (file !== undefined) return readKeyFile(file);
  const [, scheme, rest = ''] = /^(env|file):(.+)$/s.exec(reference ?? 'env:ACCOUNT_ENCRYPTION_KEY') ?? [];
  if (scheme === 'file') return readKeyFile(rest);
  const value = scheme === 'env' ? environment[rest] : undefined;
  if (value !== undefined && value !== '') return parseKey(value, `$${rest}`);
  throw new MusterError(
    'VAULT_NO_KEY',
    `The key of the accounts file is not there: set ${rest === '' ? 'ACCOUNT_ENCRYPTION_KEY' : rest} ${where}, or name a file that holds it.`,
  );
}
