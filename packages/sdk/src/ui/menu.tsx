import { Box } from 'ink';
import type { ReactNode } from 'react';
import { type Spans, spread } from './line.tsx';
import { Lines } from './lines.tsx';
import { windowTop } from './list-window.ts';

export interface MenuItem {
  readonly title: string;
  /** The key that runs it outside the menu. */
  readonly hint?: string;
  readonly aside?: string;
  /** Why it cannot run now; such an item is drawn faint and never chosen. */
  readonly disabledReason?: string | undefined;
  /** A heading drawn above the first item that has it. */
  readonly group?: string;
}

export interface MenuProps {
  readonly items: readonly MenuItem[];
  readonly cursor: number;
  readonly width: number;
  readonly height: number;
}

/** Lines of a menu: headings and items, with the item's index. */
function menuLines(items: readonly MenuItem[], cursor: number, width: number): { spans: Spans; item: number }[] {
  const hintWidth = Math.max(0, ...items.map((item) => (item.hint ?? '').length));
  return items.flatMap((item, index) => {
    const off = item.disabledReason !== undefined;
    const left: Spans = [
      { text: index === cursor ? ' ❯ ' : '   ', tone: 'accent', bold: true },
      { text: (item.hint ?? '').padEnd(hintWidth), tone: off ? 'faint' : 'accent' },
      hintWidth > 0 ? '  ' : '',
      { text: item.title, tone: off ? 'faint' : 'plain', bold: index === cursor },
    ];
    const line = { spans: spread(left, [{ text: `${item.aside ?? ''} `, tone: off ? 'faint' : 'plain' }], width), item: index };
    const heading = item.group !== undefined && item.group !== items[index - 1]?.group;
    return heading ? [{ spans: [{ text: ` ${item.group}`, tone: 'faint' as const, bold: true }], item: index }, line] : [line];
  });
}

export function Menu({ items, cursor, width, height }: MenuProps): ReactNode {
  const lines = menuLines(items, cursor, width);
  const at = lines.findLastIndex((line) => line.item === cursor);
  const top = windowTop({ cursor: Math.max(0, at), top: 0, height, total: lines.length });
  return (
    <Box flexDirection="column" height={height} flexShrink={0}>
      <Lines lines={lines.slice(top).map((line) => line.spans)} width={width} height={height} />
    </Box>
  );
}
