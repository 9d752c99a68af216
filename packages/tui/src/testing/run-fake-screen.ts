import { appendFileSync } from 'node:fs';
import { prepareTerminal } from '../terminal/prepare-terminal.ts';

/**
 * The screen on the terminal of this process, with a host in memory: for tests that need a real terminal and no host.
 * `FAKE_ACCOUNTS` says how many accounts, `FAKE_EVENTS` how many events a second; `FAKE_BEATS` names a file that gets a
 * byte ten times a second; `FAKE_LABELS` is a JSON list of names for the first accounts; with `FAKE_CRASH=1` SIGUSR2 makes it crash; with `FAKE_NEWS=1` a job ends and a question is asked.
 */
const terminal = prepareTerminal();
const [{ runScreen }, { createFakeHost }, { fakeJob }] = await Promise.all([
  import('../run-screen.tsx'),
  import('./fake-client.ts'),
  import('./fake-jobs.ts'),
]);
const host = createFakeHost({ accounts: Number(process.env['FAKE_ACCOUNTS'] ?? 10_000) });
const labels = JSON.parse(process.env['FAKE_LABELS'] ?? '[]') as string[];
host.roster.accounts = host.roster.accounts.map((account, index) => {
  const label = labels[index];
  return label === undefined ? account : { ...account, label, why: label, tags: [label] };
});
host.jobs = [fakeJob(), fakeJob({ id: 'j0', title: 'Wipe demo', state: 'done', createdAt: 0, running: [] })];
const perSecond = Number(process.env['FAKE_EVENTS'] ?? 0);
let seq = 0;
const beats = process.env['FAKE_BEATS'];
const timer = setInterval(() => {
  if (beats !== undefined) appendFileSync(beats, '.');
  for (let count = 0; count < perSecond / 10; count++)
    host.say({
      kind: 'event',
      event: {
        seq: ++seq,
        at: Date.now(),
        level: seq % 9 === 0 ? 'warn' : 'info',
        type: 'task.done',
        message: `user-${seq} checked`,
        plugin: 'demo',
      },
    });
}, 100);
if (process.env['FAKE_CRASH'] === '1')
  process.on('SIGUSR2', () => {
    throw new Error('a crash on purpose');
  });
if (process.env['FAKE_NEWS'] === '1')
  setTimeout(() => {
    host.say({ kind: 'job', job: fakeJob({ state: 'done' }) });
    host.say({
      kind: 'prompts',
      prompts: [
        {
          id: 'p1',
          kind: 'otp',
          title: 'code from the mail',
          plugin: 'demo',
          job: 'j1',
          task: 't',
          account: 'a7',
          label: 'user-00007',
          text: null,
          hasImage: false,
          createdAt: Date.now(),
          expiresAt: Date.now() + 60_000,
        },
      ],
    });
  }, 500);
const end = await runScreen({
  client: host.client,
  terminal,
  version: '0.1.0',
  directory: '/data',
  stopHost: async () => {},
});
clearInterval(timer);
// Nothing else keeps the process: it ends by itself, as the real one does.
if (end !== 'hung-up') process.stdout.write(`ended: ${end}\n`);
