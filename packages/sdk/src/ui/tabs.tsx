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

/** Letters of the titles that fit beside the whole active one; undefined when all fit, and there is a space after each key. */
function lettersThatFit(tabs: readonly Tab[], active: string, width: number): number | undefined {
  const widthAt = (most: number, gap: number): number =>
    tabs.reduce((sum, tab) => {
      const title = tab.id === active ? `${tab.title} ` : `${tab.title.slice(0, most)}${' '.repeat(gap)}`;
      return sum + title.length + tab.key.length + badgeOf(tab).length + 2;
    }, 1);
  if (widthAt(Infinity, 1) <= width + 1) return undefined;
  const longest = Math.max(...tabs.map((tab) => tab.title.length));
  for (let most = longest; most > 2; most--) if (widthAt(most, 0) <= width + 1) return most;
  return 2;
}

const textOf = (tab: Tab, isActive: boolean, letters: number | undefined): string =>
  isActive
    ? ` ${tab.key} ${tab.title}${badgeOf(tab)} `
    : ` ${tab.key}${letters === undefined ? ' ' : ''}${tab.title.slice(0, letters)}${badgeOf(tab)} `;

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
