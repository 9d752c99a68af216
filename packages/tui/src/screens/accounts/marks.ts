import type { Account, Selection } from '@muster/api';
import type { RosterQuery } from './roster-window.ts';

/** What is marked: single accounts, or everything a filter finds (which may be a million: they are never listed). */
export type Marks =
  | { readonly kind: 'some'; readonly ids: ReadonlyMap<string, string> }
  | { readonly kind: 'all'; readonly query: RosterQuery; readonly count: number };

export const NO_MARKS: Marks = { kind: 'some', ids: new Map() };

export const countMarks = (marks: Marks): number => (marks.kind === 'all' ? marks.count : marks.ids.size);
export const isMarked = (marks: Marks, account: Account): boolean => marks.kind === 'all' || marks.ids.has(account.id);

export function toggleMark(marks: Marks, account: Account): Marks {
  if (marks.kind === 'all') return marks;
  const ids = new Map(marks.ids);
  if (!ids.delete(account.id)) ids.set(account.id, account.label);
  return { kind: 'some', ids };
}

export function addMarks(marks: Marks, accounts: readonly Account[]): Marks {
  if (marks.kind === 'all') return marks;
  const ids = new Map(marks.ids);
  for (const { id, label } of accounts) ids.set(id, label);
  return { kind: 'some', ids };
}

export interface Chosen {
  readonly selection: Selection;
  readonly count: number;
  /** For people: the one label, or how many. */
  readonly name: string;
  /** The same choice as flags of the command line. */
  readonly flags: string;
}

/** A word as a POSIX shell reads it back. */
export const shellWord = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/** What an action works on: the marked accounts, or the one under the pointer when none is marked. */
export function chosen(marks: Marks, current: Account | undefined): Chosen | undefined {
  if (marks.kind === 'all') {
    const { plugin, where } = marks.query;
    const selection: Selection = {
      ...(plugin === undefined ? {} : { plugin }),
      ...(where === '' ? { all: true as const } : { where }),
    };
    const flags = where === '' ? '--all' : `--where ${shellWord(where)}`;
    return { selection, count: marks.count, name: `${marks.count} accounts`, flags };
  }
  const ids = marks.ids.size > 0 ? [...marks.ids.keys()] : current ? [current.id] : [];
  if (ids.length === 0) return undefined;
  const only = marks.ids.size > 0 ? [...marks.ids.values()][0] : current?.label;
  return {
    selection: { ids },
    count: ids.length,
    name: ids.length === 1 ? (only ?? ids.join('')) : `${ids.length} accounts`,
    flags: ids.map((id) => `--account ${shellWord(id)}`).join(' '),
  };
}
