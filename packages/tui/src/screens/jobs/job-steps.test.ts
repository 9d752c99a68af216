import { expect, test } from 'vitest';
import { createFakeHost } from '../../testing/fake-client.ts';
import { fakeJob } from '../../testing/fake-jobs.ts';
import { openConsole } from '../../testing/open-console.ts';

const steps = [
  { name: 'open form', count: 60, medianMs: 300 },
  { name: 'e-mail code', count: 55, medianMs: 98_000 },
];

test('a job shows how many of its tasks passed each step and how long one takes in the middle', async () => {
  const host = createFakeHost({ accounts: 3 });
  host.jobs = [fakeJob({ steps })];
  await using console = await openConsole({ host, screen: 'jobs' });
  await console.see(/open form +█+░+ +60 {2}median 0\.3 s/);
  await console.see(/e-mail code +█+░+ +55 {2}median 1m38s/);
  await console.send('\r');
  await console.see('Tasks · all');
  await console.see(/e-mail code +█+░+ +55 {2}median 1m38s/);
});

test('a job that names no steps has no heading for them', async () => {
  const host = createFakeHost({ accounts: 3 });
  host.jobs = [fakeJob({ steps: [] })];
  await using console = await openConsole({ host, screen: 'jobs' });
  expect(await console.see('same in a script')).not.toContain('Steps');
});
