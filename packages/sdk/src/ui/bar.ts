import type { Span, Spans } from './line.tsx';
import type { Tone } from './look.ts';

/** Part of a whole as a bar of `width` cells. */
export function bar(part: number, whole: number, { width, tone = 'accent' }: { width: number; tone?: Tone }): Spans {
  const share = whole > 0 ? Math.min(1, Math.max(0, part / whole)) : 0;
  // Something is never drawn as nothing, nor almost all as all.
  let full = Math.round(share * width);
  if (share > 0 && full === 0) full = 1;
  if (share < 1 && full === width) full = width - 1;
  return [
    { text: '█'.repeat(full), tone },
    { text: '░'.repeat(width - full), tone: 'faint' },
  ];
}

/** Several parts side by side in `width` cells; each part that is not zero gets at least one. */
export function stackedBar(
  parts: readonly { readonly count: number; readonly tone: Tone; readonly sign?: string }[],
  width: number,
): Spans {
  const total = parts.reduce((sum, part) => sum + part.count, 0);
  if (total === 0) return [{ text: '░'.repeat(width), tone: 'faint' }];
  const cells = parts.map((part) => (part.count > 0 ? Math.max(1, Math.floor((part.count / total) * width)) : 0));
  const largest = cells.indexOf(Math.max(...cells));
  cells[largest] = Math.max(0, (cells[largest] as number) + width - cells.reduce((sum, cell) => sum + cell, 0));
  return parts.map((part, index): Span => ({ text: (part.sign ?? '█').repeat(cells[index] as number), tone: part.tone }));
}

const STEPS = '▁▂▃▄▅▆▇█';

/** The last `width` values as one row of blocks, against the largest of them. */
export function sparkline(values: readonly number[], width: number): string {
  const shown = values.slice(-width);
  const top = Math.max(1, ...shown);
  return shown
    .map((value) => STEPS[Math.min(7, Math.max(0, Math.round((value / top) * 7)))])
    .join('')
    .padStart(width, '▁');
}
