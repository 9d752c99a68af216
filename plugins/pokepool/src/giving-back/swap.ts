import { readFile } from 'node:fs/promises';
import { MusterError } from '@muster/sdk';
import type { PoolContext } from '../allocate/context.ts';
import { FILE_FORMATS, handOut, type HandOutPlan } from '../allocate/hand-out.ts';
import { readLeases, type Lease } from '../allocate/leases.ts';
import type { Outcome } from '../allocate/note.ts';
import { checksumOf } from '../allocate/target.ts';
import { fileAccount } from '../formats/file-account.ts';
import type { Format, SwapInput } from '../schemas.ts';
import { endOf } from './verdict-end.ts';

export type Swapped = Pick<Outcome, 'file' | 'owner' | 'leasedUntil' | 'checked' | 'rested'> & {
  readonly gone: string;
  /** Null: a run before a restart did not write it down. */
  readonly came: string | null;
  /** Of the one that is gone; null: free at once, or out of use. */
  readonly restUntil: number | null;
  /** False when somebody else had it by now: nothing was said of it. */
  readonly taken: boolean;
};

/** Exchanges one account of a file for the next of the circle: its line is replaced, all others stay byte for byte. */
export async function swap(ctx: PoolContext<SwapInput>): Promise<Swapped> {
  const { input, config, pool } = ctx;
  const { instead, came, outcome } = await handOut(ctx, () => planOf(ctx));
  if (!instead) throw new MusterError('INTERNAL', 'The note of this swap does not say which account went.');
  const [gone] = await pool.find([{ provider: instead.provider === 'google' ? 'google' : 'ptc', username: instead.username }]);
  const end = endOf(input.verdict, { config, now: ctx.now(), said: `said by ${outcome.owner}` });
  const back = { owner: outcome.owner, ...end, ...(came !== null && { instead: came }) };
  const moved = gone && (await pool.takeBack([{ id: gone.id, fence: instead.fence }], back));
  const { file, owner, leasedUntil, checked, rested } = outcome;
  return {
    gone: instead.username,
    came,
    taken: moved?.length === 0,
    restUntil: end.rest?.until ?? null,
    file,
    owner,
    leasedUntil,
    checked,
    rested,
  };
}

async function planOf(ctx: PoolContext<SwapInput>): Promise<HandOutPlan> {
  const { input, pool } = ctx;
  const path = input.accountcsv;
  const refuse = (why: string): MusterError => new MusterError('BAD_INPUT', `accountcsv: ${why}`);
  const leases = await readLeases(path);
  if (!leases) throw refuse('no leases stand beside the file, so nothing in it can be exchanged. Release it, and allocate anew.');
  const text = await readFile(path, 'utf8').catch((thrown: unknown) => {
    throw new MusterError('BAD_INPUT', `accountcsv: the file cannot be read: ${(thrown as Error).message}.`, { cause: thrown });
  });
  const format: Format = text.startsWith(FILE_FORMATS.monocle.head) ? 'monocle' : 'rocketmap';
  const base = {
    accountcsv: path,
    wanted: 1,
    check: input.check,
    owner: leases.owner,
    until: () => leases.leasedUntil,
    format,
  };
  if (leases.sha256 !== (await checksumOf(path))) throw refuse('the file was changed since it was written.');
  if (leases.leasedUntil !== null && leases.leasedUntil <= ctx.now()) throw refuse('its lease has ended. Allocate anew.');
  const name = input.username.toLowerCase();
  const goes = leases.leases.find(({ username }) => username.toLowerCase() === name);
  if (!goes) throw new MusterError('NOT_FOUND', `username: "${input.username}" is not in ${path}.`);
  const [account] = await pool.find([{ provider: goes.provider === 'google' ? 'google' : 'ptc', username: goes.username }]);
  const line = lineStart(format, goes);
  const at = text.startsWith(line) ? 0 : text.indexOf(`\n${line}`) + 1;
  if (at === 0 && !text.startsWith(line)) throw refuse(`"${goes.username}" is in its leases and not in the file.`);
  const end = text.indexOf('\n', at) + 1 || text.length;
  if (format === 'monocle' && text.slice(at, end).split('"').length % 2 === 0)
    throw refuse(`the line of "${goes.username}" goes on in the next one.`);
  const min = input.minLevel ?? account?.rank;
  return {
    ...base,
    request: { rank: { ...(min !== undefined && { min }), ...(input.maxLevel !== undefined && { max: input.maxLevel }) } },
    keeps: leases.leases.filter((lease) => lease !== goes),
    instead: goes,
    compose: (lines) => [text.slice(0, at), ...lines, text.slice(end)],
  };
}

/** What the line of an account begins with, up to its password. */
function lineStart(format: Format, { provider, username }: Lease): string {
  const line = FILE_FORMATS[format].line(fileAccount({ provider, username, password: '' }));
  return format === 'rocketmap' ? line.trimEnd() : line.slice(0, line.lastIndexOf(`,${provider},`));
}
