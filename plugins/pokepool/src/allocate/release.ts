import { MusterError, type PluginTaskContext } from '@muster/sdk';
import { z } from 'zod';
import type { Account, Config, ReleaseInput } from '../schemas.ts';
import { restOf } from './verdict.ts';

/** Saved before the first one is taken back: a run after a crash finds fewer of them out, and still says how many it was. */
const Note = z.object({ ids: z.array(z.string()), until: z.int().nullable() });

export interface Released {
  readonly released: number;
  /** Of those that were named: not handed out to this owner. */
  readonly notOut: number;
  /** Until when they rest (ms since the epoch); null: free at once. */
  readonly restUntil: number | null;
}

/** Takes accounts back from an owner before their lease ends, free or at rest by a verdict. */
export async function release(ctx: PluginTaskContext<Config, Account, ReleaseInput>): Promise<Released> {
  const { input, pool, config } = ctx;
  const { owner, verdict } = input;
  const rest = verdict === 'good' ? undefined : restOf(verdict, config, `said by ${owner}`);
  if (rest?.forMs === null) {
    throw new MusterError(
      'BAD_INPUT',
      `verdict: ${verdict} takes accounts out of use by the settings. Retire them by hand, or set a time.`,
    );
  }
  const names = new Set(input.usernames.map((name) => name.toLowerCase()));
  const out = await pool.handedOutTo(owner);
  const before = Note.safeParse(ctx.checkpoint.last).data;
  const meant = before
    ? out.filter(({ id }) => before.ids.includes(id))
    : out.filter(({ data }) => names.size === 0 || names.has(data.username.toLowerCase()));
  const note = before ?? { ids: meant.map(({ id }) => id), until: rest ? ctx.now() + rest.forMs : null };
  if (!before) await ctx.checkpoint.save(note);

  const total = note.ids.length;
  let done = total - meant.length;
  ctx.progress(done, total);
  for (const account of meant) {
    ctx.signal.throwIfAborted();
    const away = rest && note.until !== null ? { rest: { until: note.until, status: verdict, why: rest.why } } : {};
    await pool.takeBack([account], { owner, ...away });
    ctx.progress(++done, total);
  }
  ctx.log(`${total} accounts came back from ${owner}`);
  return { released: total, notOut: names.size === 0 ? 0 : names.size - total, restUntil: note.until };
}
