import { expect, test } from 'vitest';
import { createFakeHost } from '../../testing/fake-client.ts';
import { fakeSchedule } from '../../testing/fake-schedules.ts';
import { openConsole } from '../../testing/open-console.ts';

const dialogListens = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 300));

test('jobs show what runs by the clock, with its next time, and s pauses it', async () => {
  const host = createFakeHost({ accounts: 2 });
  host.schedules = [fakeSchedule({ lastProblem: 'left out: its last run still went on' })];
  await using console = await openConsole({ screen: 'jobs', host, columns: 140, rows: 40 });
  await console.see('By the clock');
  await console.see(/nightly check +daily at 02:30 \(Africa\/Algiers\)/);
  await console.see('its last run still went on');
  await console.send('s');
  await console.see('esc closes');
  await dialogListens();
  await console.send('\r');
  await console.see('pause: its times go by');
  await dialogListens();
  await console.send('p');
  await console.see('nightly check: paused');
  expect(host.calls.find(({ operation }) => operation === 'editSchedule')?.args).toEqual({
    params: { id: 's1' },
    body: { paused: true },
  });
});

test('without schedules the jobs have the whole screen, and s makes one', async () => {
  const host = createFakeHost({ accounts: 2 });
  await using console = await openConsole({ screen: 'jobs', host, columns: 100, rows: 30 });
  await console.see('none yet');
  await console.send('s');
  await console.see('What is to run by the clock?');
  await dialogListens();
  await console.send('\r');
  await console.see('Check · all 2 accounts');
  await console.send('2', '\u0004');
  await console.see('daily 02:30');
  await console.send('tomorrow', '\u0004');
  await console.see('not understood');
  await console.send('\u0015', 'daily 2:30', '\u0004');
  await console.see(/next at/);
  host.say({ kind: 'changed', list: 'schedules' });
  await console.see('By the clock');
  expect(host.calls.find(({ operation }) => operation === 'addSchedule')?.args.body).toEqual({
    plugin: 'demo',
    action: 'check',
    input: { attempts: 2, deep: false },
    selection: { plugin: 'demo', all: true },
    when: { kind: 'cron', pattern: '30 2 * * *', timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone },
    missed: 'run',
  });
});

test('the dialog of an action plans it with what was typed, for the accounts that are chosen', async () => {
  const host = createFakeHost({ accounts: 2 });
  await using console = await openConsole({ screen: 'accounts', host, columns: 100, rows: 30 });
  await console.see('user-00001');
  await console.send('x');
  await console.see('Actions on');
  await dialogListens();
  await console.send('\r');
  await console.see('ctrl-t: by the clock');
  await console.send('\u0014');
  await console.see('needed');
  await console.send('3', '\u0014');
  await console.see('By the clock · Check · user-00000');
  await console.send('every 2h', '\u0004');
  await console.see('new: daily at 02:30');
  const body = host.calls.find(({ operation }) => operation === 'addSchedule')?.args.body;
  expect(body).toMatchObject({ input: { attempts: 3 }, selection: { ids: ['a0'], plugin: 'demo' }, when: { kind: 'every' } });
});

test('when something runs is changed with what it was before it', async () => {
  const host = createFakeHost({ accounts: 2 });
  host.schedules = [fakeSchedule()];
  await using console = await openConsole({ screen: 'jobs', host, columns: 140, rows: 40 });
  await console.see('nightly check');
  await console.send('s');
  await console.see('esc closes');
  await dialogListens();
  await console.send('\r');
  await console.see('change when it runs');
  await dialogListens();
  await console.send('e');
  await console.see(/when \*.*daily 02:30/);
  await console.send('\u0015', 'weekdays 9:00', '\u0004');
  await console.miss('Change nightly check');
  expect(host.calls.find(({ operation }) => operation === 'editSchedule')?.args.body).toEqual({
    when: { kind: 'cron', pattern: '0 9 * * 1-5', timeZone: 'Africa/Algiers' },
    missed: 'run',
    name: 'nightly check',
  });
});

test('n on the jobs runs an action over all accounts of a plugin, after a second key', async () => {
  const host = createFakeHost({ accounts: 2 });
  await using console = await openConsole({ screen: 'jobs', host, columns: 100, rows: 30 });
  await console.see('none yet');
  await console.send('n');
  await console.see('What is to run?');
  await dialogListens();
  await console.send('\r');
  await console.see('by the clock: once');
  await dialogListens();
  await console.send('n');
  await console.see('Check · all 2 accounts');
  await console.send('2', '\u0004');
  await console.see('started Check demo');
  const { body } = host.calls.find(({ operation }) => operation === 'runAction')?.args ?? {};
  expect(body?.['selection']).toEqual({ plugin: 'demo', all: true });
});
