import { z } from 'zod';
import type { PoolContext } from '../allocate/context.ts';
import type { ReleaseInput } from '../schemas.ts';
import { findGivenBack } from './given-back.ts';
import { endOf } from './verdict-end.ts';

const AT_ONCE = 500;
const MOST_NAMED = 100;

/** Saved before the first one is taken back, so that a run after a crash puts the rest away until the same time. */
const Note = z.object({ at: z.int() });

export interface Released {
  /** Ended now, before the time of their lease. */
  readonly released: number;
  /** Free or at rest already, with nobody having had them since; a verdict counts all the same for those that were free. */
  readonly back: number;
  /** Handed to somebody else since, or held by a task: left alone. The first hundred by name. */
  readonly refused: number;
  readonly refusedNames: readonly string[];
  /** Named, but no account of the pool. */
  readonly unknown: number;
  readonly unknownNames: readonly string[];
  /** Until when they rest (ms since the epoch); null: free at once, or out of use. */
  readonly restUntil: number | null;
}

/** Takes accounts back from their owner before their lease ends: free, at rest, or out of use. */
export async function release(ctx: PoolContext<ReleaseInput>): Promise<Released> {
  const { input, pool, config } = ctx;
  const at = Note.safeParse(ctx.checkpoint.last).data?.at ?? ctx.now();
  const { owner, accounts, unknown } = await findGivenBack(ctx);
  await ctx.checkpoint.save({ at });
  const end = endOf(input.verdict, { config, now: at, said: `said by ${owner ?? 'whoever gave it back'}` });
  const total = accounts.length;
  const refusedNames: string[] = [];
  let refused = 0;
  let released = 0;
  for (let done = 0; done < total; done += AT_ONCE) {
    ctx.signal.throwIfAborted();
    ctx.progress(done, total);
    const some = accounts.slice(done, done + AT_ONCE);
    const moved = new Set(await pool.takeBack(some, { ...(owner !== undefined && { owner }), ...end }));
    for (const { id, now } of some) {
      if (moved.has(id)) {
        refused++;
        if (refusedNames.length < MOST_NAMED) refusedNames.push(now.data.username);
      } else if (now.owner !== null) released++;
    }
  }
  ctx.progress(total, total);
  const back = total - refused - released;
  const rest = [back > 0 ? `${back} were back already` : '', refused > 0 ? `${refused} have somebody else by now` : ''];
  ctx.log([`${released} accounts came back${owner === undefined ? '' : ` from ${owner}`}`, ...rest.filter(Boolean)].join('; '));
  return {
    released,
    back,
    refused,
    refusedNames,
    unknown: unknown.length,
    unknownNames: unknown.slice(0, MOST_NAMED),
    restUntil: end.rest?.until ?? null,
  };
}
