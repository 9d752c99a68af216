import type { PluginTaskContext } from '@muster/sdk';
import type { Account, Config, GatewayInput } from '../schemas.ts';
import type { K2ThinkService } from '../service.ts';

const LOOK_EVERY_MS = 1_000;

/** Keeps the gateway open until it is cancelled, or its time is over. CONFLICT where another job does, or another program has the port. */
export async function gateway(ctx: PluginTaskContext<Config, Account, GatewayInput>): Promise<{ readonly calls: number }> {
  const service = await ctx.service<K2ThinkService>();
  const { port, forMs } = ctx.input;
  const opened = await service.listen({ job: ctx.jobId }, port);
  const before = service.stats().counts.calls;
  const calls = (): number => service.stats().counts.calls - before;
  try {
    const note = (told: number): string => `${opened.url}, ${told} calls (API key: muster token create <name> --scope operate)`;
    ctx.progress(0, 1, note(0));
    const until = forMs === undefined ? Infinity : ctx.now() + forMs;
    let told = 0;
    while (ctx.now() < until) {
      await ctx.sleep(Math.min(LOOK_EVERY_MS, until - ctx.now()));
      if (calls() === told) continue;
      told = calls();
      ctx.progress(0, 1, note(told));
    }
    ctx.progress(1, 1, `${told} calls`);
    return { calls: calls() };
  } finally {
    await opened.close();
  }
}
