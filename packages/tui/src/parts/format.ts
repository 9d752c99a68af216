const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A span of time in one or two letters more than its number: `40s`, `12m`, `3h`, `9d`. */
export function shortSpan(ms: number): string {
  if (ms < MINUTE) return `${Math.max(0, Math.floor(ms / SECOND))}s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)}m`;
  if (ms < 2 * DAY) return `${Math.floor(ms / HOUR)}h`;
  return `${Math.floor(ms / DAY)}d`;
}

/** With its second unit: `4m12s`, `6d02h`. */
export function span(ms: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  if (ms < MINUTE) return shortSpan(ms);
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)}m${two((ms % MINUTE) / SECOND)}s`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)}h${two((ms % HOUR) / MINUTE)}m`;
  return `${Math.floor(ms / DAY)}d${two((ms % DAY) / HOUR)}h`;
}

/** What may be well under a second: `20 ms`, `0.3 s`, from ten seconds on as any span. */
export const preciseSpan = (ms: number): string =>
  ms < SECOND / 10 ? `${Math.round(ms)} ms` : ms < 10 * SECOND ? `${(ms / SECOND).toFixed(1)} s` : span(ms);

const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

/** Local time of day. */
export function timeOfDay(at: number, parts: 'minutes' | 'seconds' | 'milliseconds' = 'seconds'): string {
  const date = new Date(at);
  const minutes = `${pad(date.getHours())}:${pad(date.getMinutes())}`;
  if (parts === 'minutes') return minutes;
  const seconds = `${minutes}:${pad(date.getSeconds())}`;
  return parts === 'seconds' ? seconds : `${seconds}.${pad(date.getMilliseconds(), 3)}`;
}

/** When the day began by the clock on the wall: 23 to 25 hours are a day where clocks change. */
export const startOfDay = (now: number): number => new Date(now).setHours(0, 0, 0, 0);

const monthAndDay = (date: Date): string => `${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
const isToday = (at: number, now: number): boolean => new Date(now).toDateString() === new Date(at).toDateString();

/** The time of day, with the date when it is another day. */
export function moment(at: number, now: number): string {
  const date = new Date(at);
  return isToday(at, now) ? timeOfDay(at) : `${date.getFullYear()}-${monthAndDay(date)} ${timeOfDay(at, 'minutes')}`;
}

/** For lines one below the other, in at most 12 columns: of another day its date, too, without the year. */
export const shortMoment = (at: number, now: number, parts: 'seconds' | 'milliseconds' = 'seconds'): string =>
  isToday(at, now) ? timeOfDay(at, parts) : `${monthAndDay(new Date(at))} ${timeOfDay(at, 'minutes')}`;

/** Thousands apart: `1 204`. */
export const grouped = (count: number): string => String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ' ');

/** A count in at most five columns: `133`, `4.5k`, `1.2M`. */
export function shortCount(count: number): string {
  if (count < 10_000) return String(count);
  if (count < 1_000_000) return `${(count / 1_000).toFixed(count < 100_000 ? 1 : 0)}k`;
  return `${(count / 1_000_000).toFixed(1)}M`;
}

export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = count;
  let unit = 0;
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_000;
    unit++;
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

export const percent = (part: number, whole: number): string =>
  whole > 0 ? `${part >= whole ? 100 : Math.min(99, Math.round((part / whole) * 100))}%` : '—';

export const plural = (count: number, noun: string): string => `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
