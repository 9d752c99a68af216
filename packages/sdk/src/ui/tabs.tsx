import type { ReactNode } from 'react';
import { Line, type Span } from './line.tsx';

export interface Tab {
  readonly id: string;
  /** The key that opens it. */
  readonly key: string;
  readonly title: string;
  readonly badge?: string;
}

const badgeOf = ({ badge = '' }: Tab): string => (badge === '' ? '' : `·${badge}`);

/** How many letters of each title fit beside the whole active one; undefined when all fit, and there is a space after each key. */
function lettersThatFit(tabs: readonly Tab[], active: string, width: number): ReadonlyMap<string, number> | undefined {
  const fixed = tabs.reduce((sum, tab) => sum + tab.key.length + badgeOf(tab).length + 2 + (tab.id === active ? 1 : 0), 1);
  const free = width - fixed;
  const others = tabs.filter((tab) => tab.id !== active);
  const whole = tabs.reduce((sum, tab) => sum + tab.title.length, 0);
  if (whole + others.length <= free) return undefined;
  const letters = new Map(tabs.map((tab) => [tab.id, tab.id === active ? tab.title.length : 2]));
  let left = free - [...letters.values()].reduce((sum, count) => sum + count, 0);
  // A letter for each in turn, until there is no room for the next: what is left completes the shortest titles first.
  for (let count = 3; left > 0 && count < 20; count++)
    for (const tab of others.toSorted((a, b) => a.title.length - b.title.length))
      if (left > 0 && tab.title.length >= count) {
        letters.set(tab.id, count);
        left--;
      }
  return letters;
}

const textOf = (tab: Tab, isActive: boolean, letters: ReadonlyMap<string, number> | undefined): string =>
  isActive
    ? ` ${tab.key} ${tab.title}${badgeOf(tab)} `
    : ` ${tab.key}${letters === undefined ? ' ' : ''}${tab.title.slice(0, letters?.get(tab.id))}${badgeOf(tab)} `;

export interface TabsProps {
  readonly tabs: readonly Tab[];
  /** Its id. */
  readonly active: string;
  readonly width: number;
}

/** One row of tabs; where they do not fit, all but the active one are shortened as far as they must. */
export function Tabs({ tabs, active, width }: TabsProps): ReactNode {
  const letters = lettersThatFit(tabs, active, width);
  const spans = tabs.flatMap((tab): (Span | string)[] => {
    const text = textOf(tab, tab.id === active, letters);
    if (tab.id === active) return [{ text, inverse: true, bold: true }];
    return [' ', { text: tab.key, tone: 'accent' }, { text: text.slice(1 + tab.key.length), tone: 'faint' }];
  });
  return <Line width={width} spans={[' ', ...spans]} />;
}

/** The tab that is drawn in a column, from 0 on. */
export function tabAt({ tabs, active, width }: TabsProps, column: number): Tab | undefined {
  const letters = lettersThatFit(tabs, active, width);
  let from = 1;
  return tabs.find((tab) => {
    const start = from;
    from += textOf(tab, tab.id === active, letters).length;
    return column >= start && column < from;
  });
}
