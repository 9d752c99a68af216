import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ConsoleDriver, type ConsoleOptions, openConsole } from './console-driver.ts';
import { bundleFakeScreen, type ScreenBundle } from './screen-bundle.ts';
import { TerminalProcess } from './terminal-process.ts';
import { toSvg } from './svg.ts';

let bundle: ScreenBundle;
let folder: string;
beforeAll(async () => {
  bundle = await bundleFakeScreen();
  folder = await mkdtemp(join(tmpdir(), 'muster-beats-'));
});
afterAll(async () => {
  await bundle[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const open = (options: ConsoleOptions = {}): ConsoleDriver => openConsole([], { program: bundle.program, ...options });
const ALTERNATE_OFF = '\u001b[?1049l';
const CURSOR_ON = '\u001b[?25h';

test('keys typed before the first frame are not echoed into it, and none is lost', async () => {
  await using console = open();
  console.terminal.press('2', 'j', 'j', 'j');
  await console.see(/❯ +user-00003/);
  expect(console.terminal.line(0)).toMatch(/^ muster .*accounts/);
  expect(console.terminal.line(35)).toContain('help');
});

test('an escape sequence that arrives in two pieces is one key', async () => {
  await using console = open();
  await console
    .see('Providers')
    .press('2')
    .see('user-00000')
    .press('\u001b')
    .pause(30)
    .press('[B')
    .see(/❯ +user-00001/);
});

test('leaving gives the terminal back as it was', async () => {
  await using console = open();
  await console.see('Providers').press('q');
  expect(await console.terminal.exited()).toBe(0);
  expect(console.terminal.raw).toContain(ALTERNATE_OFF);
  expect(console.terminal.raw.lastIndexOf(CURSOR_ON)).toBeGreaterThan(console.terminal.raw.lastIndexOf('\u001b[?25l'));
  expect(console.terminal.screen()).toContain('ended: left');
});

test.each(['SIGTERM', 'SIGHUP'] as const)('%s ends the screen and gives the terminal back', async (signal) => {
  await using console = open();
  await console.see('Providers');
  process.kill(console.terminal.pid, signal);
  await console.terminal.exited();
  expect(console.terminal.raw).toContain(ALTERNATE_OFF);
});

test('a crash gives the terminal back and shows what happened', async () => {
  await using console = open({ env: { FAKE_CRASH: '1' } });
  await console.see('Providers');
  process.kill(console.terminal.pid, 'SIGUSR2');
  expect(await console.terminal.exited()).not.toBe(0);
  expect(console.terminal.raw).toContain(ALTERNATE_OFF);
  expect(console.terminal.screen()).toContain('a crash on purpose');
});

test('in a CI, where there is a terminal, the screen is drawn with its colours', async () => {
  await using console = open({ env: { CI: '1' } });
  await console.see('Providers').press('2').see('user-00000');
  expect(console.terminal.raw).toContain('\u001b[36m');
});

test('a theme and the mouse are kept for the next time, and the mouse is given back', async () => {
  const env = { XDG_CONFIG_HOME: join(folder, 'config') };
  {
    await using console = open({ env });
    await console.see('Providers').press(',').see('[terminal]').press('enter').see('[dark]');
    expect(console.terminal.raw).toContain('38;5;117');
    expect(console.terminal.raw).not.toContain('\u001b[?1000h');
    await console.press('j', 'j', 'j', 'enter').see('[on]').press('q');
    await console.terminal.exited();
    expect(console.terminal.raw).toContain('\u001b[?1006l\u001b[?1000l');
  }
  await using console = open({ env });
  // A press on a tab.
  await console.see('Providers').press('\u001b[<0;12;2M').see('user-00000');
  expect(console.terminal.raw.indexOf('\u001b[?1000h')).toBeGreaterThan(0);
  expect(console.terminal.raw).toContain('38;5;117');
});

test('resizes leave a whole screen', async () => {
  await using console = open({ env: { FAKE_EVENTS: '50' } });
  await console.see('Providers').press('2').see('user-00000');
  for (const [columns, rows] of [
    [160, 45],
    [60, 15],
    [80, 24],
    [200, 60],
    [80, 24],
  ] as const)
    await console.resize(columns, rows).pause(40);
  const isWhole = (): boolean => console.terminal.line(0).startsWith(' muster') && console.terminal.line(23).includes('help');
  await console.terminal.until(() => isWhole() && console.terminal.screen().includes('of 10 000 · circle'), 'a whole screen');
});

test('Ctrl-L draws over what another program left on the screen', async () => {
  await using console = open();
  await console.see('Providers');
  await new Promise<void>((resolve) => console.terminal.emulator.write('\u001b[5;5Hgarbage from elsewhere', resolve));
  expect(console.terminal.screen()).toContain('garbage');
  await console.press('ctrl-l').miss('garbage').see('Providers').press('2').see('user-00000');
});

test('Ctrl-Z goes to the shell, fg comes back, and no key is lost', async () => {
  await using shell = new TerminalProcess('/bin/bash', ['--norc', '-i'], {
    env: { PS1: 'shell> ', PROGRAM: bundle.program, NODE: process.execPath },
  });
  const see = (text: string): Promise<void> => shell.until((screen) => screen.includes(text), `not seen: ${text}`);
  await see('shell>');
  shell.write('"$NODE" "$PROGRAM"\r');
  await see('Providers');
  shell.press('ctrl-z');
  await see('Stopped');
  shell.write('echo typed-1234567890\r');
  await see('\ntyped-1234567890');
  shell.write('fg\r');
  await see('Providers');
  shell.write('2jj');
  await shell.until((screen) => /❯ +user-00002/.test(screen), 'the keys after fg');
  shell.write('q');
  await see('ended: left');
});

test('a terminal that takes nothing does not stop the program, and is right again afterwards', async () => {
  const beats = join(folder, 'beats');
  await using console = open({ columns: 200, rows: 60, env: { FAKE_EVENTS: '500', FAKE_BEATS: beats } });
  const count = async (): Promise<number> => (await stat(beats)).size;
  await console.see('Providers').press('9').see('level info+');
  console.terminal.stall();
  // Every one of these draws most of the screen anew: far more together than the terminal and the kernel hold.
  for (let turn = 0; turn < 40; turn++) {
    console.terminal.press('1', '2', '9');
    await console.pause(20);
  }
  // The program beats ten times a second as long as its loop turns: so many beats come only when no write blocks it.
  const before = await count();
  while ((await count()) < before + 20) await console.pause(50);
  console.terminal.press('2', 'G');
  const waiting = console.terminal.raw.length;
  console.terminal.release();
  await console.see(/❯ +user-09999/);
  expect(console.terminal.raw.length - waiting).toBeLessThan(400_000);
});

test.each([
  ['q', (console: ConsoleDriver) => console.terminal.press('q')],
  ['a hang-up', (console: ConsoleDriver) => process.kill(console.terminal.pid, 'SIGHUP')],
])('%s ends the program while the terminal takes nothing', async (_, leave) => {
  await using console = open({ columns: 200, rows: 60, env: { FAKE_EVENTS: '500' } });
  await console.see('Providers');
  console.terminal.stall();
  for (let turn = 0; turn < 100; turn++) {
    console.terminal.press('1', '2', '9');
    await console.pause(20);
  }
  leave(console);
  await console.terminal.exited();
});

test('two hundred random resizes under load leave a whole screen', async () => {
  await using console = open({ env: { FAKE_EVENTS: '50' } });
  await console.see('Providers').press('2').see('user-00000');
  let seed = 3;
  const next = (low: number, high: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return low + Math.floor((seed / 2_147_483_648) * (high - low));
  };
  for (let count = 0; count < 200; count++) await console.resize(next(20, 220), next(5, 70)).pause(next(0, 12));
  await console.resize(120, 36);
  const isWhole = (): boolean => console.terminal.line(0).startsWith(' muster') && console.terminal.line(35).includes('help');
  await console.terminal.until(() => isWhole() && console.terminal.screen().includes('of 10 000 · circle'), 'a whole screen');
  const { terminal } = console;
  const shown = (): string => terminal.screen().replaceAll(/\b\d\d:\d\d\b/g, 'the time');
  const clears = (): number => terminal.raw.split('\u001b[2J').length;
  let before: string;
  do {
    before = shown();
    await console.pause(400);
  } while (shown() !== before);
  const cleared = clears();
  await console.press('ctrl-l');
  await terminal.until(() => clears() > cleared && shown() === before, 'the same, drawn anew');
});

test('five thousand keys pasted without bracketed paste are five thousand keys', async () => {
  await using console = open();
  await console
    .see('Providers')
    .press('2')
    .see('user-00000')
    .press('j'.repeat(5_000))
    .see(/❯ +user-05000/);
});

test('keys held down over a line of 20 kB a second lose nothing, and the screen is right soon after', async () => {
  await using console = open({ columns: 160, rows: 45, env: { FAKE_EVENTS: '50' } });
  await console.see('Providers').press('2').see('user-00000');
  const { terminal } = console;
  terminal.throttle(20_000);
  for (let key = 0; key < 120; key++) {
    terminal.press('j');
    await console.pause(33);
  }
  const pressed = terminal.raw.length;
  await console.see(/❯ +user-00120/);
  // Frames that the line could not carry were never sent: what it still carries after the last key is little.
  expect(terminal.raw.length - pressed).toBeLessThan(80_000);
});

test('a screen becomes a picture whose text stays text', async () => {
  await using console = open({ columns: 80, rows: 24 });
  await console.see('Providers');
  const svg = toSvg(console.terminal.emulator);
  expect(svg).toContain('Providers');
});
