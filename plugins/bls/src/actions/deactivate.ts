import type { AccountTaskContext } from '@muster/sdk';
import type { Account, Config, ConsentInput, DeactivateInput } from '../schemas.ts';

/** Takes an account out of use until a person puts it back. */
export async function deactivate(ctx: AccountTaskContext<Config, Account, DeactivateInput>): Promise<{ status: string }> {
  ctx.progress(0, 1, 'deactivating');
  await ctx.update({
    status: 'inactive',
    why: ctx.input.reason ?? 'deactivated by an operator',
    data: { lastActivity: new Date(ctx.now()).toISOString() },
  });
  ctx.progress(1, 1, 'inactive');
  return { status: 'inactive' };
}

/** Writes down what an applicant agreed to; a later word takes the place of an earlier one. */
export async function recordConsent(ctx: AccountTaskContext<Config, Account, ConsentInput>): Promise<{ recorded: boolean }> {
  ctx.progress(0, 1, 'recording');
  const { statement } = ctx.input;
  if (ctx.account.data.consentStatement !== statement)
    await ctx.update({ data: { consentAt: new Date(ctx.now()).toISOString(), consentStatement: statement } });
  ctx.log(`${ctx.account.label}: consent recorded`);
  ctx.progress(1, 1, 'recorded');
  return { recorded: true };
}
