import { columnOf, levelOf, providerOf, type AccountFields, type Column } from './fields.ts';
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
 * `#username;email;password`. Where no column holds a user name, the one with the email does.
 */
export function headerOf(line: string): Header | undefined {
  const commented = line.startsWith('#');
  const text = line.replace(/^[#\s]+/, '');
  for (const separator of SEPARATORS) {
    if (!text.includes(separator)) continue;
    const fields = splitQuoted(text, separator);
    if (typeof fields === 'string' || fields.length < 2) continue;
    const columns = fields.map(({ text: name }) => columnOf(name));
    if (!fields.every(({ text: name }) => /^[a-z][a-z0-9 _.-]*$/i.test(name) || name === '')) continue;
    if (!columns.includes('username')) {
      const email = columns.indexOf('email');
      if (email === -1 || !columns.includes('password')) continue;
      columns[email] = 'username';
    }
    const known = columns.filter((column) => column !== undefined);
    if (new Set(known).size < known.length || known.length < 2) continue;
    if (commented && !columns.includes('password')) continue;
    return { separator, columns, shape: shapeOf(columns, commented, separator) };
  }
  return undefined;
}

function shapeOf(columns: readonly (Column | undefined)[], commented: boolean, separator: string): string {
  if (commented && separator === ';') return 'kinan-input';
  return MONOCLE.every((column) => columns.includes(column)) ? 'monocle' : 'header-columns';
}

/** `username:password` over a list: it says what any such list is, and a password may well hold a colon. */
export const isHeading = ({ separator, columns }: Header): boolean => separator === ':' && columns.join() === 'username,password';

export type Row =
  | { readonly kind: 'account'; readonly fields: AccountFields }
  | { readonly kind: 'rejected'; readonly reason: string }
  /** A quote is not closed yet: give the next line too. */
  | { readonly kind: 'open' }
  /** Text follows a quoted field. */
  | { readonly kind: 'malformed' };

const rejected = (reason: string): Row => ({ kind: 'rejected', reason });

/** Reads one record under a header. */
export function readRow(record: string, header: Header): Row {
  const { columns, separator } = header;
  const fields = splitQuoted(record, separator);
  if (typeof fields === 'string') return { kind: fields };

  if (fields.length > columns.length) {
    const extra = fields.slice(columns.length);
    if (extra.some(({ text }) => text !== '')) {
      // Only a password in the last column can hold the separator and still be told apart.
      if (columns.at(-1) !== 'password') return rejected('too-many-columns');
      const from = columns.length - 1;
      const whole = fields.slice(from);
      if (whole.some(({ quoted }) => quoted)) return rejected('too-many-columns');
      const rest = restAfter(record, separator, from);
      fields.splice(from, whole.length, { text: rest, quoted: false });
    }
  }

  const account: AccountFields = { username: '' };
  for (const [index, column] of columns.entries()) {
    const field = fields[index];
    if (column === undefined || field === undefined) continue;
    const { text, quoted } = field;
    if (column === 'password') {
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

function restAfter(record: string, separator: string, count: number): string {
  let at = 0;
  for (let index = 0; index < count; index++) at = record.indexOf(separator, at) + 1;
  return record.slice(at).trim();
}
