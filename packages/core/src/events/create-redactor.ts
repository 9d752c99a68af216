import type { Redactor } from './events.ts';

export const MASK = '‹secret›';

/** Secrets of this length and more are masked wherever they stand; shorter ones only where they are a whole value. */
const MIN_LENGTH = 4;
const MAX_DEPTH = 32;

/** Values under these names are masked whatever they are. */
const TELLING_NAME =
  /^(?:.*[_-])?(?:pass(?:word|wd|phrase|code)?|pwd|secret|token|cookies?|authorization|api[_-]?key|otp|pin)$|^(?:access|refresh|bearer|id|auth)Token$|^(?:api|private|secret)Key$/i;
/** What stands before the host of an address: a password, or all of it where there is none, as it may be a token. */
const IN_URL = /\b([a-z][a-z0-9+.-]{1,30}:\/\/[^\s/:@?#]{0,200}):[^\s/@?#]{1,1000}@/gi;
const ALONE_IN_URL = /\b([a-z][a-z0-9+.-]{1,30}:\/\/)[^\s/:@?#‹]{1,1000}@/gi;
/** Keys in the query of an address. */
const IN_QUERY =
  /([?&](?:[\w.-]{0,40}[_-])?(?:key|apikey|pass|password|passwd|pwd|secret|token|sig|signature|otp|pin)=)[^&#\s"'<>‹]{1,4000}/gi;
/** Credentials as HTTP sends them. */
const IN_HEADER = /\b(Bearer|Basic|Digest|Negotiate) +[A-Za-z0-9._~+/=-]{8,}/g;

/** Masks what is a credential by where it stands: in an address, its query, or a header. */
export const maskCredentials = (text: string): string =>
  text
    .replaceAll(IN_URL, `$1:${MASK}@`)
    .replaceAll(ALONE_IN_URL, `$1${MASK}@`)
    .replaceAll(IN_QUERY, `$1${MASK}`)
    .replaceAll(IN_HEADER, `$1 ${MASK}`);

/** How a secret may be spelt in what a program writes about it. */
const spellingsOf = (secret: string): Set<string> => {
  const wellFormed = secret.toWellFormed();
  const bytes = Buffer.from(secret);
  const uri = encodeURIComponent(wellFormed);
  return new Set([
    secret,
    JSON.stringify(secret).slice(1, -1),
    uri,
    uri.replaceAll('%20', '+'),
    bytes.toString('base64').replaceAll('=', ''),
    bytes.toString('base64url'),
  ]);
};

/** A number for the four characters at a place; equal texts have equal numbers. */
const gram = (text: string, at: number): number =>
  text.charCodeAt(at) ^ (text.charCodeAt(at + 1) << 8) ^ (text.charCodeAt(at + 2) << 16) ^ (text.charCodeAt(at + 3) << 24);

interface Bucket {
  readonly byLength: Map<number, Set<string>>;
  /** Longest first. */
  lengths: readonly number[];
}

export interface RedactorOptions {
  /** Secrets remembered at once; beyond, the one added longest ago is forgotten. */
  readonly capacity?: number;
}

/** Work per text grows with its length, not with how many secrets are known. */
export const createRedactor = ({ capacity = 50_000 }: RedactorOptions = {}): Redactor => {
  const known = new Map<string, ReadonlySet<string>>();
  const forNow = new Set<string>();
  // Spellings by their first four characters, then by length.
  const buckets = new Map<number, Bucket>();

  const index = (spelling: string): void => {
    if (spelling.length < MIN_LENGTH) return;
    const key = gram(spelling, 0);
    let bucket = buckets.get(key);
    if (!bucket) buckets.set(key, (bucket = { byLength: new Map(), lengths: [] }));
    const same = bucket.byLength.get(spelling.length);
    if (same) same.add(spelling);
    else {
      bucket.byLength.set(spelling.length, new Set([spelling]));
      bucket.lengths = [...bucket.byLength.keys()].toSorted((a, b) => b - a);
    }
  };

  const unindex = (spelling: string): void => {
    if (spelling.length >= MIN_LENGTH) buckets.get(gram(spelling, 0))?.byLength.get(spelling.length)?.delete(spelling);
  };

  /** The length of the longest spelling that starts here; 0 for none. */
  const matchAt = (text: string, at: number): number => {
    const bucket = buckets.get(gram(text, at));
    return bucket?.lengths.find((length) => bucket.byLength.get(length)?.has(text.slice(at, at + length))) ?? 0;
  };

  const forget = (secret: string): void => {
    known.get(secret)?.forEach(unindex);
    known.delete(secret);
    forNow.delete(secret);
  };

  const add = (secret: string): void => {
    if (secret === '') return;
    // Anew, so that it counts as the latest.
    forget(secret);
    const spellings = spellingsOf(secret);
    known.set(secret, spellings);
    spellings.forEach(index);
    const [oldest] = known.keys();
    if (known.size > capacity && oldest !== undefined) forget(oldest);
  };

  const addForNow = (secret: string): (() => void) => {
    if (known.has(secret) && !forNow.has(secret)) return () => undefined;
    add(secret);
    forNow.add(secret);
    return () => {
      if (forNow.has(secret)) forget(secret);
    };
  };

  const maskKnown = (text: string): string => {
    if (buckets.size === 0 || text.length < MIN_LENGTH) return text;
    let masked = '';
    let kept = 0;
    for (let at = 0; at + MIN_LENGTH <= text.length;) {
      const length = matchAt(text, at);
      if (length === 0) at += 1;
      else {
        masked += text.slice(kept, at) + MASK;
        at += length;
        kept = at;
      }
    }
    return kept === 0 ? text : masked + text.slice(kept);
  };

  const maskText = (text: string): string => {
    if (known.has(text)) return MASK;
    return maskCredentials(maskKnown(text));
  };

  const maskObject = (value: object, depth: number): unknown => {
    if (depth > MAX_DEPTH) return '…';
    if (Array.isArray(value)) return value.map((item: unknown) => mask(item, depth + 1));
    if (value instanceof Uint8Array) return value;
    // What an error says does not show among its entries.
    const error =
      value instanceof Error ? { name: value.name, message: value.message, stack: value.stack, cause: value.cause } : {};
    return Object.fromEntries(
      Object.entries({ ...error, ...value }).map(([name, item]: [string, unknown]) => [
        maskText(name),
        TELLING_NAME.test(name) && item !== null && typeof item !== 'boolean' && item !== undefined
          ? MASK
          : mask(item, depth + 1),
      ]),
    );
  };

  const mask = (value: unknown, depth: number): unknown => {
    if (typeof value === 'string') return maskText(value);
    if (typeof value === 'number') return known.has(String(value)) ? MASK : value;
    return typeof value === 'object' && value !== null ? maskObject(value, depth) : value;
  };

  return { add, addForNow, redact: <T>(value: T): T => mask(value, 0) as T };
};
