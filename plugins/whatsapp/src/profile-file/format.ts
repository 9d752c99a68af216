import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { MusterError } from '@muster/sdk';

// A session in a file: one line of JSON, then pieces of at most 1 MiB, each sealed with AES-256-GCM under its number, the last
// one marked, so that none can be left out, doubled or put elsewhere.

const MAGIC = 'muster-whatsapp-session';
const PIECE = 1_048_576;
const TAG = 16;
const MAX_HEAD = 4_096;
const COST = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1_048_576 } as const;

interface Head {
  readonly format: typeof MAGIC;
  readonly version: 1;
  readonly clientId: string;
  readonly salt: string;
  readonly createdAt: string;
}

/** Makes the key of a file out of its passphrase; slowly, so that guessing costs. */
export type DeriveKey = (passphrase: string, salt: Buffer) => Promise<Buffer>;

const keyOf: DeriveKey = (passphrase, salt) =>
  new Promise((resolve, reject) =>
    scrypt(passphrase.normalize('NFKC'), salt, 32, COST, (error, key) => (error ? reject(error) : resolve(key))),
  );

const nonceOf = (number: number, last: boolean): Buffer => {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(number, 7);
  nonce[11] = last ? 1 : 0;
  return nonce;
};

/** Seals a stream of bytes under a passphrase. */
export async function* seal(
  plain: AsyncIterable<Uint8Array>,
  { passphrase, clientId, now }: { passphrase: string; clientId: string; now: number },
  deriveKey: DeriveKey = keyOf,
): AsyncGenerator<Buffer> {
  const salt = randomBytes(16);
  const head: Head = {
    format: MAGIC,
    version: 1,
    clientId,
    salt: salt.toString('base64'),
    createdAt: new Date(now).toISOString(),
  };
  const line = Buffer.from(`${JSON.stringify(head)}\n`);
  yield line;
  const key = await deriveKey(passphrase, salt);
  let number = 0;
  const piece = (bytes: Buffer, last: boolean): Buffer => {
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(number++, last)).setAAD(line);
    const sealed = Buffer.concat([cipher.update(bytes), cipher.final()]);
    const size = Buffer.alloc(4);
    size.writeUInt32BE(sealed.length);
    return Buffer.concat([size, sealed, cipher.getAuthTag()]);
  };
  let rest = Buffer.alloc(0);
  for await (const bytes of plain) {
    rest = Buffer.concat([rest, bytes]);
    for (; rest.length > PIECE; rest = rest.subarray(PIECE)) yield piece(rest.subarray(0, PIECE), false);
  }
  yield piece(rest, true);
}

const refuse = (why: string): MusterError => new MusterError('BAD_INPUT', `This is no exported session: ${why}.`);

/** Opens what `seal` made. BAD_INPUT when it is not whole, something else, or the passphrase is another. */
export async function* unseal(
  file: AsyncIterable<Uint8Array>,
  passphrase: string,
  deriveKey: DeriveKey = keyOf,
): AsyncGenerator<Buffer> {
  const reader = createReader(file);
  const line = await reader.line(MAX_HEAD);
  const head = parseHead(line);
  const key = await deriveKey(passphrase, Buffer.from(head.salt, 'base64'));
  for (let number = 0; ; number++) {
    const size = (await reader.bytes(4)).readUInt32BE();
    if (size > PIECE) throw refuse('a piece is too long');
    const sealed = await reader.bytes(size);
    const tag = await reader.bytes(TAG);
    const last = await reader.ended();
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(number, last)).setAAD(line).setAuthTag(tag);
      yield Buffer.concat([decipher.update(sealed), decipher.final()]);
    } catch (error) {
      if (number === 0)
        throw new MusterError('BAD_INPUT', 'The passphrase does not open this file, or the file is damaged.', { cause: error });
      throw refuse('a piece is damaged or missing');
    }
    if (last) return;
  }
}

function parseHead(line: Buffer): Head {
  let head: Partial<Head>;
  try {
    head = JSON.parse(line.toString()) as Partial<Head>;
  } catch {
    throw refuse('its first line is something else');
  }
  if (head.format !== MAGIC || typeof head.salt !== 'string') throw refuse('its first line is something else');
  if (head.version !== 1) throw refuse('it was written by a newer muster');
  return head as Head;
}

function createReader(file: AsyncIterable<Uint8Array>) {
  const pieces = file[Symbol.asyncIterator]();
  let held = Buffer.alloc(0);
  const more = async (): Promise<boolean> => {
    const { done, value } = await pieces.next();
    if (done === true) return false;
    held = Buffer.concat([held, value]);
    return true;
  };
  const take = (length: number): Buffer => {
    const bytes = held.subarray(0, length);
    held = held.subarray(length);
    return bytes;
  };
  return {
    async line(max: number): Promise<Buffer> {
      while (!held.includes(10)) if (held.length > max || !(await more())) throw refuse('its first line is something else');
      return take(held.indexOf(10) + 1);
    },
    async bytes(length: number): Promise<Buffer> {
      while (held.length < length) if (!(await more())) throw refuse('it ends too early');
      return take(length);
    },
    async ended(): Promise<boolean> {
      while (held.length === 0) if (!(await more())) return true;
      return false;
    },
  };
}
