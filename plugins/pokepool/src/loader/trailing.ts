import { LEVEL_NAMES, providerOf, type Provider } from './fields.ts';
import type { Separated } from './separated.ts';

/** Which columns a list without a header has beside user and password: decided by at least 80 % of its lines. */
export interface ListColumns {
  readonly level: boolean;
  readonly emailLast: boolean;
  readonly emailSecond: boolean;
  readonly providerLast: boolean;
  /** Every line ends with its separator. */
  readonly closed: boolean;
}

/** What stands at the end of one line, as far as it could be a column. */
export interface Trailing {
  readonly password: string;
  readonly level: number | undefined;
  readonly email: string | undefined;
  readonly provider: Provider | undefined;
  readonly shape: 'user-sep-pass' | 'user-pass-level' | 'user-pass-email' | 'user-email-pass';
  /** A reason to warn: it looks like a column, but too few lines have it. */
  readonly doubt: string | undefined;
}

const SHARE = 0.8;
const EMAIL = /^[^\s@,;:|"]+@[^\s@,;:|"]+\.[a-z]{2,}$/i;
// `L30`, `Lvl 30+`, `Level: 30`, after a separator or a blank, or in a pair of brackets.
const LEVEL_END = String.raw`(?:${LEVEL_NAMES})[\s.:#=-]*([1-9]|[1-4]\d|50)\+?\s*[)\]]?$`;
const LEVEL_WORD = new RegExp(String.raw`(?:^|[\s,;:|]+|\s[-–—]\s+|(?=[([][^()[\]]*[)\]]$))[([]?\s*${LEVEL_END}`, 'i');
const MAY_BE_LEVEL = new RegExp(LEVEL_END, 'i');
const BARE_LEVEL = /^(?:[1-9]|[1-4]\d|50)\+?$/;
const BIRTH_AND_COUNTRY = /;\d{4}-\d{2}-\d{2};[A-Za-z]{2};?$/;

const EVERYTHING: ListColumns = { level: true, emailLast: true, emailSecond: true, providerLast: true, closed: true };
const PLAIN: ListColumns = { level: false, emailLast: false, emailSecond: false, providerLast: false, closed: false };

/** Counts the columns of the first lines of a list. */
export function voteOnColumns(lines: readonly Separated[]): ListColumns {
  if (lines.length === 0) return PLAIN;
  let levels = 0;
  let last = 0;
  let second = 0;
  let providers = 0;
  let closed = 0;
  for (const line of lines) {
    const seen = readTrailing(line, { ...EVERYTHING, emailSecond: false });
    if (seen.level !== undefined) levels++;
    if (seen.email !== undefined) last++;
    if (seen.provider !== undefined) providers++;
    if (emailSecond(line) !== undefined) second++;
    if (line.rest.length > 1 && line.rest.endsWith(line.separator)) closed++;
  }
  const enough = lines.length * SHARE;
  return {
    level: levels >= enough,
    emailLast: last >= enough,
    emailSecond: second >= enough,
    providerLast: providers >= enough,
    closed: closed >= enough,
  };
}

function emailSecond({ rest, separator, password }: Separated): { readonly email: string; readonly rest: string } | undefined {
  const end = rest.indexOf(separator);
  if (password !== undefined || end < 1 || end === rest.length - 1) return undefined;
  const email = rest.slice(0, end).trim();
  return EMAIL.test(email) ? { email, rest: rest.slice(end + 1).trim() } : undefined;
}

/** Takes the columns off the end of a line; what is left is the password, whole. */
export function readTrailing(line: Separated, columns: ListColumns): Trailing {
  const { separator } = line;
  const quoted = line.password !== undefined;
  let rest = line.rest;
  let email: string | undefined;
  let level: number | undefined;
  let provider: Provider | undefined;
  let doubt: string | undefined;
  let shape: Trailing['shape'] = 'user-sep-pass';

  if (columns.emailSecond) {
    const second = emailSecond(line);
    if (second) {
      email = second.email;
      rest = separator === ';' ? second.rest.replace(BIRTH_AND_COUNTRY, '') : second.rest;
      shape = 'user-email-pass';
    }
  }
  // A comma left at the end is an empty column of a spreadsheet.
  if (rest.endsWith(',')) rest = rest.replace(/[,\s]+$/, '');
  if (columns.closed && rest.length > 1 && rest.endsWith(separator)) rest = rest.slice(0, -1).trimEnd();

  // At most a level, an email and a provider, in any order; the password itself is never taken.
  for (let turn = 0; turn < 3; turn++) {
    if (level === undefined && mayEndInLevelWord(rest)) {
      const word = LEVEL_WORD.exec(rest);
      if (word && (word.index > 0 || quoted)) {
        level = Number(word[1]);
        rest = rest.slice(0, word.index).trimEnd();
        if (shape === 'user-sep-pass') shape = 'user-pass-level';
        continue;
      }
    }
    const at = rest.lastIndexOf(separator);
    if (at < 1 && !(quoted && at === 0)) break;
    const tail = rest.slice(at + 1).trim();
    if (level === undefined && BARE_LEVEL.test(tail)) {
      if (!columns.level) {
        doubt = 'ambiguous-level-suffix';
        break;
      }
      level = Number.parseInt(tail, 10);
      if (shape === 'user-sep-pass') shape = 'user-pass-level';
    } else if (email === undefined && EMAIL.test(tail)) {
      if (!columns.emailLast) {
        doubt = 'ambiguous-email-suffix';
        break;
      }
      email = tail;
      shape = 'user-pass-email';
    } else if (columns.providerLast && provider === undefined && line.provider === undefined && providerOf(tail)) {
      provider = providerOf(tail);
    } else {
      break;
    }
    rest = rest.slice(0, at).trimEnd();
  }
  return { password: line.password ?? rest, level, email, provider, shape, doubt: quoted ? undefined : doubt };
}

const mayEndInLevelWord = (rest: string): boolean => {
  const last = rest.charCodeAt(rest.length - 1);
  if (!((last >= 0x30 && last <= 0x39) || last === 0x29 || last === 0x2b || last === 0x5d)) return false;
  return MAY_BE_LEVEL.test(rest.slice(-24));
};
