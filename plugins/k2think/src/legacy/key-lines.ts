import { createHash } from 'node:crypto';
import type { ImportEntry } from '@muster/sdk';

/** `key`, or `name key` with a space, a comma, a colon or an equals sign between. */
const LINE = /^(?:(?<name>[^\s,:=]{1,200})\s*[\s,:=]\s*)?(?<key>[\x21-\x2b\x2d-\x7e]{8,1000})$/;

/** What a key is called that came without a name: part of its digest, which tells nothing of the key. */
export const nameOf = (key: string): string => `key-${createHash('sha256').update(key).digest('hex').slice(0, 10)}`;

/** API keys, one a line; blank lines and lines that begin with `#` are passed over. */
export function* readKeyLines(text: string): Generator<ImportEntry> {
  let number = 0;
  for (const raw of text.replace(/^\uFEFF/, '').split('\n')) {
    number++;
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const { name, key } = LINE.exec(line)?.groups ?? {};
    if (key === undefined) {
      yield { kind: 'rejected', line: number, reason: 'one API key a line is needed, with a name before it or without' };
      continue;
    }
    yield { kind: 'account', line: number, data: { kind: 'api-key', name: name ?? nameOf(key), apiKey: key } };
  }
}
