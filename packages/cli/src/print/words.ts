const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const UNITS = [
  [DAY, 'd'],
  [HOUR, 'h'],
  [MINUTE, 'm'],
  [SECOND, 's'],
] as const;

/** A duration in its two largest units: `2d 4h`, `3m 20s`, `0s`. */
export function duration(ms: number): string {
  const at = UNITS.findIndex(([unit]) => ms >= unit);
  if (at === -1) return '0s';
  const [big, name] = UNITS[at] as (typeof UNITS)[number];
  const small = UNITS[at + 1];
  const rest = small === undefined ? 0 : Math.floor((ms % big) / small[0]);
  return rest === 0 ? `${Math.floor(ms / big)}${name}` : `${Math.floor(ms / big)}${name} ${rest}${small?.[1] ?? ''}`;
}

/** Local time as people sort it: `2026-11-21 12:04:05`; empty for 0 and null, which mean never. */
export function moment(ms: number | null): string {
  if (ms === null || ms === 0) return '';
  const date = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** The same for a narrow table: the time of a moment today, else the day. */
export function shortMoment(ms: number | null, now: number): string {
  const [day = '', time = ''] = moment(ms).split(' ');
  return day === moment(now).split(' ')[0] ? time : day;
}

export const bytes = (value: number): string => {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let size = value;
  let unit = 0;
  while (size >= 1_000 && unit < units.length - 1) {
    size /= 1_000;
    unit++;
  }
  return `${unit === 0 ? size : size.toFixed(1)} ${units[unit] ?? ''}`;
};

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
