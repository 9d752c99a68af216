import { test } from 'vitest';
import { createFakeHost } from '../../testing/fake-client.ts';
import { fakeJob } from '../../testing/fake-jobs.ts';
import { openConsole } from '../../testing/open-console.ts';

test('a job that begins above the pointer takes no key that was meant for the one under it', async () => {
  const host = createFakeHost({ accounts: 2 });
  host.jobs = [fakeJob({ id: 'j1', title: 'First' })];
  await using console = await openConsole({ screen: 'jobs', host, columns: 120, rows: 36 });
  await console.see(/❯ +First/);
  host.say({ kind: 'job', job: fakeJob({ id: 'j2', title: 'Second', createdAt: 2 }) });
  await console.see('Second');
  await console.see(/❯ +First/);
  await console.send('X');
  await console.see('Cancel First?');
});
