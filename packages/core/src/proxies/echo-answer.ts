import { isIP } from 'node:net';
import { countryOf } from './country.ts';

/** Where a request came out, as an echo tells it. */
export interface EchoAnswer {
  readonly address: string | null;
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null;
}

const ADDRESS_NAMES = ['ip', 'address', 'query', 'origin', 'ip_addr', 'ipaddress', 'ip_address', 'remoteaddress', 'client_ip'];
const COUNTRY_NAMES = ['country', 'country_code', 'countrycode', 'country_iso', 'countryiso', 'cc', 'loc', 'geo'];

const plainAddress = (text: string): string | null => {
  const address = text.trim().replace(/^::ffff:/i, '');
  return isIP(address) === 0 ? null : address;
};

/** `name: value` pairs of a JSON object (one level into nested ones), or of lines such as `ip=192.0.2.7`. */
function pairsOf(text: string): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  const note = (name: string, value: unknown): void => {
    const key = name.trim().toLowerCase();
    if (typeof value === 'string' && !pairs.has(key)) pairs.set(key, value.trim());
  };
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json !== 'object' || json === null) return pairs;
    const entries: [string, unknown][] = Object.entries(json);
    for (const [name, value] of entries) note(name, value);
    for (const [, value] of entries) {
      if (typeof value === 'object' && value !== null) for (const [name, inner] of Object.entries(value)) note(name, inner);
    }
  } catch {
    for (const line of text.split('\n')) {
      const at = line.search(/[=:]/);
      if (at > 0) note(line.slice(0, at), line.slice(at + 1));
    }
  }
  return pairs;
}

/** What the usual services answer: JSON, `name=value` lines, or the address alone. Undefined when there is no address in it. */
export function readEcho(text: string): EchoAnswer | undefined {
  const alone = plainAddress(text.trim());
  if (alone !== null) return { address: alone, country: null };
  const pairs = pairsOf(text);
  const addresses = ADDRESS_NAMES.map((name) => plainAddress((pairs.get(name) ?? '').split(',')[0] ?? ''));
  const address = addresses.find((each) => each !== null);
  if (address === undefined || address === null) return undefined;
  const countries = COUNTRY_NAMES.map((name) => countryOf(pairs.get(name) ?? ''));
  return { address, country: countries.find((each) => each !== undefined) ?? null };
}
