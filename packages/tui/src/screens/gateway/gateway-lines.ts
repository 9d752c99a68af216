import type { RotationInfo } from '@muster/api';
import { bar, fit, type Spans, sparkline, type Tone } from '@muster/sdk/ui';
import { grouped, percent, shortCount, span } from '../../parts/format.ts';
import type { RotationFigure } from './gateway-model.ts';

const faint = (text: string): Spans[number] => ({ text, tone: 'faint' });
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export interface FigureLook {
  readonly sign: string;
  readonly word: string;
  readonly tone: Tone;
}

/** At rest by the service's wish, or with its window used up; at work; or free. */
export function lookOf({ restUntil, availableAt, inFlight, uses }: RotationFigure, limit: number, now: number): FigureLook {
  if (restUntil !== null && restUntil > now) return { sign: '○', word: 'cooling', tone: 'warn' };
  if (uses >= limit && (availableAt === null || availableAt > now)) return { sign: '○', word: 'full', tone: 'warn' };
  if (inFlight > 0) return { sign: '◆', word: 'busy', tone: 'busy' };
  return { sign: '●', word: 'ready', tone: 'good' };
}

/** How requests are spread, and how it went so far. */
export function rotationLines({ plugin, strategy, limits, totals }: RotationInfo): Spans[] {
  const { limit, windowMs, cooldownMs, maxConcurrent, tokensPerMinute } = limits;
  const more = [
    maxConcurrent === undefined ? '' : `${maxConcurrent} at once`,
    tokensPerMinute === undefined ? '' : `${shortCount(tokensPerMinute)} tokens/min`,
  ].filter((part) => part !== '');
  return [
    [],
    [{ text: ` ● ${plugin}`, tone: 'good', bold: true }, faint(`  rotation ${strategy}`)],
    [],
    [
      faint(' limit  '),
      `${limit} in ${span(windowMs)} each`,
      faint('   rest '),
      span(cooldownMs),
      faint(more.length > 0 ? `   ${more.join(' · ')}` : ''),
    ],
    [
      faint(' served '),
      grouped(totals.served),
      faint('   failed '),
      { text: grouped(totals.failed), tone: totals.failed > 0 ? 'warn' : 'plain' },
      faint('   tokens '),
      shortCount(totals.tokens),
    ],
    [
      faint(' now    '),
      `${grouped(totals.inFlight)} under way`,
      faint('   '),
      { text: `${grouped(totals.waiting)} wait`, tone: totals.waiting > 0 ? 'warn' : 'plain' },
    ],
  ];
}

/** The last minute. */
export function nowLines({ totals, limits, figures }: RotationInfo, { width, now }: { width: number; now: number }): Spans[] {
  const { perSecond, served, failed, free, accounts } = totals;
  const minute = sum(perSecond);
  // Exact where all accounts are at hand, which they are in all but huge rotations.
  const room = sum(
    figures.map((figure) => (figure.restUntil !== null && figure.restUntil > now ? 0 : Math.max(0, limits.limit - figure.uses))),
  );
  return [
    [],
    [` ${grouped(minute)} req/min  `, { text: sparkline(perSecond, Math.max(4, Math.min(60, width - 20))), tone: 'accent' }],
    [faint(' peak '), `${grouped(Math.max(0, ...perSecond))}/s`, faint('   errors '), percent(failed, served + failed)],
    [faint(' free '), `${grouped(free)} of ${grouped(accounts)} accounts`],
    figures.length === accounts
      ? [faint(' room left in the window '), `${grouped(room)} of ${grouped(accounts * limits.limit)}`]
      : [],
  ];
}

const LABEL = 14;
const STATE = 10;
const BAR = 12;

export const figureHeading = (width: number): Spans => [
  faint(
    `   ${fit('ACCOUNT', labelWidth(width))} ${fit('STATE', STATE)} ${fit('WINDOW', BAR + 8)} ${'SERVED'.padStart(8)} ${'FAILED'.padStart(7)} ${'TOKENS'.padStart(7)}  BACK`,
  ),
];

const labelWidth = (width: number): number => Math.max(LABEL, Math.min(40, width - 74));

export function figureLine(
  figure: RotationFigure | undefined,
  { limits, selected, width, now }: Pick<RotationInfo, 'limits'> & { selected: boolean; width: number; now: number },
): Spans {
  const pointer = { text: selected ? ' ❯ ' : '   ', tone: 'accent' as const, bold: true };
  if (!figure) return [pointer, faint('…')];
  const { sign, word, tone } = lookOf(figure, limits.limit, now);
  const back = figure.restUntil ?? figure.availableAt;
  const clock = back !== null && back > now ? span(back - now) : '';
  return [
    pointer,
    { text: `${fit(figure.label, labelWidth(width))} `, bold: selected },
    { text: fit(`${sign} ${word}`, STATE), tone },
    ' ',
    ...bar(figure.uses, limits.limit, { width: BAR, tone }),
    ` ${fit(`${figure.uses}/${limits.limit}`, 7)} `,
    grouped(figure.served).padStart(8),
    ' ',
    { text: grouped(figure.failed).padStart(7), tone: figure.failed > 0 ? 'warn' : 'plain' },
    ` ${shortCount(figure.tokens).padStart(7)}`,
    { text: `  ${clock}`, tone: 'warn' },
  ];
}
