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

/** One row of tabs; where they do not fit, all but the active one are shortened as far as they must. */
export function Tabs({ tabs, active, width }: { tabs: readonly Tab[]; active: string; width: number }): ReactNode {
  const letters = lettersThatFit(tabs, active, width);
  const spans = tabs.flatMap((tab): (Span | string)[] => {
    const isActive = tab.id === active;
    const title = isActive ? tab.title : tab.title.slice(0, letters);
    const badge = badgeOf(tab);
    if (isActive) return [{ text: ` ${tab.key} ${title}${badge} `, inverse: true, bold: true }];
    return [
      ' ',
      { text: tab.key, tone: 'accent' },
      { text: `${letters === undefined ? ' ' : ''}${title}${badge} `, tone: 'faint' },
    ];
  });
  return <Line width={width} spans={[' ', ...spans]} />;
}
