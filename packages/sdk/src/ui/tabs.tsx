import type { ReactNode } from 'react';
import { Line, type Span } from './line.tsx';

export interface Tab {
  readonly id: string;
  /** The key that opens it. */
  readonly key: string;
  readonly title: string;
  readonly badge?: string;
}

/** One row of tabs; where they do not fit, all but the active one are shortened. */
export function Tabs({ tabs, active, width }: { tabs: readonly Tab[]; active: string; width: number }): ReactNode {
  const full = tabs.reduce((sum, tab) => sum + tab.title.length + tab.key.length + (tab.badge?.length ?? 0) + 4, 2);
  const short = full > width;
  const spans = tabs.flatMap((tab): (Span | string)[] => {
    const isActive = tab.id === active;
    const title = short && !isActive ? tab.title.slice(0, 2) : tab.title;
    const badge = tab.badge === undefined || tab.badge === '' ? '' : `·${tab.badge}`;
    if (isActive) return [{ text: ` ${tab.key} ${title}${badge} `, inverse: true, bold: true }];
    return [' ', { text: tab.key, tone: 'accent' }, { text: `${short ? '' : ' '}${title}${badge} `, tone: 'faint' }];
  });
  return <Line width={width} spans={[' ', ...spans]} />;
}
