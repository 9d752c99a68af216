import { fromSpreadsheetText, type ImportEntry } from '@muster/sdk';
import type { ImportOptions } from '../schemas.ts';
import { nameOf } from './key-lines.ts';

/** Column names as people write them, and the field each one is. */
const COLUMNS: Readonly<Record<string, string>> = {
  name: 'name',
  email: 'name',
  login: 'name',
  kind: 'kind',
  apikey: 'apiKey',
  key: 'apiKey',
  password: 'password',
  consent: 'consent',
  title: 'title',
  ratelimit: 'rateLimit',
  tags: 'tags',
  priority: 'priority',
};
const WHOLE = /^\d{1,9}$/;

/** Rows of a table with quotes as in RFC 4180, each with the line it begins on. */
export function* rowsOf(
  text: string,
  separator: string,
): Generator<{ readonly line: number; readonly cells: string[] | string }> {
  let line = 1;
  let at = 0;
  while (at < text.length) {
    const begin = line;
    const cells: string[] = [];
    let cell = '';
    let quoted = false;
    let done = false;
    while (!done) {
      const char = text[at];
      if (quoted) {
        if (char === undefined) {
          yield { line: begin, cells: 'a quote is not closed' };
          return;
        }
        if (char === '\n') line++;
        if (char !== '"') cell += char;
        else if (text[at + 1] === '"') {
          cell += '"';
          at++;
        } else quoted = false;
      } else if (char === '"' && cell === '') quoted = true;
      else if (char === separator) {
        cells.push(cell);
        cell = '';
      } else if (char === undefined || char === '\n') {
        cells.push(cell.endsWith('\r') ? cell.slice(0, -1) : cell);
        done = true;
        line++;
      } else cell += char;
      at++;
    }
    if (cells.some((each) => each.trim() !== '')) yield { line: begin, cells };
  }
}

/** A table of accounts. Its head names the columns; `kind` may be left out where a row has a key, or a password. */
export function* readCsv(text: string, options: ImportOptions): Generator<ImportEntry> {
  const body = text.replace(/^\uFEFF/, '');
  const head = body.trimStart().split('\n', 1)[0] ?? '';
  const separator = [',', ';', '\t'].toSorted((left, right) => head.split(right).length - head.split(left).length)[0] ?? ',';
  let fields: (string | undefined)[] | undefined;
  for (const { line, cells } of rowsOf(body, separator)) {
    if (typeof cells === 'string') {
      yield { kind: 'rejected', line, reason: cells };
      continue;
    }
    if (!fields) {
      const names = cells.map((cell) => cell.trim());
      fields = names.map((name) => COLUMNS[name.toLowerCase().replaceAll(/[\s_-]/g, '')]);
      const unknown = names.filter((name, index) => name !== '' && fields?.[index] === undefined);
      if (unknown.length > 0)
        yield { kind: 'warning', line, reason: `columns that are not known are left out: ${unknown.join(', ')}` };
      continue;
    }
    if (cells.length > fields.length) {
      yield { kind: 'rejected', line, reason: `${cells.length} values, but the head names ${fields.length} columns` };
      continue;
    }
    const row: Record<string, string> = {};
    cells.forEach((cell, index) => {
      const field = fields?.[index];
      if (field === undefined || cell.trim() === '') return;
      row[field] = field === 'password' ? cell : field === 'apiKey' ? cell.trim() : fromSpreadsheetText(cell.trim());
    });
    const { tags, priority, rateLimit, ...data } = row;
    const kind = row['kind'] ?? (row['apiKey'] === undefined && row['password'] !== undefined ? 'sign-in' : 'api-key');
    if (data['name'] === undefined && data['apiKey'] === undefined) {
      yield { kind: 'rejected', line, reason: 'it has neither a name nor an email' };
      continue;
    }
    const numbers = Object.entries({ priority, rateLimit }).filter(([, value]) => value !== undefined);
    const wrong = numbers.find(([, value]) => !WHOLE.test(value ?? ''));
    if (wrong) {
      yield { kind: 'rejected', line, reason: `${wrong[0]}: a whole number is needed` };
      continue;
    }
    yield {
      kind: 'account',
      line,
      data: {
        ...(data['apiKey'] !== undefined && { name: nameOf(data['apiKey']) }),
        ...data,
        kind,
        ...(kind === 'sign-in' && data['consent'] === undefined && { consent: options.consent }),
        ...(rateLimit !== undefined && { rateLimit: Number(rateLimit) }),
      },
      facts: {
        ...(tags !== undefined && { tags: tags.split(/[\s,;|]+/).filter((tag) => tag !== '') }),
        ...(priority !== undefined && { priority: Number(priority) }),
      },
    };
  }
}
