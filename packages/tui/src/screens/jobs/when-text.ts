import { parseDuration, parseMoment, type Schedule } from '@muster/api';

export type When = Schedule['when'];

export const WHEN_EXAMPLES = 'daily 02:30 · weekdays 09:00 · every 2h · at 23:30 · in 15m · or five fields of cron';

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;
const LEAST_MS = 1_000;

/** `02:30` as the first fields of cron. */
function clockFields(text: string): string | undefined {
  const [, hour, minute] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? [];
  if (hour === undefined || minute === undefined || Number(hour) > 23 || Number(minute) > 59) return undefined;
  return `${Number(minute)} ${Number(hour)}`;
}

/** When something is to run, as people type it; undefined when it is not understood. Fields of cron are checked by the host. */
export function parseWhen(text: string, { now, zone }: { readonly now: number; readonly zone: string }): When | undefined {
  const words = text.trim().split(/\s+/);
  const [first = '', ...rest] = words;
  const given = rest.join(' ');
  const cron = (pattern: string): When => ({ kind: 'cron', pattern, timeZone: zone });
  switch (first.toLowerCase()) {
    case 'daily':
    case 'weekdays': {
      const fields = clockFields(given);
      return fields === undefined ? undefined : cron(`${fields} * * ${first.toLowerCase() === 'daily' ? '*' : '1-5'}`);
    }
    case 'every': {
      const everyMs = parseDuration(given);
      return everyMs === undefined || everyMs < LEAST_MS ? undefined : { kind: 'every', everyMs, from: now + everyMs };
    }
    case 'at':
    case 'in': {
      const at = parseMoment(given, now);
      return at === undefined ? undefined : { kind: 'once', at };
    }
    default:
      return words.length === 5 ? cron(words.join(' ')) : undefined;
  }
}

/** The same the other way round, to be changed. */
export function whenWords(when: When): string {
  if (when.kind === 'once') return `at ${new Date(when.at).toISOString()}`;
  if (when.kind === 'every') {
    const [unit, ms] = UNITS.find(([, length]) => when.everyMs % length === 0) ?? ['ms', 1];
    return `every ${when.everyMs / ms}${unit}`;
  }
  const [, minute, hour, days] = /^(\d{1,2}) (\d{1,2}) \* \* (\*|1-5)$/.exec(when.pattern) ?? [];
  if (minute === undefined || hour === undefined) return when.pattern;
  return `${days === '*' ? 'daily' : 'weekdays'} ${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
}

/** As flags of `muster schedules add`. */
export function whenFlags(when: When): string {
  if (when.kind === 'once') return `--at ${new Date(when.at).toISOString()}`;
  if (when.kind === 'every') return `--every ${whenWords(when).slice('every '.length)}`;
  const words = whenWords(when);
  return words.startsWith('daily ') ? `--daily ${words.slice('daily '.length)}` : `--cron '${when.pattern}'`;
}
