import type { JsonObject } from '@muster/sdk';
import { register } from '../register/register.ts';
import type { RegisterContext } from '../register/registration.ts';

/**
 * As `create`, for those that failed, and for those that an interrupted task left in the middle: whoever still works on an account
 * holds it. Others of the selection are left as they are.
 */
export async function retryFailed(ctx: RegisterContext): Promise<JsonObject> {
  const { status, data } = ctx.account;
  if (data.blsStatus !== 'failed' && data.blsStatus !== 'creating' && status !== 'bls_failed') {
    ctx.progress(1, 1, 'has not failed');
    return { skipped: `it is ${status ?? data.blsStatus}` };
  }
  return register(ctx);
}
