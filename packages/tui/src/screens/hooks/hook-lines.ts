import type { Delivery, Hook } from '@muster/api';
import { cutMiddle, fit, type Spans, type Tone, wrap } from '@muster/sdk/ui';
import { grouped, moment } from '../../parts/format.ts';

const LABEL = 10;
const STATES: Readonly<Record<Delivery['state'], Tone>> = { waiting: 'warn', sent: 'good', failed: 'bad', dropped: 'bad' };

export function targetText({ target }: Hook): string {
  if (target.kind === 'webhook') return target.url;
  return target.kind === 'command' ? target.command : target.to.join(', ');
}

const targetWords = ({ target }: Hook): string =>
  target.kind === 'mail'
    ? `${target.host}:${target.port} (${target.security})${target.user === null ? '' : ` as ${target.user}`}, from ${target.from} to ${target.to.join(', ')}`
    : targetText({ target } as Hook);

/** On or off, and whether the last one arrived: never by colour alone. */
export function lookOf({ enabled, last }: Hook): { readonly text: string; readonly tone: Tone } {
  if (!enabled) return { text: '= off', tone: 'faint' };
  if (last?.state === 'failed' || last?.state === 'dropped') return { text: '× failing', tone: 'bad' };
  if (last?.state === 'waiting' && last.attempts > 0) return { text: '○ trying', tone: 'warn' };
  return { text: '● on', tone: 'good' };
}

const nameWidth = (width: number): number => Math.max(10, Math.min(24, Math.floor(width * 0.2)));
const eventsOf = ({ events, plugin }: Hook): string => `${events.join(' ')}${plugin === null ? '' : ` of ${plugin}`}`;
const EVENTS = 18;
const COUNTS = 24;

export function hookHeader(width: number): Spans {
  const name = nameWidth(width);
  const counts = `${'WAITING'.padStart(8)}${'SENT'.padStart(8)}${'FAILED'.padStart(8)}`;
  const tells = Math.max(0, width - 14 - name - EVENTS - COUNTS - 1);
  return [
    { text: `   ${fit('STATE', 11)}${fit('HOOK', name)}${fit('EVENTS', EVENTS)}${fit('TELLS', tells)}${counts}`, tone: 'faint' },
  ];
}

/** One hook in the list. */
export function hookLine(hook: Hook, { cursor, width }: { cursor: boolean; width: number }): Spans {
  const { text, tone } = lookOf(hook);
  const name = nameWidth(width);
  const tells = Math.max(0, width - 14 - name - EVENTS - COUNTS - 1);
  return [
    { text: cursor ? ' ❯ ' : '   ', tone: 'accent', bold: true },
    { text: fit(text, 11), tone },
    { text: fit(cutMiddle(hook.name, name - 1), name), bold: cursor },
    { text: fit(cutMiddle(eventsOf(hook), EVENTS - 1), EVENTS), tone: 'faint' },
    fit(cutMiddle(`${hook.target.kind} ${targetText(hook)}`, Math.max(0, tells - 1)), tells),
    grouped(hook.waiting).padStart(8),
    grouped(hook.sent).padStart(8),
    { text: grouped(hook.failed).padStart(8), tone: hook.failed > 0 ? 'warn' : 'plain' },
  ];
}

/** All that is known of one, and what was sent to it. */
export function hookDetail(hook: Hook, deliveries: readonly Delivery[], { width, now }: { width: number; now: number }): Spans[] {
  const fact = (label: string, value: string): Spans[] =>
    wrap(value, Math.max(8, width - LABEL - 2)).map((line, index): Spans => [
      { text: ` ${(index === 0 ? label : '').padEnd(LABEL)}`, tone: 'faint' },
      line,
    ]);
  const { text, tone } = lookOf(hook);
  return [
    [{ text: ` ${text}`, tone, bold: true }],
    ...fact(hook.target.kind, targetWords(hook)),
    ...fact('told of', eventsOf(hook)),
    ...fact('key', hook.hasSecret ? 'sealed' : 'none'),
    ...fact('added', moment(hook.createdAt, now)),
    [],
    [{ text: ' What was sent', bold: true }],
    ...(deliveries.length === 0 ? [[{ text: ' nothing yet; t sends a made-up event', tone: 'faint' }] satisfies Spans] : []),
    ...deliveries.map((delivery): Spans => [
      { text: ` ${moment(delivery.createdAt, now)} `, tone: 'faint' },
      { text: fit(delivery.state, 8), tone: STATES[delivery.state] },
      fit(delivery.type, 18),
      delivery.attempts > 1 ? ` ${delivery.attempts} tries` : '',
      { text: ` ${delivery.outcome ?? ''}`, tone: delivery.state === 'sent' ? 'faint' : 'warn' },
    ]),
  ];
}
