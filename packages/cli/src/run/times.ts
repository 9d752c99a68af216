import { parseDuration, parseMoment } from '@muster/api';
import { InvalidArgumentError } from 'commander';

/** `--at`: a point in time. */
export const parseTime = (text: string): number => {
  const at = parseMoment(text, Date.now());
  if (at === undefined) throw new InvalidArgumentError('It takes 15m, 23:30 or 2026-12-01T10:00.');
  return at;
};

/** `--every`: a stretch of time, in milliseconds. */
export const parseSpan = (text: string): number => {
  const ms = parseDuration(text);
  if (ms === undefined || ms < 1_000) throw new InvalidArgumentError('It takes 30s, 15m, 2h or 7d.');
  return ms;
};
