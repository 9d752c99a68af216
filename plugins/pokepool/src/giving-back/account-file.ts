import { createReadStream } from 'node:fs';
import { isAbsolute } from 'node:path';
import { MusterError, safeText } from '@muster/sdk';
import { load } from '../loader/load.ts';
import { singly } from '../loader/singly.ts';

/** What makes an account known. */
export interface Named {
  readonly provider: 'ptc' | 'google';
  readonly username: string;
}

/** The accounts that a file names, in any format that can be loaded. BAD_INPUT when it cannot be read, or names none. */
export async function readAccountFile(path: string, signal: AbortSignal): Promise<Named[]> {
  const refuse = (why: string, cause?: unknown): MusterError =>
    new MusterError('BAD_INPUT', `accountcsv: ${safeText(path, 400)} ${why}`, cause === undefined ? {} : { cause });
  if (!isAbsolute(path)) throw refuse('is not a full path. Say where the file is from the root on.');
  const named: Named[] = [];
  try {
    for await (const entry of singly(load({ name: path, bytes: createReadStream(path) }, {}, signal))) {
      if (entry.kind !== 'account') continue;
      const { provider, username } = entry.data;
      if (typeof username === 'string') named.push({ provider: provider === 'google' ? 'google' : 'ptc', username });
    }
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    throw refuse(`cannot be read: ${(thrown as Error).message}.`, thrown);
  }
  if (named.length === 0) throw refuse('names no account.');
  return named;
}
