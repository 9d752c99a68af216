import { rmdir } from 'node:fs/promises';
import { profileFolder } from '@muster/sdk/browser';
import { Supervisor } from '../session/supervisor.ts';
import { createSessionContext, createTestHost } from './test-session.ts';

// A process that keeps one session, to be killed: `mortal-session.ts <settings as JSON> <profiles>`. It says its codes and its states.

const [settings = '{}', profiles = ''] = process.argv.slice(2);
const made = await createTestHost(JSON.parse(settings) as Record<string, unknown>);
await rmdir(made.profiles);
const host = { ...made, profiles };
const { context } = createSessionContext(host, { account: { clientId: 'one' } });
const say = (word: unknown): void => void process.stdout.write(`${JSON.stringify(word)}\n`);
const none = (): void => undefined;
new Supervisor({
  context: {
    ...context,
    report: ({ status, challenge }) => say({ status, ...(challenge && { code: challenge.text }) }),
  },
  clientId: 'one',
  profile: await profileFolder(profiles, 'session-one'),
  linkByCode: false,
  message: none,
  created: none,
  voted: none,
  ack: none,
  ready: none,
  queued: () => 0,
}).start();
// Until it is killed.
setInterval(none, 60_000);
