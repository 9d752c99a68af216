import { MusterError, type AccountTaskContext } from '@muster/sdk';
import { createChecker } from '../checkers/create-checker.ts';
import type { Account, Config, Verdict } from '../schemas.ts';
import { restOf } from './verdict.ts';

/** Asks the checker about one account, and lets it rest where the verdict says so. */
export async function checkAccount(
  ctx: AccountTaskContext<Config, Account, Record<string, never>>,
): Promise<{ readonly verdict: Verdict; readonly level: number | null }> {
  const { account, config, signal } = ctx;
  ctx.progress(0, 1, 'asking the checker');
  const checker = await createChecker(config, ctx.fetch);
  if (!checker) {
    throw new MusterError('BAD_INPUT', 'No checker is set. Set checker (http or command) in the settings of pokepool.');
  }
  const { provider, username, level, model, ios, deviceId } = account.data;
  const answer = await checker.check(
    {
      provider,
      username,
      password: (await account.secret('password')) ?? null,
      level: level ?? null,
      model: model ?? null,
      ios: ios ?? null,
      deviceId: deviceId ?? null,
    },
    signal,
  );
  const found = answer.level === undefined || answer.level === level ? {} : { data: { level: answer.level } };
  if (answer.verdict === 'good') await ctx.update({ ...found, status: 'good', why: null });
  else {
    const { forMs, why } = restOf(answer.verdict, config, answer.detail);
    // For ever is what a date cannot say: a person puts such an account back.
    if (forMs === null) throw new MusterError('CHECK_OUT_OF_USE', why, { remedy: 'retire-account', status: answer.verdict });
    await ctx.update({ ...found, status: answer.verdict, why, restUntil: ctx.now() + forMs });
  }
  ctx.progress(1, 1, answer.verdict);
  return { verdict: answer.verdict, level: answer.level ?? level ?? null };
}
