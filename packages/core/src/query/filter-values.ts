const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const DURATION = /^(\d{1,9}(?:\.\d{1,3})?)(s|m|h|d|w)$/;
const DATE = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?Z?)?$/;
const NUMBER = /^-?\d{1,15}(?:\.\d{1,15})?$/;

/** `90s`, `15m`, `2h`, `1.5d`, `3w` in milliseconds. */
export const readDuration = (text: string): number | undefined => {
  const [, count, unit] = DURATION.exec(text.toLowerCase()) ?? [];
  return count === undefined ? undefined : Number(count) * (UNITS[unit as string] as number);
};

/** `2026-11-21` or `2026-11-21T12:00`, in UTC, as milliseconds since the epoch. */
export const readDate = (text: string): number | undefined => {
  if (!DATE.test(text)) return undefined;
  const at = Date.parse(text.length === 10 || text.endsWith('Z') ? text : `${text}Z`);
  return Number.isNaN(at) ? undefined : at;
};

export const readNumber = (text: string): number | undefined => (NUMBER.test(text) ? Number(text) : undefined);
