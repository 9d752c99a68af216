import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ConsoleDriver, openConsole } from './console-driver.ts';
import { bundleFakeScreen, type ScreenBundle } from './screen-bundle.ts';

let bundle: ScreenBundle;
beforeAll(async () => {
  bundle = await bundleFakeScreen();
});
afterAll(() => bundle[Symbol.asyncDispose]());

/** Names that would steer a terminal, were they sent as they are. */
const NAMES = [
  'evil\u001b[31m\u001b]0;title\u0007\u001b[2J',
  'c1\u009b31m\u0090q\u009c',
  'bell\u0007back\u0008\u007fspace\u000b\u000c',
  'rtl\u202eabc\u2066\u200b\u2028',
  'tab\tline\nbreak\rnul\u0000',
  '漢字'.repeat(30),
];
// oxlint-disable-next-line no-control-regex -- terminals speak in control characters
const SEQUENCE = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*\u0007|[^[\]])/g;
// oxlint-disable-next-line no-control-regex -- what is looked for
const STEERING = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
/** Colours, moves to a place, erasing to the end of a line or of everything, and whole frames. */
const DRAWING = [/^\[[\d;]*m$/, /^\[\d*(?:;\d+)?H$/, /^\[\d+G$/, /^\[K$/, /^\[2J$/, /^\[\?2026[hl]$/];
const MODES = /^\[\?(\d+)([hl])$/;

/** All of it is drawing, modes, or text without control characters; answers with the modes in their order. */
function modesOf(raw: string): string[] {
  const sequences = Array.from(raw.matchAll(SEQUENCE), ([sequence]) => sequence.slice(1));
  const modes = sequences.filter((sequence) => !DRAWING.some((known) => known.test(sequence)));
  for (const mode of modes) expect(mode).toMatch(MODES);
  // Lines of a frame that is drawn whole are parted by a new line.
  expect(raw.replace(SEQUENCE, '').replaceAll(/\r+\n/g, '')).not.toMatch(STEERING);
  return modes;
}

/** Every screen, dialogs, marks, a filter, a redraw. */
const everywhere = (console: ConsoleDriver): ConsoleDriver =>
  console
    .see('Providers')
    .press('2')
    .see('user-00009')
    .press('j', 'j', ' ', 'v', 'j', 'v', 'x')
    .see('Actions on')
    .pause(300)
    .press('esc')
    .miss('Actions on')
    .press('enter', 'esc', '3', '5', '8', '9', '0', ',', '?')
    .see('Keys')
    .press('2', ':')
    .see('Command')
    .press('esc', '/', 'evil')
    .see(/ \/ evil/)
    .press('esc')
    .press('ctrl-l')
    .see('user-00009');

test('a recording holds drawing and nothing else, whatever accounts are called', async () => {
  await using console = openConsole([], { program: bundle.program, env: { FAKE_LABELS: JSON.stringify(NAMES) } });
  await everywhere(console).press('q');
  expect(await console.terminal.exited()).toBe(0);
  const modes = modesOf(console.terminal.raw.replace('ended: left\r\n', ''));
  // What is switched on is switched off, once, and nothing else is touched.
  const switched = modes.filter((mode) => !mode.startsWith('[?25') || mode.startsWith('[?25l'));
  expect(switched).toEqual(['[?1049h', '[?25l', '[?7l', '[?2004h', '[?2004l', '[?7h', '[?1049l']);
  expect(modes.at(-1)).toBe('[?25h');
});

test('leaving sends nothing but the last frame and what gives the terminal back', async () => {
  await using console = openConsole([], { program: bundle.program });
  await console.see('Providers');
  await console.terminal.calm();
  const before = console.terminal.raw.length;
  await console.press('q');
  await console.terminal.exited();
  expect(Buffer.byteLength(console.terminal.raw.slice(before))).toBeLessThan(200);
});

test('a terminal that was in another mode is given back as it was', async () => {
  await using shell = openConsole(['-c', 'stty -icanon -echo intr ^P; stty -g; "$NODE" "$PROGRAM"; stty -g'], {
    file: '/bin/sh',
    env: { NODE: process.execPath, PROGRAM: bundle.program },
  });
  await shell.see('Providers').press('2').see('user-00009').press('q');
  await shell.terminal.exited();
  const settings = shell.terminal.raw.match(/[0-9a-f]+(?::[0-9a-f]+){15,}/g);
  expect(settings).toHaveLength(2);
  expect(settings?.[1]).toBe(settings?.[0]);
});
