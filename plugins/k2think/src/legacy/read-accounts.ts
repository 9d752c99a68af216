import { MusterError, type ImportEntry, type ImportFile } from '@muster/sdk';
import type { ImportOptions } from '../schemas.ts';
import { readCsv } from './csv.ts';
import { readKeyLines } from './key-lines.ts';
import { readLegacy } from './read-legacy.ts';

const MAX_BYTES = 256 * 1024 * 1024;

async function textOf({ bytes }: ImportFile, signal: AbortSignal): Promise<{ text: string; encoding: string }> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of bytes) {
    signal.throwIfAborted();
    pieces.push(piece);
    size += piece.length;
    if (size > MAX_BYTES) throw new MusterError('TOO_LARGE', `More than ${MAX_BYTES / 1024 / 1024} MB: cut the file in parts.`);
  }
  const all = Buffer.concat(pieces);
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(all), encoding: 'utf-8' };
  } catch {
    return { text: new TextDecoder('windows-1252').decode(all), encoding: 'windows-1252' };
  }
}

/** Tells by its first sign what a file is: an older accounts file (JSON), a table with a head, or API keys, one a line. */
export async function* readAccounts(file: ImportFile, options: ImportOptions, signal: AbortSignal): AsyncGenerator<ImportEntry> {
  const { text, encoding } = await textOf(file, signal);
  const begin = text.trimStart();
  if (begin === '') {
    yield { kind: 'warning', reason: 'the file is empty' };
    return;
  }
  if (text.includes('\0')) {
    yield { kind: 'rejected', line: 1, reason: 'this is no text' };
    return;
  }
  if (begin.startsWith('{') || begin.startsWith('[')) {
    yield { kind: 'file', format: 'k2think-accounts', encoding };
    yield* readLegacy(text, options, signal);
    return;
  }
  const isTable = /^[^\n]*\b(?:name|email|api_?key|password)\b[^\n]*[,;\t]|^\s*"?(?:email|name|api_?key)"?\s*$/im.test(
    begin.split('\n', 1)[0] ?? '',
  );
  yield { kind: 'file', format: isTable ? 'csv' : 'api-keys', encoding };
  yield* isTable ? readCsv(text, options) : readKeyLines(text);
}
