import { fromSpreadsheetText, secretFields, type ImportEntry, type Importer } from '@muster/sdk';
import { CsvProblem, csvRows, separatorOf, type CsvRow } from './import/csv-rows.ts';
import { fieldOf, type FileField } from './import/field-names.ts';
import { readRecord, type FileRecord } from './import/read-record.ts';
import { Account, type ImportOptions } from './schemas.ts';

const MAX_JSON = 64 * 1_024 * 1_024;
const SECRETS: ReadonlySet<string> = new Set(secretFields(Account));
const MAX_HEAD = 100_000;

/**
 * Applicants from a CSV file (header in any order, comma, semicolon, tab or bar), or a JSON list of objects. Records that hold
 * only a login of the site become accounts that are registered already.
 */
const load: Importer<ImportOptions> = async function* (file, options, signal) {
  const { pieces, head, encoding } = await begin(file.bytes);
  if (/^\s*[[{]/.test(head)) {
    yield { kind: 'file', format: 'json', encoding };
    yield* fromJson(pieces, options);
  } else {
    yield { kind: 'file', format: 'csv', encoding };
    yield* fromCsv(pieces, { options, signal, separator: separatorOf(head.split(/\r?\n|\r/)[0] ?? '') });
  }
};
export default load;

/** The file as text; its first part beside it, to tell what it is. */
async function begin(
  bytes: AsyncIterable<Uint8Array>,
): Promise<{ pieces: AsyncIterable<string>; head: string; encoding: string }> {
  const iterator = bytes[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Enough for the longest header, so that the separator and the encoding can be told.
  while (size < MAX_HEAD) {
    const { value, done } = await iterator.next();
    if (done === true) break;
    chunks.push(value);
    size += value.length;
  }
  const first = Buffer.concat(chunks);
  const encoding = encodingOf(first);
  const decoder = new TextDecoder(encoding);
  const head = decoder.decode(first, { stream: true });
  const pieces = async function* (): AsyncGenerator<string> {
    yield head;
    for (;;) {
      const { value, done } = await iterator.next();
      if (done === true) break;
      yield decoder.decode(value, { stream: true });
    }
    yield decoder.decode();
  };
  return { pieces: pieces(), head, encoding };
}

/** Files of old spreadsheets are not UTF-8. */
function encodingOf(bytes: Buffer): 'utf-8' | 'utf-16le' | 'windows-1252' {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  try {
    // The last character may be cut.
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return 'utf-8';
  } catch {
    return 'windows-1252';
  }
}

interface CsvOptions {
  readonly options: ImportOptions;
  readonly signal: AbortSignal;
  readonly separator: string;
}

async function* fromCsv(pieces: AsyncIterable<string>, { options, signal, separator }: CsvOptions): AsyncGenerator<ImportEntry> {
  let header: readonly (FileField | undefined)[] | undefined;
  try {
    for await (const row of csvRows(pieces, separator)) {
      signal.throwIfAborted();
      if (header) yield entryOf(row, header, options);
      else {
        header = row.cells.map(fieldOf);
        yield* aboutHeader(row, header);
        if (!header.includes('email') && !header.includes('blsUsername')) return;
      }
    }
    if (!header) yield { kind: 'warning', reason: 'The file has no rows.' };
  } catch (error) {
    if (!(error instanceof CsvProblem)) throw error;
    yield { kind: 'rejected', line: error.line, reason: error.message };
  }
}

function* aboutHeader(row: CsvRow, header: readonly (FileField | undefined)[]): Generator<ImportEntry> {
  const unknown = row.cells
    .filter((_, at) => header[at] === undefined)
    .map((cell) => cell.trim())
    .filter((cell) => cell !== '');
  if (!header.includes('email') && !header.includes('blsUsername')) {
    yield {
      kind: 'rejected',
      line: row.line,
      reason: `the first row names no e-mail column; it reads: ${row.cells.join(', ').slice(0, 200)}`,
    };
    return;
  }
  if (unknown.length > 0)
    yield {
      kind: 'warning',
      line: row.line,
      reason: `Columns that are not known were left out: ${unknown.join(', ').slice(0, 200)}`,
    };
  const doubled = header.filter((field, at) => field !== undefined && header.indexOf(field) !== at);
  if (doubled.length > 0)
    yield {
      kind: 'warning',
      line: row.line,
      reason: `More than one column means ${[...new Set(doubled)].join(', ')}; the first with a value counts`,
    };
}

function entryOf(row: CsvRow, header: readonly (FileField | undefined)[], options: ImportOptions): ImportEntry {
  const { line, cells } = row;
  if (cells.length > header.length && cells.slice(header.length).some((cell) => cell.trim() !== ''))
    return {
      kind: 'rejected',
      line,
      reason: `${cells.length} cells under ${header.length} columns; a text with the separator in it must stand in quotes`,
    };
  const record: Partial<Record<FileField, string>> = {};
  for (const [at, field] of header.entries()) {
    const cell = cells[at] ?? '';
    if (field !== undefined && (record[field] ?? '').trim() === '')
      record[field] = SECRETS.has(field) ? cell : fromSpreadsheetText(cell);
  }
  return entry(line, record, options);
}

function entry(line: number, record: FileRecord, options: ImportOptions): ImportEntry {
  const read = readRecord(record, options);
  return typeof read === 'string' ? { kind: 'rejected', line, reason: read } : { kind: 'account', line, ...read };
}

async function* fromJson(pieces: AsyncIterable<string>, options: ImportOptions): AsyncGenerator<ImportEntry> {
  let text = '';
  for await (const piece of pieces) {
    text += piece;
    if (text.length > MAX_JSON) {
      yield { kind: 'rejected', line: 1, reason: 'the file is larger than 64 MB; load it in parts, or as CSV' };
      return;
    }
  }
  const records = recordsOf(text);
  if (typeof records === 'string') {
    yield { kind: 'rejected', line: 1, reason: records };
    return;
  }
  for (const [at, one] of records.entries()) {
    if (typeof one !== 'object' || one === null || Array.isArray(one)) {
      yield { kind: 'rejected', line: at + 1, reason: 'is no object' };
      continue;
    }
    const record: Partial<Record<FileField, string>> = {};
    for (const [name, value] of Object.entries(one)) {
      const field = fieldOf(name);
      if (field !== undefined && (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'))
        record[field] ??= String(value);
    }
    yield entry(at + 1, record, options);
  }
}

/** A list, or an object with one list in it (`{"accounts": [...]}`), or one object a line. */
function recordsOf(text: string): readonly unknown[] | string {
  try {
    const whole: unknown = JSON.parse(text);
    if (Array.isArray(whole)) return whole;
    const list = Object.values(whole as object).find((value) => Array.isArray(value)) as unknown[] | undefined;
    return list ?? [whole];
  } catch (error) {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    try {
      return lines.map((line) => JSON.parse(line) as unknown);
    } catch {
      return `it is no JSON: ${(error as Error).message.slice(0, 200)}`;
    }
  }
}
