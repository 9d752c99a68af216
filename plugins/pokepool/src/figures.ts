import type { Forecast, PoolStats } from '@muster/sdk';
import type { PoolContext } from './allocate/context.ts';
import type { ForecastInput } from './schemas.ts';

const percentOf = (part: number, whole: number): number => (whole === 0 ? 0 : Math.round((part / whole) * 100));

/** What stands where, level by level. */
export async function stats(ctx: PoolContext): Promise<PoolStats & { readonly total: number; readonly readyPercent: number }> {
  const figures = await ctx.pool.stats();
  ctx.progress(1, 1);
  const total = Object.values(figures.states).reduce((sum, count) => sum + count, 0);
  return { total, readyPercent: percentOf(figures.states.ready, total), ...figures };
}

/** When so many are ready, if nobody takes or gives back any. */
export async function forecast(ctx: PoolContext<ForecastInput>): Promise<Forecast> {
  const { count, minLevel, maxLevel } = ctx.input;
  const rank = { ...(minLevel !== undefined && { min: minLevel }), ...(maxLevel !== undefined && { max: maxLevel }) };
  const told = await ctx.pool.forecast({ count, rank });
  ctx.progress(1, 1);
  return told;
}
