import { columnOf, isBareId, isBareName, levelOf, providerOf, rankOfName, type AccountFields, type Column } from './fields.ts';
import { splitQuoted } from './quoted.ts';

/** A row of column names, as in `username,password,provider,model,iOS,id`. */
export interface Header {
  readonly separator: string;
  /** By position; undefined for a column that is of no use here. */
  readonly columns: readonly (Column | undefined)[];
  readonly shape: string;
}

const SEPARATORS = [',', ';', '\t', '|', ':'];
// What every file of Monocle has, its accounts.csv and its banned.csv.
const MONOCLE: readonly Column[] = ['username', 'password', 'provider'];

/**
 * Reads a line as a header: every field a name, one of them the user's. A leading `#` is taken off, as in KinanCity's
 * `#username;email;password`. Where no column holds a user name, the one with the email or the `name` does.
 */
export function headerOf(line: string): Header | undefined {
  const commented = line.startsWith('#');
  const text = line.replace(/^[#\s]+/, '');
  for (const separator of SEPARATORS) {
    if (!text.includes(separator)) continue;
    const fields = splitQuoted(text, separator);
    if (typeof fields === 'string' || fields.length < 2) continue;
    const names = fields.map(({ text: name }) => name);
    // `Level (min)`, `Username (PTC)`.
    const columns = names.map((name) => columnOf(name) ?? columnOf(name.replace(/\s*\([^()]*\)$/, '')));
    if (!names.every((name) => /^\p{L}[\p{L}\p{N} _.()/#'’-]*$/u.test(name) || name === '' || name === '#')) continue;
    if (!columns.includes('username')) {
      const email = columns.indexOf('email');
      const user = email === -1 ? names.findIndex(isBareName) : email;
      if (user === -1 || !columns.includes('password')) continue;
      columns[user] = 'username';
    }
    if (!columns.includes('model') && !columns.includes('ios'))
      for (const [at, name] of names.entries()) if (isBareId(name)) columns[at] = undefined;
    // `Format: username:password` is a line of a mail.
    if (separator === ':' && columns[0] === undefined) continue;
    if (names.some((name, at) => name !== '' && names.indexOf(name) < at)) continue;
    dropDoubles(columns, names);
    if (columns.filter((column) => column !== undefined).length < 2) continue;
    if (commented && !columns.includes('password')) continue;
    return { separator, columns, shape: shapeOf(columns, commented, separator) };
  }
  return undefined;
}

/** Of several names for one field (`id` and `device_id`) the one that says it best counts. */
function dropDoubles(columns: (Column | undefined)[], names: readonly string[]): void {
  for (const [at, column] of columns.entries()) {
    if (column === undefined) continue;
    const rank = rankOfName(names[at] ?? '');
    const better = columns.some((other, place) => place !== at && other === column && rankOfName(names[place] ?? '') <= rank);
    if (better) columns[at] = undefined;
  }
}

function shapeOf(columns: readonly (Column | undefined)[], commented: boolean, separator: string): string {
  if (commented && separator === ';') return 'kinan-input';
  return MONOCLE.every((column) => columns.includes(column)) ? 'monocle' : 'header-columns';
}

/** `username:password` over a list: it says what any such list is, and a password may well hold a colon. */
export const isHeading = ({ separator, columns }: Header): boolean => separator === ':' && columns.join() === 'username,password';

export type Row =
  | { readonly kind: 'account'; readonly fields: AccountFields }
  /** `whole`: it has all the columns, so that it can be nothing but a row. */
  | { readonly kind: 'rejected'; readonly reason: string; readonly whole: boolean }
  /** A quote is not closed yet: give the next line too. */
  | { readonly kind: 'open' }
  /** Text follows a quoted field. */
  | { readonly kind: 'malformed' };

/** Reads one record under a header. */
export function readRow(record: string, header: Header): Row {
  const { columns, separator } = header;
  const fields = splitQuoted(record, separator);
  if (typeof fields === 'string') return { kind: fields };
  joinModel(fields, columns);
  const whole = columns.length > 2 && fields.length === columns.length;
  const rejected = (reason: string): Row => ({ kind: 'rejected', reason, whole });

  if (fields.length > columns.length) {
    const extra = fields.slice(columns.length);
    if (extra.some(({ text }) => text !== '')) {
      // Only a password in the last column can hold the separator and still be told apart.
      if (columns.at(-1) !== 'password') return rejected('too-many-columns');
      const from = columns.length - 1;
      const parts = fields.slice(from);
      if (parts.some(({ quoted }) => quoted)) return rejected('too-many-columns');
      const rest = restAfter(record, separator, from);
      fields.splice(from, parts.length, { text: rest, quoted: false });
    }
  }

  const account: AccountFields = { username: '' };
  for (const [index, column] of columns.entries()) {
    const field = fields[index];
    if (column === undefined || field === undefined) continue;
    const { text, quoted } = field;
    // In tables of Markdown a password stands in backquotes, so that its signs mean nothing.
    const code = separator === '|' ? /^`([^`]+)`$/.exec(text)?.[1] : undefined;
    if (code !== undefined && (column === 'username' || column === 'password')) {
      account[column] = code;
    } else if (column === 'password') {
      if (!quoted && /\s/.test(text)) return rejected('whitespace-in-password');
      account.password = text;
    } else if (column === 'username') {
      account.username = text;
    } else if (text === '') {
      continue;
    } else if (column === 'provider') {
      const provider = providerOf(text);
      if (!provider) return rejected('unknown-provider');
      account.provider = provider;
    } else if (column === 'level') {
      const level = levelOf(text);
      if (level === undefined) return rejected('not-a-level');
      account.level = level;
    } else {
      account[column] = text;
    }
  }
  if (columns.includes('password') && account.password === undefined) account.password = '';
  return { kind: 'account', fields: account };
}

/** Apple writes its models with a comma, as in `iPhone9,1`, and Monocle wrote them without quotes. */
function joinModel(fields: { text: string; quoted: boolean }[], columns: Header['columns']): void {
  const at = columns.indexOf('model');
  const [family, number] = fields.slice(at, at + 2);
  if (at === -1 || fields.length !== columns.length + 1 || !family || !number || family.quoted || number.quoted) return;
  if (!/^(?:iPhone|iPad|iPod)\d{1,2}$/i.test(family.text) || !/^\d{1,2}$/.test(number.text)) return;
  fields.splice(at, 2, { text: `${family.text},${number.text}`, quoted: false });
}

function restAfter(record: string, separator: string, count: number): string {
  let at = 0;
  for (let index = 0; index < count; index++) at = record.indexOf(separator, at) + 1;
  return record.slice(at).trim();
}
