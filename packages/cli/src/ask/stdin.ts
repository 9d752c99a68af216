import { MusterError } from '@muster/sdk';

const LIMIT = 1_000_000;

/** All of stdin as text, without the last line break. TOO_LARGE above a megabyte. */
export async function readStdin(stdin: AsyncIterable<Buffer | string> = process.stdin): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of stdin) {
    const bytes = Buffer.from(piece);
    size += bytes.length;
    if (size > LIMIT) throw new MusterError('TOO_LARGE', `stdin holds more than ${LIMIT} bytes; this takes one value.`);
    pieces.push(bytes);
  }
  return Buffer.concat(pieces)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}
