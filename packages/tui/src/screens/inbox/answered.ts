import type { MusterEvent } from '@muster/api';
import { cutMiddle, type Spans, spread } from '@muster/sdk/ui';
import { grouped, preciseSpan, startOfDay, timeOfDay } from '../../parts/format.ts';
import type { Shell } from '../../shell.ts';
import { isHostGone } from '../../state/message-of.ts';
import { createStore, type Readable } from '../../state/store.ts';

const TYPE = 'prompt.answered';
/** More answers in a day than anybody reads. */
const MOST = 1_000;

export interface Answer {
  readonly seq: number;
  readonly at: number;
  readonly kind: string;
  readonly label: string;
  readonly waitedMs: number;
}

/** A log written by an older host says nothing of the question but its words. */
const answersOf = (events: readonly MusterEvent[]): Answer[] =>
  events.flatMap(({ type, seq, at, fields }) => {
    const { kind, label, waitedMs } = fields ?? {};
    const isWhole = typeof kind === 'string' && typeof label === 'string' && typeof waitedMs === 'number';
    return type === TYPE && isWhole ? [{ seq, at, kind, label, waitedMs }] : [];
  });

export interface Answered {
  /** Those of today and, after midnight, of before: newest first. */
  readonly answers: Readable<readonly Answer[]>;
  /** Asks for those of today, of which the screen may have heard too few. */
  readonly refresh: () => void;
  readonly close: () => void;
}

/** What people answered: asked for once, and from then on heard. */
export function createAnswered({ client, live, now, notices }: Shell): Answered {
  const answers = createStore<readonly Answer[]>([]);
  const stop = new AbortController();
  const merge = (found: readonly Answer[]): void => {
    const known = new Set(answers.get().map(({ seq }) => seq));
    const more = found.filter(({ seq }) => !known.has(seq));
    if (more.length > 0) answers.update((list) => [...list, ...more].toSorted((a, b) => b.seq - a.seq).slice(0, MOST));
  };
  let heard = -1;
  const hear = (): void => {
    const events = live.events.get();
    merge(answersOf(events.slice(events.findLastIndex(({ seq }) => seq <= heard) + 1)));
    heard = events.at(-1)?.seq ?? heard;
  };
  const ask = async (): Promise<void> => {
    const query = { sinceMs: startOfDay(now()), levels: 'audit', text: TYPE, limit: MOST };
    try {
      merge(answersOf(await client.call('queryEvents', { query }, stop.signal)));
    } catch (thrown) {
      if (!stop.signal.aborted && !isHostGone(thrown)) notices.problem(thrown);
    }
  };
  hear();
  const stopHearing = live.events.subscribe(hear);
  return {
    answers,
    refresh: () => void ask(),
    close() {
      stop.abort();
      stopHearing();
    },
  };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

/** How many were answered today and how quickly, then the newest of them, in `rows` lines at most. */
export function answeredLines(
  answers: readonly Answer[],
  { now, width, rows }: { now: number; width: number; rows: number },
): Spans[] {
  const since = startOfDay(now);
  const today = answers.filter(({ at }) => at >= since);
  if (today.length === 0) return [];
  const many = `${grouped(today.length)}${today.length === MOST ? ' or more' : ''}`;
  return [
    [{ text: '─'.repeat(width), tone: 'faint' as const }],
    [
      ` Answered today ${many}`,
      { text: ` · median ${preciseSpan(median(today.map(({ waitedMs }) => waitedMs)))}`, tone: 'faint' as const },
    ],
    [],
    ...today.map(({ at, kind, label }): Spans => {
      const time = ` ${timeOfDay(at, 'minutes')}  `;
      const what = ` ${kind} `;
      return spread(
        [{ text: time, tone: 'faint' }, cutMiddle(label, width - time.length - what.length)],
        [{ text: what, tone: 'faint' }],
        width,
      );
    }),
  ].slice(0, Math.max(0, rows));
}
