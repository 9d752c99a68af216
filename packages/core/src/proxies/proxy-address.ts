import { isIPv6 } from 'node:net';
import { MusterError } from '@muster/sdk';

const PROXY_SCHEMES = ['http', 'https', 'socks5'] as const;
export type ProxyScheme = (typeof PROXY_SCHEMES)[number];

/** Where a proxy is, and with what one enters. */
export interface ProxyAddress {
  readonly scheme: ProxyScheme;
  /** A name or an address; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  /** Empty for none. */
  readonly user: string;
  readonly password: string;
}

const HOST = /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.?$/i;
const SCHEMES: Readonly<Record<string, ProxyScheme>> = {
  http: 'http',
  https: 'https',
  socks5: 'socks5',
  socks5h: 'socks5',
  socks: 'socks5',
};
const MAX_CREDENTIAL = 1_000;

const bad = (why: string): never => {
  throw new MusterError('BAD_INPUT', why);
};

/** `host:port`, IPv6 in brackets; undefined when it is not that. */
function placeOf(text: string): Pick<ProxyAddress, 'host' | 'port'> | undefined {
  const found = /^(?:\[([0-9a-f:.]+)\]|([^\s:/@[\]]+)):(\d{1,5})$/i.exec(text);
  if (!found) return undefined;
  const [, six, name, digits] = found;
  const port = Number(digits);
  const host = (six ?? name ?? '').toLowerCase();
  if (port < 1 || port > 65_535 || host.length > 253) return undefined;
  return (six === undefined ? HOST.test(host) : isIPv6(host)) ? { host, port } : undefined;
}

/** Percent signs that stand for something are read; a password with a lone one is taken as it is. */
const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const pairOf = (text: string, decode: (part: string) => string): Pick<ProxyAddress, 'user' | 'password'> => {
  const colon = text.indexOf(':');
  const [user, password] = colon === -1 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)];
  return { user: decode(user), password: decode(password) };
};

const NOBODY = { user: '', password: '' };

/** Credentials on either side of the last `@`, the place on the other. */
function aroundAt(text: string, decode: (part: string) => string): Omit<ProxyAddress, 'scheme'> | undefined {
  const at = text.lastIndexOf('@');
  if (at === -1) return undefined;
  const after = placeOf(text.slice(at + 1));
  if (after) return { ...after, ...pairOf(text.slice(0, at), decode) };
  const first = text.indexOf('@');
  const before = placeOf(text.slice(0, first));
  return before && { ...before, ...pairOf(text.slice(first + 1), decode) };
}

/** `host:port:user:pass` (the password may hold colons), or `user:pass:host:port`. */
function byColons(text: string): Omit<ProxyAddress, 'scheme'> | undefined {
  const found = /^((?:\[[^\]]+\]|[^:]+):\d{1,5}):([^:]*):(.*)$/s.exec(text);
  const place = found ? placeOf(found[1] ?? '') : undefined;
  if (found && place) return { ...place, user: found[2] ?? '', password: found[3] ?? '' };
  const turned = /^([^:[\]]+):(.*):((?:\[[^\]]+\]|[^:]+):\d{1,5})$/s.exec(text);
  const last = turned ? placeOf(turned[3] ?? '') : undefined;
  return turned && last ? { ...last, user: turned[1] ?? '', password: turned[2] ?? '' } : undefined;
}

/**
 * One proxy in any of the usual spellings: `host:port`, `host:port:user:pass`, `user:pass@host:port`, `scheme://…`.
 * BAD_INPUT, which repeats nothing of the text: it may hold a password.
 */
export function parseProxyAddress(text: string): ProxyAddress {
  const trimmed = text.trim();
  const word = /^([a-z][a-z0-9+.-]*):\/\//i.exec(trimmed);
  const named = word?.[1]?.toLowerCase() ?? 'http';
  const scheme = Object.hasOwn(SCHEMES, named) ? SCHEMES[named] : undefined;
  if (!scheme) return bad(`"${named}" is not a way to a proxy that muster speaks; use http, https or socks5.`);
  const rest = trimmed.slice(word?.[0].length ?? 0).replace(/\/$/, '');
  // As an address the parts are percent-encoded; as a line of a list they are meant as they stand.
  const decode = word ? decoded : (part: string): string => part;
  const place = placeOf(rest);
  const found = (place && { ...place, ...NOBODY }) ?? aroundAt(rest, decode) ?? byColons(rest);
  if (!found)
    return bad('It is no proxy: write host:port, host:port:user:pass, user:pass@host:port, or any of them after scheme://.');
  return checkProxyAddress({ scheme, ...found });
}

/** BAD_INPUT for what cannot be connected to, or sent. */
export function checkProxyAddress(address: ProxyAddress): ProxyAddress {
  const { host, port, user, password } = address;
  if (!(isIPv6(host) || HOST.test(host))) bad('host: it is neither a name nor an address.');
  if (!(Number.isInteger(port) && port >= 1 && port <= 65_535)) bad('port: it is a number from 1 to 65535.');
  if (user.length > MAX_CREDENTIAL || password.length > MAX_CREDENTIAL) bad(`credentials: at most ${MAX_CREDENTIAL} characters.`);
  // eslint-disable-next-line no-control-regex -- these would end a header
  if (/[\u0000-\u001f\u007f]/.test(user + password)) bad('credentials: they hold a character that cannot be sent.');
  if (user === '' && password !== '') bad('credentials: there is a password without a user.');
  return { ...address, host: host.toLowerCase() };
}

const hostText = (host: string): string => (isIPv6(host) ? `[${host}]` : host);

/** Without credentials: for people. */
export const proxyPlace = ({ scheme, host, port }: Pick<ProxyAddress, 'scheme' | 'host' | 'port'>): string =>
  `${scheme}://${hostText(host)}:${port}`;

/** With credentials, percent-encoded: a secret. */
export function proxyUrl({ scheme, host, port, user, password }: ProxyAddress): string {
  const entry = user === '' ? '' : `${encodeURIComponent(user)}:${encodeURIComponent(password)}@`;
  return `${scheme}://${entry}${hostText(host)}:${port}`;
}
