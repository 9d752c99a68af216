import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ConsoleDriver, openConsole } from './console-driver.ts';
import { bundleFakeScreen, type ScreenBundle } from './screen-bundle.ts';

let bundle: ScreenBundle;
beforeAll(async () => {
  bundle = await bundleFakeScreen();
});
afterAll(() => bundle[Symbol.asyncDispose]());

const open = (env: Record<string, string> = { MUSTER_SCREEN_READER: '1' }): ConsoleDriver =>
  openConsole([], { program: bundle.program, env, columns: 200 });

test('for a reader of screens everything is a line of text, and nothing is drawn over', async () => {
  await using console = open();
  await console
    .see('muster, screen reader mode.')
    .press('2')
    .see('Accounts. 10 000 accounts.')
    .see('user-00000, ready')
    .press('j')
    .see('user-00001, ready')
    .press('jjj')
    .see('Item 5 of 10000.')
    .press('q')
    .see('ended: left');
  await console.terminal.exited();
  const { raw } = console.terminal;
  expect(raw).not.toContain('\u001b[?1049');
  // oxlint-disable-next-line no-control-regex -- the point is what a terminal is told
  expect(raw.replaceAll(/\u001b\[\?2004[hl]/g, '')).not.toMatch(/\u001b/);
  expect(raw).not.toMatch(/[╭│❯●]/);
  // Keys that come together say where they led.
  expect(raw).not.toContain('user-00003');
});

test('what is typed grows on one line, and a dialog says what each key does', async () => {
  await using console = open({ INK_SCREEN_READER: 'true' });
  await console
    .see('screen reader mode')
    .press('2')
    .see('user-00000')
    .press('/')
    .see('Filter:')
    .press('u')
    .pause(100)
    .press('ser-0001')
    .see('Filter: user-0001')
    .press('enter')
    .see('Accounts, filter user-0001. 10 accounts.')
    .press('R')
    .see('y: retire. Escape: back, nothing happens.')
    .pause(300)
    .press('y')
    .see('1 account retired');
  expect(console.terminal.raw.match(/Filter: u/g)).toHaveLength(1);
});

test('a question and the end of a job are said as they happen', async () => {
  await using console = open({ MUSTER_SCREEN_READER: '1', FAKE_NEWS: '1' });
  await console.see('Needs you: otp for user-00007. code from the mail.').see('Check demo is done: 50 done, 5 failed.');
});
