import type { AllocateInput } from '../schemas.ts';
import type { PoolContext } from './context.ts';
import { FILE_FORMATS, handOut } from './hand-out.ts';
import type { Outcome } from './note.ts';

/** What a caller gets: the outcome, and when more come back where it fell short. */
export type AllocateOutput = Outcome & { readonly nextReadyAt: number | null };

/** Hands out the next accounts of the circle into a file of their own. */
export async function allocate(ctx: PoolContext<AllocateInput>): Promise<AllocateOutput> {
  const { input } = ctx;
  const { minLevel, maxLevel, where, format, leaseMs } = input;
  const request = {
    rank: { ...(minLevel !== undefined && { min: minLevel }), ...(maxLevel !== undefined && { max: maxLevel }) },
    ...(where !== undefined && { where }),
  };
  const { outcome } = await handOut(ctx, () => ({
    accountcsv: input.accountcsv,
    wanted: input.count,
    request,
    check: input.check,
    format,
    owner: input.owner,
    until: () => (leaseMs === null ? null : ctx.now() + leaseMs),
    compose: (lines) => [FILE_FORMATS[format].head, ...lines],
  }));
  const short = outcome.got < outcome.wanted;
  return { ...outcome, nextReadyAt: short ? (await ctx.pool.supply(request)).nextReadyAt : null };
}
