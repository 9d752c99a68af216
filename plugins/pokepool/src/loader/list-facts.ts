import { columnOf } from './fields.ts';
import { labelsOf } from './labelled.ts';
import type { Line } from './lines.ts';
import { isProseLine, isProseText } from './prose.ts';
import { splitSeparated, type Separated } from './separated.ts';
import { voteOnColumns, type ListColumns } from './trailing.ts';

/** What the first lines of a list say of all of them. */
export interface ListFacts {
  readonly columns: ListColumns;
  /** There is text around the accounts. */
  readonly prose: boolean;
  /** Most account lines have blanks at their separator. */
  readonly spaced: boolean;
  /** Every line is a user name and nothing else. */
  readonly namesOnly: boolean;
  /** What stands where user names stand, and is none: numbers of rows, dates, names of fields in a language that is not known. */
  readonly strange?: ((username: string) => boolean) | undefined;
  /** The line stood behind the names of its two fields. */
  readonly combined?: boolean;
}

/** Files are glued together with their byte order marks. */
export const unmarked = (text: string): string => (text.charCodeAt(0) === 0xfeff ? text.replace(/^\ufeff+/, '') : text);

/** Mail that was answered or forwarded has a `>` before each line, with or without a blank behind it; no user name begins with one. */
export const unquoted = (text: string): string => (text.charCodeAt(0) === 0x3e ? text.replace(/^(?:>\s?)+/, '') : text);

export const isComment = (text: string): boolean => text.startsWith('#') || text.startsWith('//');

/** Rules under headings and around tables, and the `sep=;` that spreadsheets write: lines that say nothing. */
export const isDecoration = (text: string): boolean => /^(?:[\s\-=_*+|:.~>]*|sep=.)$/i.test(text);

export function factsOf(head: readonly Line[]): ListFacts {
  const separated: Separated[] = [];
  let names = 0;
  let others = 0;
  let labels = 0;
  let prose = false;
  let header: string | undefined;
  let group = 0;
  const groups: number[] = [];
  for (const { text: raw } of head) {
    const text = raw === undefined ? '' : unquoted(unmarked(raw).trim());
    if (text === '') {
      if (group > 0) groups.push(group);
      group = 0;
    }
    if (isDecoration(text) || isComment(text)) continue;
    const split = splitSeparated(text);
    if (typeof split === 'string') others++;
    else if (split === undefined) {
      if (isProseText(text)) prose = true;
      else {
        names++;
        group++;
      }
    } else {
      const named = labelsOf(text);
      if (named) {
        others++;
        if (named.some(([column]) => column === 'username' || column === 'password')) labels++;
      } else if (isProseLine(split, { prose: false, spaced: false })) prose = true;
      else if (separated.length === 0 && isUnknownHeader(text, split)) header = split.username;
      else if (!/\s/.test(split.username)) separated.push(split);
    }
  }
  if (group > 0) groups.push(group);
  // Names by twos with gaps between them are names and passwords.
  const inPairs = groups.length > 1 && groups.every((size) => size === 2);
  const accounts = prose ? withoutNotes(separated) : separated;
  return {
    columns: voteOnColumns(accounts),
    prose,
    spaced: areSpaced(accounts),
    namesOnly: names > 0 && !inPairs && !prose && separated.length + others === 0,
    strange: orNamed(header, strangeAmong(accounts, labels > 0)),
  };
}

const areSpaced = (lines: readonly Separated[]): boolean => lines.filter(({ spaced }) => spaced).length * 2 > lines.length;

/** In a mail `Bestellnummer: 12345` says nothing of the columns of a list that is written without blanks. */
const withoutNotes = (lines: readonly Separated[]): readonly Separated[] => {
  const others = lines.filter(
    ({ username, separator, spaced }) => !(spaced && separator === ':' && /^\p{Lu}\p{Ll}+$/u.test(username)),
  );
  return others.length < 2 || areSpaced(others) ? lines : others;
};

/** `character,secret,level`: words before all accounts of which one names a column, and the user's or the password's is not known. */
const isUnknownHeader = (text: string, { provider, separator }: Separated): boolean => {
  const names = text.split(separator).map((name) => name.trim());
  if (provider !== undefined || names.length < 3) return false;
  return names.every((name) => /^\p{L}[\p{L} _.-]*$/u.test(name)) && names.some((name) => columnOf(name) !== undefined);
};
const orNamed = (name: string | undefined, strange: ListFacts['strange']): ListFacts['strange'] =>
  name === undefined ? strange : (username) => username === name || strange?.(username) === true;

const DATE = /^(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{2,4})(?:[T ].*)?$/;
const SHARE = 0.8;

function strangeAmong(lines: readonly Separated[], labelled: boolean): ListFacts['strange'] {
  // Between labels that are known, a word, a colon, a blank and a value is one that is not.
  const isLabel = ({ username, separator, spaced }: Separated): boolean =>
    spaced && separator === ':' && /^\p{L}+$/u.test(username);
  if (labelled && lines.length > 0 && lines.every(isLabel)) return () => true;
  const names = lines.filter(({ provider }) => provider === undefined).map(({ username }) => username);
  if (names.length < 2) return undefined;
  const enough = names.length * SHARE;
  if (names.filter((name) => DATE.test(name)).length >= enough) return (name) => DATE.test(name);
  const numbered = names.filter(
    (name, at) =>
      /^\d{1,6}\.?$/.test(name) && (at === 0 || Number.parseInt(name, 10) === Number.parseInt(names[at - 1] ?? '', 10) + 1),
  );
  if (numbered.length >= enough) return (name) => /^\d{1,6}\.?$/.test(name);
  // The same few words over and over, each with another value behind it.
  const times = new Map<string, number>();
  for (const name of names) times.set(name, (times.get(name) ?? 0) + 1);
  const isOne = times.size === 1 && names.length > 1 && lines.every(({ spaced }) => spaced) && /^\p{L}+$/u.test(names[0] ?? '');
  if (isOne) return (name) => times.has(name);
  const isRepeated = names.length >= 4 && [...times].every(([name, count]) => count > 1 && /^\p{L}+$/u.test(name));
  return isRepeated ? (name) => times.has(name) : undefined;
}
