import { readDeviceColumns } from './device-columns.ts';
import { columnOf, LEVEL_NAMES, type AccountFields } from './fields.ts';
import type { ListFacts } from './list-facts.ts';
import { isMailField, isProseLine, isProseText, isSignature, mayBeAccount, mayHideAccount } from './prose.ts';
import { splitSeparated, type Separated } from './separated.ts';
import { readTrailing, type Trailing } from './trailing.ts';

/** What a line without header or labels is. */
export type Bare =
  | { readonly kind: 'account'; readonly shape: string; readonly fields: AccountFields; readonly doubt?: string | undefined }
  | { readonly kind: 'rejected'; readonly reason: string }
  | { readonly kind: 'prose' }
  /** A quote in it is not closed. */
  | { readonly kind: 'open' }
  /** Text follows a quoted field. */
  | { readonly kind: 'malformed' };

const QUOTE = 0x22;
const PROSE: Bare = { kind: 'prose' };
const rejected = (reason: string): Bare => ({ kind: 'rejected', reason });

/** `Login/Pass: user/pass`: the names of both fields before both. */
export const BOTH_NAMES =
  /^(?:user\s?name|user|login|account|acc|e-?mail)\s*([/&+|,:;-])\s*(?:password|passwd|pass|pwd|pw)\s*(?:[:=]|->|=>)\s*/i;
// A sign and a blank, `[x]`, a number, or the word for what is counted.
const BULLET =
  /^(?:[^\p{L}\p{N}\s"'“‘„`#@]{1,8}(?:\s+\[[ x]?\])?|\[[ x]?\]|\(?\d{1,6}[.)]|(?:account|acc|acct|konto|compte|cuenta|no|nr)\.?\s*#?\s*\d{1,6}\s*[.):-]?)\s+/iu;
// `[L30] user:pass`, `Level 30 - user:pass`.
const LEVEL_FIRST = new RegExp(
  String.raw`^[([]?(?:${LEVEL_NAMES})[\s.:#=-]*([1-9]|[1-4]\d|50)\+?[)\]]?(?:\s*[-–:|,;]\s+|\s+)`,
  'i',
);

/** Reads `user SEP password` with what may stand before and after it. */
export function readBare(line: string, facts: ListFacts): Bare {
  const text = unwrapped(line);
  const first = text.charCodeAt(0);
  const device = readDeviceColumns(text);
  if (device) return { kind: 'account', shape: 'monocle', fields: device };
  const split = splitSeparated(text);
  if (split === 'open') return { kind: 'open' };
  if (split === 'malformed') return isMailField(text) ? PROSE : { kind: 'malformed' };
  if (split === undefined) return readUnseparated(text, facts);
  if (facts.strange?.(split.username) === true) return rejected('not-understood');
  // `"username": "heronmila"` is half an object, not an account.
  if (first === QUOTE && columnOf(split.username) !== undefined) return rejected('not-understood');
  const behind = facts.combined ? undefined : BOTH_NAMES.exec(text);
  if (behind && behind[0].length < text.length) return readBehindNames(text.slice(behind[0].length), behind[1] ?? '', facts);
  if (/\s/.test(split.username)) {
    const inner = readAfterPrefix(text, facts);
    if (inner) return inner;
  }
  const trailing = readTrailing(split, facts.columns);
  if (isProseLine({ ...split, rest: split.password ?? trailing.password }, facts)) {
    return mayHideAccount(text) ? rejected('not-understood') : PROSE;
  }
  return readAccount(split, trailing);
}

/** `Login/Pass: user/pass`, `User:Password = user:pass`. */
function readBehindNames(text: string, between: string, facts: ListFacts): Bare {
  const parts = text.split(between);
  // What stands between the names stands between the values.
  const inner = parts.length === 2 && !/[,;:|\t]/.test(text) ? parts.map((part) => part.trim()).join('\t') : text;
  const bare = readBare(inner, { ...facts, combined: true });
  return bare.kind === 'account' ? bare : rejected('not-understood');
}

/** Quotes around the whole line, and pairs of quotes that are not the usual ones, as the usual ones. */
function unwrapped(line: string): string {
  const first = line.charCodeAt(0);
  // As code in a chat.
  if (first === 0x60) return /^`[^`]+`$/.test(line) ? line.slice(1, -1) : line;
  if (first === 0x22) return /^"[^"]*[,;:|\t][^"]*"$/.test(line) ? line.slice(1, -1) : line;
  if (first !== 0x27 && first !== 0x2018 && first !== 0x201c && first !== 0x201e) return line;
  const whole = /^['‘“„]([^'’”“]*[,;:|\t][^'’”“]*)['’”“]$/.exec(line)?.[1];
  if (whole !== undefined) return whole;
  const pairs = /^(['‘“„][^'’”“]*['’”“]\s*[,;:|\t]?\s*)+$/.test(line) && /['’”“]\s*[,;:|\t]\s*['‘“„]/.test(line);
  if (!pairs || line.includes('"')) return line;
  return line.replace(/['‘“„]([^'’”“]*)['’”“]/g, '"$1"');
}

/** A bullet, a number or a level before the account; undefined when what follows is none. */
function readAfterPrefix(text: string, facts: ListFacts): Bare | undefined {
  const level = LEVEL_FIRST.exec(text);
  const prefix = level ?? BULLET.exec(text);
  if (!prefix) return undefined;
  const inner = readBare(text.slice(prefix[0].length), facts);
  if (inner.kind !== 'account') return undefined;
  if (!level || inner.fields.level !== undefined) return inner;
  return { ...inner, shape: 'user-pass-level', fields: { ...inner.fields, level: Number(level[1]) } };
}

function readUnseparated(text: string, facts: ListFacts): Bare {
  if (isProseText(text)) return mayBeAccount(text) ? rejected('no-separator') : PROSE;
  // A separator that is none here, or quotes: not a name.
  if (facts.namesOnly && !/^[\p{L}\p{N}._@+-]+$/u.test(text)) return rejected('not-understood');
  if (facts.namesOnly) return { kind: 'account', shape: 'username-only', fields: { username: text } };
  return facts.prose && isSignature(text) ? PROSE : rejected('no-password');
}

function readAccount(split: Separated, trailing: Trailing): Bare {
  const { provider, username, separator } = split;
  if (/\s/.test(username)) return rejected('whitespace-in-username');
  const columns = trailing.level !== undefined || trailing.email !== undefined;
  if (split.password !== undefined) {
    // Something follows the quoted password that is no column.
    if (!columns && /[^,;:|\s]/.test(split.rest)) return rejected('not-understood');
  } else if (/\s/.test(trailing.password)) {
    return rejected('whitespace-in-password');
  }
  const fields: AccountFields = { username, password: trailing.password };
  if (provider ?? trailing.provider) fields.provider = provider ?? trailing.provider ?? 'ptc';
  if (trailing.level !== undefined) fields.level = trailing.level;
  if (trailing.email !== undefined) fields.email = trailing.email;
  const named = provider !== undefined && trailing.shape === 'user-sep-pass';
  const shape = named ? (separator === ',' ? 'rocketmap-3' : 'provider-sep') : trailing.shape;
  return { kind: 'account', shape, fields, doubt: trailing.doubt };
}
