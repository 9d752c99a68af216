import { isTimeZone } from '@muster/sdk';

export interface QuietHours {
  /** `21:00` */
  readonly from: string;
  readonly until: string;
  /** As Asia/Riyadh; UTC where it is not known. */
  readonly timeZone: string;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: isTimeZone(timeZone) ? timeZone : 'UTC',
    calendar: 'gregory',
    numberingSystem: 'latn',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  formats.set(timeZone, format);
  return format;
}

/** Date (`2026-11-21`) and time (`21:30`) on the clocks of that zone. */
export function localTime(at: number, timeZone: string): { readonly day: string; readonly time: string } {
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  return { day: `${parts['year']}-${parts['month']}-${parts['day']}`, time: `${parts['hour']}:${parts['minute']}` };
}

/** True while the clocks of that zone show a time between the two, also over midnight; never when they are the same. */
export function isQuiet(at: number, { from, until, timeZone }: QuietHours): boolean {
  if (from === until) return false;
  const { time } = localTime(at, timeZone);
  return from < until ? time >= from && time < until : time >= from || time < until;
}

export interface QuietSettings {
  readonly quietFrom: string;
  readonly quietUntil: string;
  readonly timeZone: string;
}

export const isQuietNow = ({ quietFrom, quietUntil, timeZone }: QuietSettings, now: number): boolean =>
  isQuiet(now, { from: quietFrom, until: quietUntil, timeZone });
