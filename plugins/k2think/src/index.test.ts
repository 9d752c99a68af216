import { definePluginTests } from '@muster/sdk/testing';
import k2think from './index.ts';
import { createTestRotation } from './testing/test-rotation.ts';
import { knownAccount } from './testing/test-service.ts';

// What the older program has its key in.
process.env['ACCOUNT_ENCRYPTION_KEY'] = '0f'.repeat(32);

const accounts = [
  { kind: 'sign-in', name: 'mila.heron@example.test', password: 'Reed;4"lake:30', consent: 'of the tests', title: 'Mila' },
  { name: 'office', apiKey: 'IFM-2f0c1b7e-not-a-real-key' },
];

definePluginTests(k2think, {
  accounts,
  config: { gatewayPort: 0, maxRetries: 0, maxWaitMs: 0, cooldownMs: 0 },
  rotation: (settings) => createTestRotation(accounts.map(knownAccount), settings),
  inputs: {
    validate: {},
    gateway: { port: 0, forMs: 20 },
    test: { account: 'office' },
    stats: {},
    'reset-limits': {},
  },
});
