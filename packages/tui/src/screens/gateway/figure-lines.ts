import { bar, cutMiddle, fit, type Spans, type Tone } from '@muster/sdk/ui';
import { grouped, shortCount, span } from '../../parts/format.ts';
import type { RotationFigure } from './gateway-model.ts';

const faint = (text: string): Spans[number] => ({ text, tone: 'faint' });

export interface FigureLook {
  readonly sign: string;
  readonly word: string;
  readonly tone: Tone;
}

/** At rest by the service's wish, or with its window used up; at work; or free. */
export function lookOf({ restUntil, inFlight, uses, limit }: RotationFigure, now: number): FigureLook {
  if (restUntil !== null && restUntil > now) return { sign: '○', word: 'cooling', tone: 'warn' };
  if (uses >= limit) return { sign: '○', word: 'full', tone: 'warn' };
  if (inFlight > 0) return { sign: '◆', word: 'busy', tone: 'busy' };
  return { sign: '●', word: 'ready', tone: 'good' };
}

const STATE = 9;
const BAR = 8;
const OF = 7;
const BACK = 7;
const POINTER = 3;

/** Counts, the ones that matter less last: they go where the line is short. */
const COUNTS = [
  { title: 'SERVED', width: 7, of: ({ served }: RotationFigure) => grouped(served), warns: false },
  { title: '429', width: 5, of: ({ limited }: RotationFigure) => shortCount(limited), warns: true },
  { title: 'FAILED', width: 7, of: ({ failed }: RotationFigure) => shortCount(failed), warns: true },
  { title: 'TOKENS', width: 7, of: ({ tokens }: RotationFigure) => shortCount(tokens), warns: false },
] as const;
const LABEL = 18;

/** What a line of this width holds. */
function layout(width: number): { readonly label: number; readonly counts: readonly (typeof COUNTS)[number][] } {
  let left = width - POINTER - STATE - BAR - OF - BACK - 3 - LABEL;
  const counts = COUNTS.filter((each) => (left -= each.width) >= 0);
  const used = counts.reduce((sum, each) => sum + each.width, 0);
  return { label: Math.max(LABEL, Math.min(40, width - POINTER - STATE - BAR - OF - BACK - 3 - used)), counts };
}

export function figureHeading(width: number): Spans {
  const { label, counts } = layout(width);
  const titles = counts.map(({ title, width: wide }) => title.padStart(wide)).join('');
  return [
    faint(
      `   ${fit('ACCOUNT', label)} ${fit('STATE', STATE)} ${fit('WINDOW', BAR + 1 + OF)}${fit('BACK', BACK, 'right')}${titles}`,
    ),
  ];
}

export function figureLine(
  figure: RotationFigure | undefined,
  { selected, width, now }: { selected: boolean; width: number; now: number },
): Spans {
  const pointer = { text: selected ? ' ❯ ' : '   ', tone: 'accent' as const, bold: true };
  if (!figure) return [pointer, faint('…')];
  const { label, counts } = layout(width);
  const { sign, word, tone } = lookOf(figure, now);
  const back = figure.restUntil ?? figure.availableAt;
  return [
    pointer,
    { text: `${fit(cutMiddle(figure.label, label), label)} `, bold: selected },
    { text: fit(`${sign} ${word}`, STATE), tone },
    ' ',
    ...bar(figure.uses, figure.limit, { width: BAR, tone }),
    ` ${fit(`${figure.uses}/${figure.limit}`, OF)}`,
    { text: fit(back !== null && back > now ? span(back - now) : '', BACK, 'right'), tone: 'warn' },
    ...counts.map(({ width: wide, of, warns }): Spans[number] => {
      const text = of(figure).padStart(wide);
      return warns && text.trim() !== '0' ? { text, tone: 'warn' } : text;
    }),
  ];
}
