import { join } from 'node:path';
import { definePluginTests } from '@muster/sdk/testing';
import pokepool from './index.ts';

definePluginTests(pokepool, {
  accounts: [
    {
      provider: 'ptc',
      username: 'heronmila',
      password: 'Reed;4"lake:30',
      level: 30,
      model: 'iPhone9,1',
      ios: '10.2.1',
      deviceId: '2f0c1b7e',
    },
    { provider: 'google', username: 'otto.fern@example.test', password: '=Pine3cone', level: 31 },
    { provider: 'ptc', username: 'quillbee07', password: '@Brass9door', level: 30 },
  ],
  inputs: {
    check: {},
    release: { owner: 'mapper' },
    allocate: ({ folder }) => ({ count: 2, minLevel: 30, accountcsv: join(folder, 'accounts.csv') }),
  },
});
