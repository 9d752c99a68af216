import type { JsonObject, PluginTaskContext } from '@muster/sdk';
import type { Account, Config, DisableProfileInput, EnableProfileInput, ResumeSiteInput } from '../schemas.ts';
import type { BlsService } from '../service.ts';

type Context<TInput> = PluginTaskContext<Config, Account, TInput>;

/** Allows a profile to be used, with the operator's own word for why. It holds for the file as it is now. */
export async function enableProfile(ctx: Context<EnableProfileInput>): Promise<JsonObject> {
  const { profile, statement, by } = ctx.input;
  ctx.progress(0, 1, 'reading');
  const service = await ctx.service<BlsService>();
  const permission = await service.profiles.enable(profile, { statement, by });
  ctx.log(`The site profile “${profile}” is enabled by ${by}: ${statement}`);
  ctx.progress(1, 1, 'enabled');
  return { profile, sha256: permission.sha256, by };
}

export async function disableProfile(ctx: Context<DisableProfileInput>): Promise<JsonObject> {
  const service = await ctx.service<BlsService>();
  ctx.progress(0, 1, 'disabling');
  await service.profiles.disable(ctx.input.profile);
  ctx.progress(1, 1, 'disabled');
  return { profile: ctx.input.profile, enabled: false };
}

/** An operator's word that a site may be visited again before its pause is over. */
export async function resumeSite(ctx: Context<ResumeSiteInput>): Promise<JsonObject> {
  const service = await ctx.service<BlsService>();
  ctx.progress(0, 1, 'looking');
  const resumed: string[] = [];
  for (const [site, gate] of service.gates()) {
    if (gate.state().pausedUntil <= ctx.now()) continue;
    await gate.resume();
    resumed.push(site);
  }
  if (resumed.length > 0) ctx.log(`${resumed.join(', ')}: visited again by an operator's word. ${ctx.input.note ?? ''}`);
  ctx.progress(1, 1, resumed.length > 0 ? 'resumed' : 'nothing is paused');
  return { resumed };
}
