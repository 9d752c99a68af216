import type { Importer, SingleImportEntry } from '@muster/sdk';
import { createHtmlReader, createMailReader } from './document.ts';
import { createFindings, type Findings } from './findings.ts';
import { looksLikeHtml } from './html.ts';
import { createJsonReader } from './json.ts';
import { readJsonLine } from './json-account.ts';
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
  const { level } = options;
  const take = () => {
    const found = findings.take();
    return { kind: 'several', entries: level === undefined ? found : found.map((entry) => withLevel(entry, level)) } as const;
  };
  for await (const piece of text.pieces) {
    signal.throwIfAborted();
    const first = reader === undefined;
    const plain = first ? piece.replace(/^\ufeff/, '') : piece;
    reader ??= readerFor(plain, findings);
    for (const part of reader.takesParts === true ? inParts(plain) : [plain]) {
      reader.push(part);
      yield take();
    }
  }
  reader?.end();
  if (text.notUtf8()) findings.warning('not-utf8');
  yield take();
  yield { kind: 'file', format: reader?.format() ?? 'empty', encoding: text.encoding };
};

/** `head` is the first piece: the whole of a small file, the first quarter of a megabyte of a large one. */
function readerFor(head: string, findings: Findings): TextReader {
  if (/^\s*(?:\[\s*[[{"\]]|\{\s*["}])/.test(head))
    return isJsonLine(head) ? createListText(findings) : createJsonReader(findings);
  if (looksLikeMail(head)) return createMailReader(findings);
  if (looksLikeHtml(head)) return createHtmlReader(findings);
  return createListText(findings);
}

/** Does the first of several lines hold a whole object? What stands below it may be of any shape. */
function isJsonLine(head: string): boolean {
  const [, line, below] = /^\s*(\{[^\r\n]*\})[ \t,;]*[\r\n]+(\s*\S)?/.exec(head) ?? [];
  const account = line === undefined || below === undefined ? undefined : readJsonLine(line);
  return account !== undefined && !('reason' in account && account.reason === 'malformed-json');
}

/** Small enough for what is found in one to be gone before V8 takes it for long-lived; cut behind line ends. */
const PART = 8 * 1024;

function* inParts(piece: string): Generator<string> {
  for (let at = 0; at < piece.length;) {
    const end = piece.length - at <= PART ? 0 : piece.indexOf('\n', at + PART) + 1;
    yield end === 0 ? piece.slice(at) : piece.slice(at, end);
    at = end === 0 ? piece.length : end;
  }
}

function withLevel(entry: SingleImportEntry, level: number): SingleImportEntry {
  if (entry.kind !== 'account') return entry;
  const known = entry.data['level'];
  return { ...entry, data: { ...entry.data, level: typeof known === 'number' ? Math.max(known, level) : level } };
}
