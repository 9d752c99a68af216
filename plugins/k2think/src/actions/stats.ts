import type { PluginTaskContext, RotationFigure } from '@muster/sdk';
import type { Account, Config } from '../schemas.ts';
import type { GatewayStats, K2ThinkService } from '../service.ts';

/** Figures of the gateway and of each account in rotation. */
export async function stats(
  ctx: PluginTaskContext<Config, Account, unknown>,
): Promise<GatewayStats & { readonly rotation: readonly RotationFigure[] }> {
  const service = await ctx.service<K2ThinkService>();
  ctx.progress(1, 1);
  return { ...service.stats(), rotation: service.rotation.figures() };
}

export async function resetLimits(ctx: PluginTaskContext<Config, Account, unknown>): Promise<{ readonly accounts: number }> {
  const service = await ctx.service<K2ThinkService>();
  await service.reset();
  ctx.progress(1, 1);
  return { accounts: service.stats().accounts };
}
