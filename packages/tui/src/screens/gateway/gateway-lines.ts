import type { PluginInfo, RotationInfo } from '@muster/api';
import { latencyText } from '@muster/sdk';
import { type Spans, sparkline, wrap } from '@muster/sdk/ui';
import { grouped, percent, shortCount, span } from '../../parts/format.ts';

const faint = (text: string): Spans[number] => ({ text, tone: 'faint' });
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export const tokenCommand = (plugin: string): string => `muster token create ${plugin}-client --scope operate`;

/** Where clients go, or how to make that they can. */
function doorLine({ plugin, urls }: RotationInfo, opens: boolean): Spans {
  const [url, ...others] = urls;
  if (url === undefined) {
    return [{ text: ` ○ ${plugin} is not open to clients`, tone: 'warn', bold: true }, faint(opens ? '   o opens it' : '')];
  }
  return [
    { text: ` ● ${url}`, tone: 'good', bold: true },
    faint(`${others.length > 0 ? ` and ${others.length} more` : ''}   y copies it`),
  ];
}

const ruleLine = ({ strategy, limits }: RotationInfo): Spans => {
  const { limit, windowMs, cooldownMs, maxConcurrent, tokensPerMinute } = limits;
  const more = [
    maxConcurrent === undefined ? '' : `${maxConcurrent} at once`,
    tokensPerMinute === undefined ? '' : `${shortCount(tokensPerMinute)} tokens/min`,
  ].filter((part) => part !== '');
  return [
    faint(' rotation '),
    strategy,
    faint('   limit '),
    `${limit} in ${span(windowMs)} each`,
    faint('   rest '),
    span(cooldownMs),
    faint(more.length > 0 ? `   ${more.join(' · ')}` : ''),
  ];
};

const madeLine = ({ totals: { served, failed, limited, tokens } }: RotationInfo): Spans => [
  faint(' served '),
  grouped(served),
  faint('   failed '),
  { text: grouped(failed), tone: failed > 0 ? 'warn' : 'plain' },
  faint(limited > 0 ? ` (429: ${grouped(limited)})` : ''),
  faint('   tokens '),
  shortCount(tokens),
];

const nowLine = ({ totals: { inFlight, waiting, free, accounts } }: RotationInfo): Spans => [
  faint(' now '),
  `${grouped(inFlight)} in flight`,
  '   ',
  { text: `${grouped(waiting)} wait`, tone: waiting > 0 ? 'warn' : 'plain' },
  faint('   free '),
  { text: `${grouped(free)} of ${grouped(accounts)}`, tone: free > 0 ? 'plain' : 'warn' },
];

/** The last whole second, and the minute. */
function paceLine({ totals: { perSecond } }: RotationInfo, width: number): Spans {
  const pace = ` ${grouped(perSecond.at(-2) ?? 0)} req/s  `;
  const minute = `  ${grouped(sum(perSecond))}/min`;
  const room = Math.max(4, Math.min(60, width - pace.length - minute.length - 1));
  return [pace, { text: sparkline(perSecond, room), tone: 'accent' }, minute];
}

/** Of requests that nobody was free for: no account failed. */
const NOBODY = 'NOTHING_AVAILABLE';

function speedLine({ latency, errors, totals: { served, failed } }: RotationInfo): Spans {
  const turnedAway = errors.find(({ kind }) => kind === NOBODY)?.count ?? 0;
  return [
    latency === null
      ? faint(' no answer in the last five minutes')
      : ` ${latencyText(latency.p50)} p50   ${latencyText(latency.p95)} p95`,
    faint('   errors '),
    percent(failed, served + failed),
    faint(turnedAway > 0 ? '   turned away ' : ''),
    { text: turnedAway > 0 ? grouped(turnedAway) : '', tone: 'warn' },
  ];
}

const room = ({ requests: { limit, left } }: RotationInfo): string => `${grouped(left)} of ${grouped(limit)}`;

/** Kinds of failures of accounts, the most frequent first. */
function errorsLine({ errors }: RotationInfo): Spans {
  const kinds = errors.filter(({ kind }) => kind !== NOBODY).map(({ kind, count }) => `${grouped(count)} ${kind}`);
  return kinds.length === 0 ? [faint(' no errors')] : [{ text: ` ${kinds.join(' · ')}`, tone: 'warn' }];
}

const keyLine = ({ plugin }: RotationInfo): Spans => [faint(' API key: t copies '), tokenCommand(plugin)];

/** Where the gateway is, how it spreads requests, and how it went so far. */
export const doorLines = (rotation: RotationInfo, opens: boolean): Spans[] => [
  [],
  doorLine(rotation, opens),
  keyLine(rotation),
  ruleLine(rotation),
  nowLine(rotation),
  madeLine(rotation),
];

/** The last minute. */
export const nowLines = (rotation: RotationInfo, width: number): Spans[] => [
  [],
  paceLine(rotation, width),
  speedLine(rotation),
  [faint(' room left in the window '), room(rotation)],
  errorsLine(rotation),
];

/** All of it, where there is room for one panel only. */
export const narrowLines = (rotation: RotationInfo, { width, opens }: { width: number; opens: boolean }): Spans[] => [
  doorLine(rotation, opens),
  keyLine(rotation),
  ruleLine(rotation),
  nowLine(rotation),
  paceLine(rotation, width),
  speedLine(rotation),
  [...madeLine(rotation), faint('   room '), room(rotation)],
  errorsLine(rotation),
];

/** Nothing is open: what could be. */
export function closedLines(openable: readonly PluginInfo[], width: number): Spans[] {
  const texts = ['No provider spreads requests over its accounts now.', ''];
  for (const { id, title, service } of openable) {
    texts.push(`${title}: o opens its gateway, or \`muster run ${id}.${service?.opensBy ?? ''}\`.`);
    texts.push(`Clients come with a token: \`${tokenCommand(id)}\`.`);
    if (service?.why) texts.push(`It could not be opened: ${service.why}`);
  }
  if (openable.length === 0) texts.push('None of the providers that are loaded has a gateway (0 Plugins).');
  return texts.flatMap((text) => wrap(text, Math.max(8, width - 2))).map((text): Spans => [{ text: ` ${text}`, tone: 'faint' }]);
}
