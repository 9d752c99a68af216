import type { Account, Forecast, PoolStats } from '@muster/api';
import { bar, cutMiddle, fit, type Spans, stackedBar, STATE_LOOKS } from '@muster/sdk/ui';
import { grouped, moment, shortSpan, span } from '../../parts/format.ts';
import { tallySpans } from '../../parts/tally-spans.ts';
import type { ForecastWanted } from './pool-model.ts';
import { stockGroups } from './stock-groups.ts';

const OUT = ['failed', 'paused', 'retired'] as const;
const SHOWN = ['ready', 'busy', 'cooling', 'needs-you', ...OUT] as const;

const faint = (text: string): Spans[number] => ({ text, tone: 'faint' });
const inTime = (at: number | null, now: number): string =>
  at === null ? '—' : at <= now ? 'now' : `${moment(at, now)} (in ${span(at - now)})`;
const usedAgo = ({ usedAt }: Account, now: number): string => (usedAt === 0 ? 'never used' : `${shortSpan(now - usedAt)} ago`);

/** The circle as a whole: how much of it is where, and when it moves by itself. */
export function circleLines(stats: PoolStats, next: readonly Account[], { width, now }: { width: number; now: number }): Spans[] {
  const parts = SHOWN.map((state) => ({ count: stats.states[state], tone: STATE_LOOKS[state].tone }));
  const [head] = next;
  const states = tallySpans(stats.states, width);
  return [
    [],
    [' ', ...stackedBar(parts, Math.max(1, width - 2))],
    [faint(' next out: '), head ? `${head.label}, ${usedAgo(head, now)}` : 'nobody is ready'],
    [],
    states.length === 0 ? [faint(' no accounts')] : states,
    [],
    [faint(' next back from rest  '), inTime(stats.rests.nextAt, now)],
    [faint(' last back from rest  '), inTime(stats.rests.lastAt, now)],
    [faint(' next lease ends      '), inTime(stats.leases.nextAt, now)],
  ];
}

/** The stock by rank, and the forecast below it. */
export function stockLines(
  stats: PoolStats,
  {
    forecast,
    wanted,
    width,
    height,
    now,
  }: { forecast: Forecast | null; wanted: ForecastWanted; width: number; height: number; now: number },
): Spans[] {
  const groups = stockGroups(stats.stock, Math.max(1, height - 4));
  const most = Math.max(1, ...groups.map(({ count }) => count));
  const cells = Math.max(4, width - 22);
  const lines = groups.map(({ ranks, count }): Spans =>
    [` ${fit(ranks, 8)}`, bar(count, most, { width: cells }), ` ${grouped(count).padStart(9)}`].flat(),
  );
  const { minRank: min, maxRank: max } = wanted;
  const which = min === undefined && max === undefined ? '' : ` of ${min ?? 'any'} to ${max ?? 'any'}`;
  const when = ((): Spans[number] => {
    if (!forecast) return faint('…');
    if (forecast.at === null) return { text: `${grouped(forecast.missing)} too few; import more`, tone: 'warn' };
    return { text: inTime(forecast.at, now), tone: forecast.at <= now ? 'good' : 'plain' };
  })();
  return [
    [],
    ...(lines.length === 0 ? [[faint(' nothing is in stock')]] : lines),
    [],
    [faint(` ${grouped(wanted.count)}${which} ready: `), when],
  ];
}

/** Who has accounts, and what rests with which word. */
export function holderLines(stats: PoolStats, { width }: { width: number }): Spans[] {
  const row = (name: string, count: number): Spans => [
    ` ${fit(cutMiddle(name, width - 13), width - 12)}`,
    grouped(count).padStart(9),
  ];
  const owners = stats.owners.map(({ owner, count }) => row(owner, count));
  const resting = stats.resting.map(({ status, count }) => row(status ?? 'no word', count));
  return [
    [{ text: ' HANDED OUT TO', tone: 'faint', bold: true }],
    ...(owners.length === 0 ? [[faint(' nobody')]] : owners),
    [],
    [{ text: ' AT REST AS', tone: 'faint', bold: true }],
    ...(resting.length === 0 ? [[faint(' nothing')]] : resting),
  ];
}

/** One account of the head of the circle. */
export function nextLine(
  account: Account,
  { at, cursor, width, now }: { at: number; cursor: boolean; width: number; now: number },
): Spans {
  const name = Math.max(8, width - 34);
  return [
    { text: cursor ? ' ❯' : '  ', tone: 'accent', bold: true },
    faint(`${String(at + 1).padStart(4)}  `),
    { text: fit(cutMiddle(account.label, name - 1), name), bold: cursor },
    ` ${String(account.rank).padStart(4)}  `,
    faint(usedAgo(account, now).padEnd(12)),
    account.status ?? '',
  ];
}
