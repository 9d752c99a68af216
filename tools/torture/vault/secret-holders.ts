import { createCore, type Core } from '@muster/core';
import { definePlugin, secret } from '@muster/sdk';
import { z } from 'zod';

const PLUGIN = definePlugin({
  id: 'holders',
  title: 'Holders of one secret each',
  config: z.object({}),
  account: z.object({ name: z.string(), password: secret(z.string()) }),
  identity: [['name']],
});

/** The core over a data directory in which every account holds one secret. Its key file is made at the first start. */
export const openHolders = (directory: string): Promise<Core> =>
  createCore({ directory, plugins: { given: [PLUGIN] }, vault: { env: {}, allowLocked: false } });

export const addHolders = async (core: Core, count: number): Promise<void> => {
  for (let number = 0; number < count; number += 1)
    await core.accounts.add(PLUGIN.id, { name: `name ${number}`, password: `password ${number}` }, 'local');
};
