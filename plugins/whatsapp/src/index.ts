import { definePlugin } from '@muster/sdk';
import { Account, Config } from './schemas.ts';

const MB = 1_048_576;

/** WhatsApp: one browser a number, kept online, with messages, campaigns and the paths that people already call. */
export default definePlugin({
  id: 'whatsapp',
  title: 'WhatsApp',
  config: Config,
  account: Account,
  identity: [['clientId'], ['phone']],
  label: ({ clientId, name }) => (name === undefined ? clientId : `${clientId} (${name})`),
  session: { memoryBytes: 400 * MB, load: () => import('./session.ts') },
  simulator: () => import('./simulator.ts'),
});
