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
}

/** Files are glued together with their byte order marks. */
export const unmarked = (text: string): string => (text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);

export const isComment = (text: string): boolean => text.startsWith('#') || text.startsWith('//');

/** Rules under headings and around tables, and the `sep=;` that spreadsheets write: lines that say nothing. */
export const isDecoration = (text: string): boolean => /^(?:[\s\-=_*+|:.~>]*|sep=.)$/i.test(text);

export function factsOf(head: readonly Line[]): ListFacts {
  const separated: Separated[] = [];
  let names = 0;
  let others = 0;
  let prose = false;
  for (const { text: raw } of head) {
    const text = raw === undefined ? '' : unmarked(raw).trim();
    if (isDecoration(text) || isComment(text)) continue;
    const split = splitSeparated(text);
    if (typeof split === 'string') others++;
    else if (split === undefined) {
      if (isProseText(text)) prose = true;
      else names++;
    } else if (labelsOf(text)) others++;
    else if (isProseLine(split, { prose: false, spaced: false })) prose = true;
    else if (!/\s/.test(split.username)) separated.push(split);
  }
  return {
    columns: voteOnColumns(separated),
    prose,
    spaced: separated.filter((line) => line.spaced).length * 2 > separated.length,
    namesOnly: names > 0 && !prose && separated.length + others === 0,
  };
}
