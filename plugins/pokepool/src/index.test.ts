import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
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
    stats: {},
    forecast: { count: 2, minLevel: 30 },
    swap: ({ folder }) => {
      const accountcsv = join(folder, 'accounts.csv');
      const csv = 'ptc,heronmila,x\n';
      writeFileSync(accountcsv, csv);
      const sha256 = createHash('sha256').update(csv).digest('hex');
      const leases = [{ provider: 'ptc', username: 'heronmila', fence: 1 }];
      const beside = { version: 1, sha256, owner: 'mapper', leasedUntil: null, leases };
      writeFileSync(`${accountcsv}.leases.json`, JSON.stringify(beside));
      return { accountcsv, username: 'heronmila', minLevel: 30 };
    },
    allocate: ({ folder }) => ({ count: 2, minLevel: 30, accountcsv: join(folder, 'accounts.csv') }),
  },
});
