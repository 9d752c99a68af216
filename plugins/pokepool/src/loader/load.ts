import type { ImportEntry, Importer } from '@muster/sdk';
import { createHtmlReader, createMailReader } from './document.ts';
import { createFindings, type Findings } from './findings.ts';
import { looksLikeHtml } from './html.ts';
import { createJsonReader } from './json.ts';
import { createListText } from './list-text.ts';
import { looksLikeMail } from './mail.ts';
import type { TextReader } from './text-reader.ts';
import { decodeText } from './text.ts';

export interface LoadOptions {
  /** A lower bound of the level of every account in the file. */
  readonly level?: number | undefined;
}

/** Reads a file of accounts: encoding, line ends and shape are found out; what is not understood is refused with its line. */
export const load: Importer<LoadOptions> = async function* (file, options, signal) {
  const text = await decodeText(file.bytes);
  if (text.encoding === 'binary') {
    yield { kind: 'file', format: 'binary', encoding: 'binary' };
    yield { kind: 'rejected', line: 0, reason: 'binary-file' };
    return;
  }
  const findings = createFindings();
  if (text.encoding === 'windows-1252') findings.warning('not-utf8');

  let reader: TextReader | undefined;
  const take = function* (): Generator<ImportEntry> {
    for (const entry of findings.take()) yield withLevel(entry, options.level);
  };
  for await (const piece of text.pieces) {
    signal.throwIfAborted();
    const first = reader === undefined;
    const plain = first ? piece.replace(/^\ufeff/, '') : piece;
    reader ??= readerFor(plain, findings);
    reader.push(plain);
    yield* take();
  }
  reader?.end();
  if (text.notUtf8()) findings.warning('not-utf8');
  yield* take();
  yield { kind: 'file', format: reader?.format() ?? 'empty', encoding: text.encoding };
};

/** `head` is the first piece: the whole of a small file, the first quarter of a megabyte of a large one. */
function readerFor(head: string, findings: Findings): TextReader {
  if (/^\s*(?:\[\s*[[{"\]]|\{\s*["}])/.test(head)) return createJsonReader(findings);
  if (looksLikeMail(head)) return createMailReader(findings);
  if (looksLikeHtml(head)) return createHtmlReader(findings);
  return createListText(findings);
}

function withLevel(entry: ImportEntry, level: number | undefined): ImportEntry {
  if (level === undefined || entry.kind !== 'account') return entry;
  const known = entry.data['level'];
  return { ...entry, data: { ...entry.data, level: typeof known === 'number' ? Math.max(known, level) : level } };
}
