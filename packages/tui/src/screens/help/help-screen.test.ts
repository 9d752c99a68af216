import { expect, test } from 'vitest';
import { openConsole } from '../../testing/open-console.ts';

test.each([
  [120, 36],
  [80, 24],
])('keys are searched by what they do, and enter runs what was found where one came from, on %i by %i', async (columns, rows) => {
  await using console = await openConsole({ screen: 'accounts', columns, rows });
  await console.see('of 10 000');
  await console.send('?');
  await console.see('Keys · accounts');
  await console.send('/', 'invert', '\u007f'.repeat(6), 'mark all');
  const screen = await console.see(/❯ +a +mark all that the filter finds/);
  expect(screen).toMatch(/1 of \d+/);
  expect(screen).toContain('run it');
  await console.send('\r');
  await console.see('10 000 marked');
});

test('letters of a search are no keys, a search that finds nothing says so, and esc leads back to all keys', async () => {
  await using console = await openConsole({ screen: 'accounts' });
  await console.see('of 10 000');
  await console.send('?', '/', 'q12zz');
  await console.see('no key does that here');
  await console.send('\r', '\u001b');
  await console.see('Keys · accounts');
  await console.miss('no key does that here');
  expect(console.ends).toEqual([]);
  await console.send('\u001b');
  await console.see('of 10 000');
});

test('what cannot run now says so instead of running', async () => {
  await using console = await openConsole({ screen: 'accounts' });
  await console.see('of 10 000');
  await console.send('?', '/', 'take back the last', '\r');
  await console.see('There is nothing to take back');
});

test('without arrows to draw, keys have their names', async () => {
  await using console = await openConsole({ screen: 'accounts', env: { TERM: 'linux', LANG: 'C' } });
  await console.see('of 10 000');
  await console.send('?');
  await console.see(/ down j +next row/);
  await console.see(/ enter right +/);
});
