import { stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import type { Forecast, PluginInfo } from '@muster/api';
import { safeText } from '@muster/sdk';
import { bytes, grouped, moment, shortSpan, span } from '../../parts/format.ts';
import type { Shell } from '../../shell.ts';

type Input = Readonly<Record<string, unknown>>;

const numberAt = (input: Input, name: string): number | undefined => {
  const value = input[name];
  return typeof value === 'number' ? value : undefined;
};

/** `minLevel` and `maxLevel`, where accounts are chosen by their level. */
const boundsOf = ({ rank }: PluginInfo, input: Input): { min?: number | undefined; max?: number | undefined } => {
  const name = rank === null ? '' : rank.charAt(0).toUpperCase() + rank.slice(1);
  return rank === null ? {} : { min: numberAt(input, `min${name}`), max: numberAt(input, `max${name}`) };
};

const supplyText = ({ ready, missing, at }: Forecast, count: number, now: number): string => {
  if (ready === 0 && missing > 0) return 'Nobody is ready: nothing would be handed out.';
  if (ready >= count) return `Would hand out ${grouped(count)} of ${grouped(ready)} that are ready.`;
  const when =
    at === null
      ? `${grouped(missing)} are missing even when all are back`
      : `${grouped(count)} will be ready ${moment(at, now)} (in ${span(at - now)})`;
  return `Would hand out all ${grouped(ready)} that are ready, ${grouped(count - ready)} too few; ${when}.`;
};

/** What stands now in the places that the input names. */
async function fileText(input: Input, now: number): Promise<string> {
  const paths = Object.values(input).filter((value): value is string => typeof value === 'string' && isAbsolute(value));
  const texts = paths.map(async (path) => {
    const found = await stat(path).catch(() => undefined);
    if (!found) return `${safeText(path)} would be new.`;
    if (!found.isFile()) return `${safeText(path)} is no file.`;
    return `${safeText(path)} is there, ${bytes(found.size)}, written ${shortSpan(now - found.mtimeMs)} ago: it would be replaced.`;
  });
  return (await Promise.all(texts)).join(' ');
}

/** What an action that takes accounts from the circle would do with this input, in sentences. Changes nothing. */
export async function foretell(shell: Shell, plugin: PluginInfo, input: Input): Promise<string> {
  const count = numberAt(input, 'count') ?? 1;
  const { min, max } = boundsOf(plugin, input);
  const rank = plugin.rank ?? 'rank';
  const query = { count, ...(min !== undefined && { minRank: min }), ...(max !== undefined && { maxRank: max }) };
  const where = ['state:ready', min === undefined ? '' : `rank>=${min}`, max === undefined ? '' : `rank<=${max}`]
    .join(' ')
    .trim();
  const [forecast, { accounts }] = await Promise.all([
    shell.client.call('forecastPool', { params: { plugin: plugin.id }, query }),
    shell.client.call('listAccounts', { query: { plugin: plugin.id, where, sort: 'order', limit: 1 } }),
  ]);
  const now = shell.now();
  const [first] = accounts;
  const which = min === undefined && max === undefined ? '' : `Only those of ${rank} ${min ?? 'any'} to ${max ?? 'any'}. `;
  const head = first
    ? `The first is ${safeText(first.label)}, ${first.usedAt === 0 ? 'never used' : `last used ${shortSpan(now - first.usedAt)} ago`}. `
    : '';
  const checks =
    input['check'] === false
      ? 'They are not checked. '
      : input['check'] === true
        ? 'Where a checker is set each is checked first, and who fails rests. '
        : '';
  return `Dry run, nothing is changed yet. ${supplyText(forecast, count, now)} ${which}${head}${checks}${await fileText(input, now)}`;
}
