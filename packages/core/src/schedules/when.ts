import { isTimeZone, MusterError, safeText } from '@muster/sdk';
import { Cron } from 'croner';

/** When a schedule runs. Times are milliseconds since the epoch. */
export type When =
  | { readonly kind: 'once'; readonly at: number }
  | { readonly kind: 'every'; readonly everyMs: number; readonly from: number }
  /** Five fields of cron (minute, hour, day of month, month, day of week), read in the time zone. */
  | { readonly kind: 'cron'; readonly pattern: string; readonly timeZone: string };

const LEAST_MS = 1_000;
const MOST_MS = 366 * 86_400_000;
const MAX_PATTERN = 200;

const bad = (message: string): MusterError => new MusterError('BAD_INPUT', message);

function cronOf(pattern: string, timeZone: string): Cron {
  if (pattern.trim().split(/\s+/).length !== 5)
    throw bad('when: a cron pattern has five fields, such as "30 2 * * *" for 02:30.');
  try {
    // Without a function it keeps no timer.
    return new Cron(pattern.slice(0, MAX_PATTERN), { timezone: timeZone });
  } catch (error) {
    throw bad(`when: "${safeText(pattern, MAX_PATTERN)}" is no cron pattern: ${safeText((error as Error).message, 200)}.`);
  }
}

function checkZone(timeZone: string): void {
  if (!isTimeZone(timeZone))
    throw bad(`when: there is no time zone "${safeText(timeZone, 60)}"; write one as in Africa/Algiers or Europe/Madrid.`);
}

/** BAD_INPUT for a time that never comes. */
export function checkWhen(when: When, now: number): When {
  if (when.kind === 'every') {
    if (!Number.isSafeInteger(when.everyMs) || when.everyMs < LEAST_MS || when.everyMs > MOST_MS) {
      throw bad(`when: from ${LEAST_MS} ms to a year, not ${when.everyMs} ms.`);
    }
  } else if (when.kind === 'cron') {
    checkZone(when.timeZone);
  } else if (!Number.isSafeInteger(when.at) || when.at <= now) throw bad('when: the time is over already.');
  if (nextTime(when, now) === null) throw bad('when: it never comes.');
  return when;
}

/** The first time after `now`; null when there is none. Clock changes are minded: a time that a clock leaves out comes as soon as it can, one that comes twice counts once. */
export function nextTime(when: When, now: number): number | null {
  switch (when.kind) {
    case 'once':
      return when.at > now ? when.at : null;
    case 'every':
      return when.from > now ? when.from : when.from + (Math.floor((now - when.from) / when.everyMs) + 1) * when.everyMs;
    default:
      return cronOf(when.pattern, when.timeZone).nextRun(new Date(now))?.getTime() ?? null;
  }
}

/** In words, for a list. */
export function whenText(when: When): string {
  if (when.kind === 'once') return 'once';
  if (when.kind === 'every') return `every ${spanText(when.everyMs)}`;
  const [, minute, hour] = /^(\d{1,2}) (\d{1,2}) \* \* \*$/.exec(when.pattern) ?? [];
  const time =
    minute !== undefined && hour !== undefined ? `daily at ${hour.padStart(2, '0')}:${minute.padStart(2, '0')}` : when.pattern;
  return `${time} (${when.timeZone})`;
}

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
] as const;

function spanText(ms: number): string {
  const [size, name] = UNITS.find(([unit]) => ms % unit === 0) ?? [1, 'ms'];
  return `${ms / size} ${name}`;
}
