import { safeText } from '@muster/sdk';
import { duration, moment } from '../print/words.ts';

type Output = Readonly<Record<string, unknown>>;

const count = (value: number): string => value.toLocaleString('en');

/** `nextReadyAt` as `next ready at`. */
const words = (name: string): string =>
  safeText(name)
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase();

/** A point in time with how far off it is: `2026-11-21 14:05:00 (in 12m)`. */
export function when(at: number, now: number): string {
  const off = Math.abs(at - now);
  if (off < 1_000) return `${moment(at)} (now)`;
  return `${moment(at)} (${at > now ? `in ${duration(off)}` : `${duration(off)} ago`})`;
}

const isNothing = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === '' ||
  value === 0 ||
  value === false ||
  (typeof value === 'object' && Object.keys(value).length === 0);

/** A value for people, by the suffix that names its unit: `at`, `At` and `Until` are points in time, `Ms` is a duration. */
function valueText(name: string, value: unknown, now: number): string {
  if (typeof value === 'number') {
    if (/(?:^at|At|Until)$/.test(name)) return when(value, now);
    return name.endsWith('Ms') ? duration(value) : count(value);
  }
  if (typeof value === 'boolean') return 'yes';
  if (typeof value === 'string') return safeText(value, 300);
  const tally = Object.entries(value as object);
  if (!Array.isArray(value) && tally.every(([, times]) => typeof times === 'number')) {
    return safeText(tally.map(([what, times]) => `${count(times as number)} ${what}`).join(', '), 300);
  }
  return safeText(JSON.stringify(value) ?? '', 300);
}

const numberOf = (output: Output, name: string): number | undefined => {
  const value = output[name];
  return typeof value === 'number' ? value : undefined;
};

/** What an action that hands things out got of what was wanted, in one sentence. Undefined for other outputs. */
function shareSentence(output: Output, now: number): string | undefined {
  const [got, wanted, next] = [numberOf(output, 'got'), numberOf(output, 'wanted'), numberOf(output, 'nextReadyAt')];
  if (got === undefined || wanted === undefined) return undefined;
  const { file } = output;
  const place = typeof file === 'string' && file !== '' ? ` into ${safeText(file, 300)}` : '';
  const short =
    got >= wanted ? '' : `; ${next === undefined ? 'none of the rest comes back by itself' : `more at ${when(next, now)}`}`;
  return `Got ${count(got)} of ${count(wanted)}${place}${short}.`;
}

const IN_SENTENCE: ReadonlySet<string> = new Set(['got', 'wanted', 'file', 'nextReadyAt']);

/** The output of an action for people: a sentence where it tells a share, then what else it holds, without what is nothing. */
export function outputLines(output: Output, now: number): string[] {
  const sentence = shareSentence(output, now);
  const rest = Object.entries(output).filter(
    ([name, value]) => !isNothing(value) && (sentence === undefined || !IN_SENTENCE.has(name)),
  );
  return [
    ...(sentence === undefined ? [] : [sentence]),
    ...rest.map(([name, value]) => `  ${words(name.replace(/Ms$/, ''))}: ${valueText(name, value, now)}`),
  ];
}
