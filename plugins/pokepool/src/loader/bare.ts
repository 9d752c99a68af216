import { readDeviceColumns } from './device-columns.ts';
import type { AccountFields } from './fields.ts';
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

const PROSE: Bare = { kind: 'prose' };
const rejected = (reason: string): Bare => ({ kind: 'rejected', reason });

const BULLET = /^(?:[>*•·–-]+|\(?\d{1,6}[.)])\s+/;
// `[L30] user:pass`, `Level 30 - user:pass`.
const LEVEL_FIRST = /^[([]?(?:l|lv|lvl|level)[\s.:#=-]*([1-9]|[1-4]\d|50)[)\]]?(?:\s*[-–:|,;]\s+|\s+)/i;

/** Reads `user SEP password` with what may stand before and after it. */
export function readBare(text: string, facts: ListFacts): Bare {
  const device = readDeviceColumns(text);
  if (device) return { kind: 'account', shape: 'monocle', fields: device };
  const split = splitSeparated(text);
  if (split === 'open') return { kind: 'open' };
  if (split === 'malformed') return isMailField(text) ? PROSE : { kind: 'malformed' };
  if (split === undefined) return readUnseparated(text, facts);
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
