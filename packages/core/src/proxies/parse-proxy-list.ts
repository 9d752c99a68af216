import { safeText, toMusterError } from '@muster/sdk';
import { countryOf } from './country.ts';
import { checkProxyAddress, parseProxyAddress, type ProxyAddress } from './proxy-address.ts';

export type ProxyLine =
  | { readonly line: number; readonly address: ProxyAddress; readonly country: string | null; readonly label: string | undefined }
  | { readonly line: number; readonly why: string };

/** Spellings of the columns of a CSV file with a header. */
const COLUMNS: Readonly<Record<string, string>> = {
  proxy: 'proxy',
  url: 'proxy',
  uri: 'proxy',
  address: 'host',
  host: 'host',
  hostname: 'host',
  ip: 'host',
  server: 'host',
  ip_address: 'host',
  port: 'port',
  user: 'user',
  username: 'user',
  login: 'user',
  pass: 'password',
  password: 'password',
  pwd: 'password',
  scheme: 'scheme',
  protocol: 'scheme',
  type: 'scheme',
  country: 'country',
  country_code: 'country',
  countrycode: 'country',
  cc: 'country',
  geo: 'country',
  location: 'country',
  label: 'label',
  name: 'label',
  note: 'label',
};

type Columns = readonly (string | undefined)[];

/** Cells of one line; quotes as in RFC 4180. */
export function cellsOf(line: string, separator: string): string[] {
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const char = line.charAt(at);
    if (quoted && char === '"' && line.charAt(at + 1) === '"') {
      cell += '"';
      at += 1;
    } else if (char === '"' && (quoted || cell === '')) quoted = !quoted;
    else if (char === separator && !quoted) {
      cells.push(cell.trim());
      cell = '';
    } else cell += char;
  }
  return [...cells, cell.trim()];
}

/** The columns, where the line is a header: at least an address, and nothing that is none of the known words. */
function headerOf(line: string, separator: string): Columns | undefined {
  const words = cellsOf(line, separator).map((word) => word.toLowerCase().replaceAll(/[\s-]+/g, '_'));
  const columns = words.map((word) => (Object.hasOwn(COLUMNS, word) ? COLUMNS[word] : undefined));
  const known = columns.filter((column) => column !== undefined);
  if (new Set(known).size !== known.length) return undefined;
  return known.includes('proxy') || (known.includes('host') && (known.includes('port') || known.length > 1))
    ? columns
    : undefined;
}

/**
 * A list of proxies: CSV with a header, or one a line in any of the usual spellings, with a country after it if there is one.
 * Empty lines and such as begin with `#` or `//` are passed over. What is refused is told without its credentials.
 */
export function parseProxyList(text: string): ProxyLine[] {
  const lines = text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .map((each, index) => ({ text: each.trim(), line: index + 1 }))
    .filter((each) => each.text !== '' && !/^(?:#|\/\/)/.test(each.text));
  const first = lines[0]?.text ?? '';
  const separator = [',', ';', '\t', '|'].find((each) => headerOf(first, each) !== undefined) ?? ',';
  const columns = headerOf(first, separator);
  const rows = columns ? lines.slice(1) : lines;
  return rows.map((row) => {
    try {
      const { address, country, label } = columns ? ofRow(cellsOf(row.text, separator), columns) : ofLine(row.text);
      return { line: row.line, address, country, label };
    } catch (error) {
      return { line: row.line, why: toMusterError(error).message };
    }
  });
}

interface Parsed {
  readonly address: ProxyAddress;
  readonly country: string | null;
  readonly label: string | undefined;
}

const countryIn = (text: string | undefined): string | null => {
  if (text === undefined || text === '') return null;
  const country = countryOf(text);
  if (country === undefined) throw new Error(`country: "${safeText(text, 40)}" is none; write two letters, such as DZ or ES.`);
  return country;
};

function ofRow(cells: readonly string[], columns: Columns): Parsed {
  const cell = (name: string): string | undefined => {
    const at = columns.indexOf(name);
    return at === -1 ? undefined : cells[at];
  };
  const label = safeText(cell('label') ?? '', 100);
  const rest = { country: countryIn(cell('country')), label: label === '' ? undefined : label };
  const whole = cell('proxy');
  const scheme = cell('scheme')?.toLowerCase() ?? '';
  const prefix = scheme === '' ? '' : `${scheme}://`;
  if (whole !== undefined && whole !== '') {
    return { address: parseProxyAddress(/^[a-z0-9+.-]+:\/\//i.test(whole) ? whole : prefix + whole), ...rest };
  }
  const host = cell('host') ?? '';
  const port = cell('port') ?? '';
  const place = parseProxyAddress(
    prefix + (port === '' ? host : `${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`),
  );
  const [user, password] = [cell('user') ?? '', cell('password') ?? ''];
  return { address: user === '' && password === '' ? place : checkProxyAddress({ ...place, user, password }), ...rest };
}

/** A country may follow, after a comma, a semicolon, a bar or white space. */
function ofLine(text: string): Parsed {
  const found = /^(\S+?)(?:\s*[,;|]\s*|\s+)([\p{L}][\p{L} .'()-]+)$/u.exec(text);
  const country = found ? countryOf(found[2] ?? '') : undefined;
  if (found && country !== undefined) return { address: parseProxyAddress(found[1] ?? ''), country, label: undefined };
  return { address: parseProxyAddress(text), country: null, label: undefined };
}
