import { stat, readFile } from 'node:fs/promises';
import { createClient, type Client } from '@muster/api';
import { MusterError } from '@muster/sdk';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** A client of a host over TCP. The token comes from a file, never from the command line, which others can see. */
export async function connectTcp(url: string, tokenFile: string | undefined): Promise<Client> {
  const base = URL.canParse(url) ? new URL(url) : undefined;
  if (base === undefined || !['http:', 'https:'].includes(base.protocol)) {
    throw new MusterError('BAD_REQUEST', `--host takes an address as http://127.0.0.1:PORT, not "${url}".`);
  }
  if (base.protocol === 'http:' && !LOOPBACK.has(base.hostname)) {
    throw new MusterError(
      'BAD_REQUEST',
      `A token must not cross the network in the clear: use https, or a tunnel to 127.0.0.1, for ${base.host}.`,
    );
  }
  if (tokenFile === undefined)
    throw new MusterError('BAD_REQUEST', '--host needs --token-file; `muster token create` makes a token.');
  const token = await readToken(tokenFile);
  return createClient({ fetch: (address, init) => fetch(address, init), baseUrl: base.origin, token });
}

async function readToken(path: string): Promise<string> {
  const facts = await stat(path).catch((cause: unknown) => {
    throw new MusterError('BAD_REQUEST', `The token file ${path} cannot be read.`, { cause });
  });
  if (!facts.isFile()) throw new MusterError('BAD_REQUEST', `${path} is not a file; --token-file takes one that holds a token.`);
  if ((facts.mode & 0o077) !== 0) {
    throw new MusterError('BAD_REQUEST', `Others can read the token file ${path}; do "chmod 600" on it and make a new token.`);
  }
  const token = (await readFile(path, 'utf8')).trim();
  if (!/^[\x21-\x7e]{8,}$/.test(token)) throw new MusterError('BAD_REQUEST', `${path} does not hold one token.`);
  return token;
}
