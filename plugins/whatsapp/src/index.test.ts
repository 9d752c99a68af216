import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LiveSession } from '@muster/sdk';
import { definePluginTests } from '@muster/sdk/testing';
import { afterAll, beforeAll } from 'vitest';
import type { WhatsAppService } from './service-api.ts';
import whatsapp from './index.ts';
import { seal } from './profile-file/format.ts';
import { pack } from './profile-file/pack.ts';
import type { WhatsAppSession } from './session-api.ts';
import { openSession } from './session/open-session.ts';
import { openTestWorld, until, type TestWorld } from './testing/open-test-session.ts';
import { people } from './testing/test-campaigns.ts';
import { createSessionContext } from './testing/test-session.ts';

const passphrase = 'the passphrase of one';
const TO = '966500000002';
const CAMPAIGN = { template: 'Hello {{name}}', list: 'spring' };

// One number that is linked, for all actions that go through a session.
let world: TestWorld;
let session: WhatsAppSession;
/** Made once: deriving its key costs half a second. */
let exported: Buffer;
/** The id of a message that came with a file. */
let withFile = '';
beforeAll(async () => {
  world = await openTestWorld();
  const { context } = createSessionContext(world.host, { account: { clientId: 'one' } });
  session = await openSession({
    ...context,
    report({ challenge }) {
      if (challenge) world.simulator.service.scan(challenge.text, { wid: '966500000001@c.us' });
    },
  });
  await until('ready', () => session.state === 'ready');
  const file = { mimetype: 'text/plain', bytes: Buffer.from('a file').toString('base64') };
  const id = world.simulator.service.incoming({ to: '966500000001@c.us', from: `${TO}@c.us`, body: '', file });
  withFile = `false_${TO}@c.us_${id}`;
  await until('it is heard', async () => (await session.history.get(withFile)) !== undefined);
  const pieces: Buffer[] = [];
  const profile = await mkdtemp(join(world.host.profiles, 'exported-'));
  await writeFile(join(profile, 'login'), 'a login');
  for await (const piece of seal(pack(profile), { passphrase, clientId: 'one', now: 0 })) pieces.push(piece);
  exported = Buffer.concat(pieces);
});
afterAll(async () => {
  await session.close();
  await world[Symbol.asyncDispose]();
});
/** Logging out is tried with a browser elsewhere; here it would take the number from all others. */
const loggedOut = { logOut: async () => undefined, close: async () => undefined };

definePluginTests(whatsapp, {
  accounts: [
    { clientId: 'one', phone: '966500000001', passphrase },
    { clientId: 'two', name: 'Second', passphrase: 'the passphrase of two' },
  ],
  session: async (action): Promise<LiveSession> => (action === 'log-out' ? loggedOut : session),
  async prepare(service, { own }) {
    const { contacts } = (service as WhatsAppService).campaigns;
    await contacts.import({ list: 'spring', text: people(2) });
    await (service as WhatsAppService).campaigns.create({ ...CAMPAIGN, name: 'spring-1', sessions: ['one'] });
    await mkdir(join(own, 'session-one', 'Default'), { recursive: true });
    await writeFile(join(own, 'session-one', 'Default', 'login'), 'a login');
    await writeFile(join(own, 'exported'), exported);
    await writeFile(join(own, 'people.csv'), people(3));
  },
  inputs: {
    'send-text': { to: TO, text: 'hello', key: 'text' },
    'send-media': ({ own }) => ({ to: TO, file: join(own, 'people.csv'), key: 'media' }),
    'send-poll': { to: TO, question: 'When?', options: ['now', 'later'], key: 'poll' },
    'list-chats': { groups: true },
    'fetch-media': () => ({ message: withFile }),
    'list-contacts': {},
    'check-number': { number: TO },
    'log-out': {},
    'export-session': ({ folder }) => ({ file: join(folder, 'session.muster') }),
    'import-session': ({ own }) => ({ file: join(own, 'exported'), replace: true }),
    'import-contacts': ({ own }) => ({ file: join(own, 'people.csv'), list: 'spring' }),
    'start-campaign': { ...CAMPAIGN, name: 'summer', sessions: ['one', 'two'] },
    'pause-campaign': { name: 'spring-1' },
    'resume-campaign': { name: 'spring-1' },
    'cancel-campaign': { name: 'spring-1' },
    'campaign-report': { name: 'spring-1' },
    'opt-out': { number: TO },
  },
});
