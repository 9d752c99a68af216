import { expect, test } from 'vitest';
import { createFakeHost } from '../../testing/fake-client.ts';
import { fakeRotation } from '../../testing/fake-live.ts';
import { openConsole } from '../../testing/open-console.ts';

test('6 shows totals, the last minute, and the window of each account', async () => {
  const host = createFakeHost({ accounts: 5 });
  const rotation = fakeRotation(24);
  const [first, ...others] = rotation.figures;
  host.rotations = [{ ...rotation, figures: first ? [{ ...first, restUntil: Date.now() + 9_000_000 }, ...others] : [] }];
  await using console = await openConsole({ host, columns: 130, rows: 36 });
  await console.send('6');
  await console.see('rotation least-used');
  await console.see('10 in 1m00s each');
  await console.see(/90 req\/min +█/);
  await console.see(/served 1 204 +failed 7/);
  await console.see(/❯ lab-00 +○ cooling .* 2h\d\dm/);
  await console.see(/lab-01 +◆ busy +█░+ 1\/10/);
  await console.see(/lab-10 +○ full +█+ 10\/10/);
  await console.see('23 free of 24');
  host.rotations = [fakeRotation(24, { strategy: 'priority' })];
  await console.see('rotation priority');
});

test('a list of thousands is asked for in pieces, around the pointer', async () => {
  const host = createFakeHost({ accounts: 5 });
  host.rotations = [fakeRotation(5_000)];
  await using console = await openConsole({ host, screen: 'gateway', columns: 130, rows: 36 });
  await console.see('lab-00');
  await console.send('G');
  await console.see(/❯ lab-4999/);
  const asked = host.calls.filter(({ operation }) => operation === 'listRotations').map(({ args }) => args.query);
  expect(asked.every((query) => Number(query?.['limit']) <= 1_000)).toBe(true);
});

test('without a rotation it says how to come by one, and nobody is asked while another screen is shown', async () => {
  const host = createFakeHost({ accounts: 5 });
  await using console = await openConsole({ host, screen: 'gateway', columns: 80, rows: 24 });
  await console.see('No plugin spreads requests');
  await console.send('1');
  await console.see('Providers');
  const asked = (): number => host.calls.filter(({ operation }) => operation === 'listRotations').length;
  const before = asked();
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(asked()).toBe(before);
});
