import type { AccountTaskContext } from '@muster/sdk';
import type { Account, Config } from '../schemas.ts';
import { checkCredentials } from './check-credentials.ts';

/** The credentials of one account, tried at the service. */
export async function validate(ctx: AccountTaskContext<Config, Account, unknown>): Promise<{ readonly models: number }> {
  ctx.progress(0, 1, 'asking the service');
  const models = await checkCredentials(ctx.account, ctx.config, ctx);
  await ctx.update({ status: 'active', why: null });
  ctx.progress(1, 1, 'the service takes it');
  return { models };
}
