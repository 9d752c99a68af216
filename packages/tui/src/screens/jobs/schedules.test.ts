import type { Schedule } from '@muster/api';
import { expect, test } from 'vitest';
import { createFakeHost } from '../../testing/fake-client.ts';
import { openConsole } from '../../testing/open-console.ts';

const nightly: Schedule = {
  id: 's1',
  name: 'nightly check',
  plugin: 'demo',
  action: 'check',
  input: {},
  concurrency: null,
  when: { kind: 'cron', pattern: '30 2 * * *', timeZone: 'Africa/Algiers' },
  whenText: 'daily at 02:30 (Africa/Algiers)',
  missed: 'run',
  paused: false,
  nextAt: Date.now() + 3_600_000,
  lastAt: null,
  lastJob: null,
  lastProblem: 'left out: its last run still went on',
  actor: 'local',
  createdAt: 0,
};

test('jobs show what runs by the clock, with its next time, and s pauses it', async () => {
  const host = createFakeHost({ accounts: 2 });
  host.schedules = [nightly];
  await using console = await openConsole({ screen: 'jobs', host, columns: 140, rows: 40 });
  await console.see('By the clock');
  await console.see(/nightly check +daily at 02:30 \(Africa\/Algiers\)/);
  await console.see('its last run still went on');
  await console.send('s');
  await console.see('esc closes');
  await new Promise((resolve) => setTimeout(resolve, 300));
  await console.send('\r');
  await console.see('pause: its times go by');
  await new Promise((resolve) => setTimeout(resolve, 300));
  await console.send('p');
  await console.see('nightly check: paused');
  expect(host.calls.find(({ operation }) => operation === 'editSchedule')?.args).toEqual({
    params: { id: 's1' },
    body: { paused: true },
  });
});

test('without schedules the jobs have the whole screen, and s says how one is made', async () => {
  await using console = await openConsole({ screen: 'jobs', host: createFakeHost(), columns: 100, rows: 30 });
  await console.see('none yet');
  await console.send('s');
  await console.see('muster schedules add');
});
