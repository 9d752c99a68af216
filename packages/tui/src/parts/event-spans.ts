import type { MusterEvent } from '@muster/api';
import { fit, type Spans, type Tone } from '@muster/sdk/ui';
import { shortMoment, startOfDay } from './format.ts';

export const LEVEL_TONES: Record<MusterEvent['level'], Tone> = {
  debug: 'faint',
  info: 'plain',
  ask: 'ask',
  warn: 'warn',
  error: 'bad',
  audit: 'accent',
};

/** Who it is about is said by the task and often by its error too: once is enough on one line. */
const saidOnce = (message: string): string => message.replace(/^([^:]+): \1: /, '$1: ');

const TIME = 12;

const drawn = new WeakMap<MusterEvent, { readonly day: number; readonly spans: Spans }>();

/** One event on one line, the same spans each time of a day. Levels are words, so that they are told without colour. */
export function eventSpans(event: MusterEvent, now: number): Spans {
  const day = startOfDay(now);
  const known = drawn.get(event);
  if (known?.day === day) return known.spans;
  const spans = spansOf(event, now);
  drawn.set(event, { day, spans });
  return spans;
}

function spansOf(event: MusterEvent, now: number): Spans {
  return [
    { text: ` ${shortMoment(event.at, now, 'milliseconds').padEnd(TIME)}  `, tone: 'faint' },
    { text: fit(event.level, 6), tone: LEVEL_TONES[event.level] },
    { text: fit(event.plugin ?? event.type.split('.')[0] ?? '', 11), tone: 'faint' },
    saidOnce(event.message),
  ];
}
