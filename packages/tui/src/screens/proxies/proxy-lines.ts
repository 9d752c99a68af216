import type { ProxyInfo, ProxyState } from '@muster/api';
import { cutMiddle, fit, type Spans, type Tone, wrap } from '@muster/sdk/ui';
import { grouped, moment, span } from '../../parts/format.ts';

const faint = (text: string): Spans[number] => ({ text, tone: 'faint' });
const LABEL = 14;

/** Never by colour alone: a sign, a word and a colour. */
const LOOKS: Readonly<Record<ProxyState, { readonly sign: string; readonly tone: Tone }>> = {
  good: { sign: '●', tone: 'good' },
  unchecked: { sign: '○', tone: 'plain' },
  dead: { sign: '×', tone: 'bad' },
  disabled: { sign: '=', tone: 'faint' },
};

const ms = (value: number | null): string => (value === null ? '—' : `${grouped(value)} ms`);

/** What is worth knowing in a word: what was wrong, or who has refused it. */
function remark({ state, lastFailure, nextCheckAt, targets, checking }: ProxyInfo, now: number): Spans[number] {
  if (checking) return { text: 'is being checked…', tone: 'accent' };
  if (state === 'dead') {
    const left = nextCheckAt === null ? '' : ` · again in ${span(Math.max(0, nextCheckAt - now))}`;
    return { text: `${lastFailure?.detail ?? 'it failed'}${left}`, tone: 'bad' };
  }
  const refused = Object.entries(targets).filter(([, figures]) => figures.refused > 0);
  const [first] = refused.toSorted(([, a], [, b]) => (b.lastRefusedAt ?? 0) - (a.lastRefusedAt ?? 0));
  if (!first) return faint('');
  const [host, figures] = first;
  return { text: `${host} refused ${figures.refused}× (last ${figures.lastStatus ?? '?'})`, tone: 'warn' };
}

export const proxyHeader = (width: number): Spans => [
  faint(
    `   ${fit('STATE', 12)}${fit('PROXY', nameWidth(width))}${fit('WHERE', 7)}${'LATENCY'.padStart(9)}${'USE'.padStart(5)}  `,
  ),
];

const nameWidth = (width: number): number => Math.max(12, Math.min(26, Math.floor((width - 40) * 0.5)));

/** One proxy in the list. */
export function proxyLine(proxy: ProxyInfo, { cursor, width, now }: { cursor: boolean; width: number; now: number }): Spans {
  const { sign, tone } = LOOKS[proxy.state];
  const name = nameWidth(width);
  return [
    { text: cursor ? ' ❯ ' : '   ', tone: 'accent', bold: true },
    { text: fit(`${sign} ${proxy.state}`, 12), tone },
    { text: fit(cutMiddle(proxy.label, name - 1), name), bold: cursor },
    fit(proxy.country ?? '—', 7),
    ms(proxy.latencyMs).padStart(9),
    String(proxy.inUse).padStart(5),
    '  ',
    remark(proxy, now),
  ];
}

/** All that is known of one. */
export function proxyDetail(proxy: ProxyInfo, { width, now }: { width: number; now: number }): Spans[] {
  const { sign, tone } = LOOKS[proxy.state];
  const failure = proxy.lastFailure;
  const when = (at: number | null): string => (at === null || at === 0 ? 'never' : moment(at, now));
  const declared = proxy.declaredCountry === null ? '' : ` (declared ${proxy.declaredCountry})`;
  const facts: readonly (readonly [string, string])[] = [
    ['address', proxy.address],
    ['credentials', proxy.hasCredentials ? 'sealed; S shows them (audited)' : 'none'],
    ['country', `${proxy.country ?? 'not known'}${declared}`],
    ['exit', proxy.exitAddress ?? 'not known'],
    ['latency', proxy.latencyMs === null ? 'not measured' : `${ms(proxy.latencyMs)}, p95 ${ms(proxy.latencyP95Ms)}`],
    ['tasks took', proxy.durationMs === null ? '—' : `${ms(proxy.durationMs)}, p95 ${ms(proxy.durationP95Ms)}`],
    ['in use', `${proxy.inUse}${proxy.holders.length === 0 ? '' : `: ${proxy.holders.slice(0, 3).join(', ')}`}`],
    ['accounts', `${grouped(proxy.accounts)} come back to it`],
    ['worked', `${grouped(proxy.okCount)} times, failed ${grouped(proxy.failCount)}`],
    ['last check', when(proxy.lastCheckAt)],
    ['last used', when(proxy.usedAt)],
  ];
  const targets = Object.entries(proxy.targets).toSorted(([, a], [, b]) => b.usedAt - a.usedAt);
  return [
    [],
    [{ text: ` ${sign} ${proxy.state}`, tone, bold: true }],
    [],
    ...facts.map(([label, value]): Spans => [faint(` ${label.padEnd(LABEL)}`), value]),
    ...(failure === null
      ? []
      : [[], [{ text: ` Last failure · ${moment(failure.at, now)} · ${failure.kind}`, bold: true }] satisfies Spans]),
    ...(failure === null
      ? []
      : wrap(failure.detail, Math.max(8, width - 2)).map((line): Spans => [{ text: ` ${line}`, tone: 'bad' }])),
    ...(targets.length === 0 ? [] : [[], [{ text: ' Targets', bold: true }] satisfies Spans]),
    ...targets.map(([host, { ok, refused, lastStatus }]): Spans => [
      ` ${fit(cutMiddle(host, 21), 22)}`,
      { text: `${grouped(ok)} ok`, tone: 'good' },
      refused === 0 ? '' : { text: `  ${grouped(refused)} refused (${lastStatus ?? '?'})`, tone: 'warn' },
    ]),
  ];
}
