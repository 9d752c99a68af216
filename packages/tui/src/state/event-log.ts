import type { MusterEvent } from '@muster/api';

/** Lines kept in memory; older ones are asked of the host. */
const KEPT_EVENTS = 5_000;

/** Events in the order of their sequence numbers, each once, and not more than are kept. */
export function mergeEvents(known: readonly MusterEvent[], arrived: readonly MusterEvent[]): readonly MusterEvent[] {
  if (arrived.length === 0) return known;
  const last = known.at(-1)?.seq ?? -1;
  const inOrder = arrived.every((event, index) => event.seq > (arrived[index - 1]?.seq ?? last));
  if (inOrder) return [...known, ...arrived].slice(-KEPT_EVENTS);
  const bySeq = new Map([...known, ...arrived].map((event) => [event.seq, event]));
  return [...bySeq.values()].toSorted((a, b) => a.seq - b.seq).slice(-KEPT_EVENTS);
}

const MINUTE = 60_000;

export interface Activity {
  /** Events of the plugin, minute by minute, the newest last. */
  readonly perMinute: readonly number[];
  readonly done: number;
  readonly failed: number;
}

/** What a plugin did in the hour before `now`, as far as the events in memory tell. */
export function activityOf(events: readonly MusterEvent[], plugin: string, now: number): Activity {
  const perMinute = Array.from<number>({ length: 60 }).fill(0);
  let done = 0;
  let failed = 0;
  for (let index = events.length - 1; index >= 0; index--) {
    const event = events[index] as MusterEvent;
    const age = Math.floor((now - event.at) / MINUTE);
    if (age >= 60) break;
    if (event.plugin !== plugin || age < 0) continue;
    perMinute[59 - age] = (perMinute[59 - age] as number) + 1;
    if (event.type === 'task.done') done++;
    else if (event.type === 'task.failed') failed++;
  }
  return { perMinute, done, failed };
}
