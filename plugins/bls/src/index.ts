import { definePlugin, secret } from '@muster/sdk';
import { z } from 'zod';

/** Registers applicants at a visa centre. */
export default definePlugin({
  id: 'bls',
  title: 'BLS',
  config: z.object({}),
  account: z.object({ email: z.email(), password: secret(z.string().optional()) }),
  identity: [['email']],
});
