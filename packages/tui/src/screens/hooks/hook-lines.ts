import { hookTargetText, type Delivery, type Hook } from '@muster/api';
import { cut, cutMiddle, fit, type Spans, type Tone, wrap } from '@muster/sdk/ui';
import { grouped, moment } from '../../parts/format.ts';

const LABEL = 10;
const STATES: Readonly<Record<Delivery['state'], Tone>> = { waiting: 'warn', sent: 'good', failed: 'bad', dropped: 'bad' };

const targetWords = ({ target }: Hook): string =>
  target.kind === 'mail'
    ? `${target.host}:${target.port} (${target.security})${target.user === null ? '' : ` as ${target.user}`}, from ${target.from} to ${target.to.join(', ')}`
    : hookTargetText(target);

/** On or off, and whether the last one arrived: never by colour alone. */
export function lookOf({ enabled, last }: Hook): { readonly text: string; readonly tone: Tone } {
  if (!enabled) return { text: '= off', tone: 'faint' };
  if (last?.state === 'failed' || last?.state === 'dropped') return { text: '× failing', tone: 'bad' };
  if (last?.state === 'waiting' && last.attempts > 0) return { text: '○ trying', tone: 'warn' };
  return { text: '● on', tone: 'good' };
}

const eventsOf = ({ events, plugin }: Hook): string => `${events.join(' ')}${plugin === null ? '' : ` of ${plugin}`}`;

/** Columns of the terminal for each part of a line of `width`. */
function widths(width: number): { name: number; events: number; tells: number; counts: number } {
  const name = Math.max(10, Math.min(24, Math.floor(width * 0.2)));
  const events = width < 100 ? 14 : 20;
  return { name, events, counts: 8, tells: Math.max(0, width - 14 - name - events - 3 * 8 - 1) };
}

export function hookHeader(width: number): Spans {
  const { name, events, tells, counts } = widths(width);
  const figures = ['WAIT', 'SENT', 'FAILED'].map((title) => title.padStart(counts)).join('');
  return [
    { text: `   ${fit('STATE', 11)}${fit('HOOK', name)}${fit('EVENTS', events)}${fit('TELLS', tells)}${figures}`, tone: 'faint' },
  ];
}

/** One hook in the list. */
export function hookLine(hook: Hook, { cursor, width }: { cursor: boolean; width: number }): Spans {
  const { text, tone } = lookOf(hook);
  const { name, events, tells, counts } = widths(width);
  return [
    { text: cursor ? ' ❯ ' : '   ', tone: 'accent', bold: true },
    { text: fit(text, 11), tone },
    { text: fit(cutMiddle(hook.name, name - 1), name), bold: cursor },
    { text: fit(cut(eventsOf(hook), events - 1), events), tone: 'faint' },
    fit(tells < 20 ? hook.target.kind : cutMiddle(`${hook.target.kind} ${hookTargetText(hook.target)}`, tells - 1), tells),
    grouped(hook.waiting).padStart(counts),
    grouped(hook.sent).padStart(counts),
    { text: grouped(hook.failed).padStart(counts), tone: hook.failed > 0 ? 'warn' : 'plain' },
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
