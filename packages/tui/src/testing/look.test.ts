import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULT_LOOK, lookFrom, themeOf } from '../state/look.ts';
import { lookFile, readLook, writeLook } from '../state/look-file.ts';
import { terminalFacts } from '../terminal/terminal-facts.ts';
import { openConsole } from './open-console.ts';

const FACTS = { TERM: 'xterm-256color', LANG: 'C.UTF-8' };

test('a theme is seen at once where it is chosen, and given up again', async () => {
  await using console = await openConsole({ screen: 'settings' });
  await console.see('[terminal]');
  await console.send('\r');
  await console.see('[dark]');
  await console.send(' ', ' ', ' ');
  await console.see('[mono]');
  await console.send('\u007f');
  await console.see('[contrast]');
  await console.send('d');
  await console.see('[terminal]');
});

test('borders and glyphs are drawn as chosen', async () => {
  await using console = await openConsole({ screen: 'settings' });
  await console.see('[round]');
  await console.send('j', 'j', '\r');
  await console.see('┌─');
  await console.send('k', '\r', '\r');
  const screen = await console.see('[ascii]');
  expect(screen).toMatch(/^[ -~\n]*$/);
});

test('at 80 columns the line of the pointer stays in view', async () => {
  await using console = await openConsole({ screen: 'settings', columns: 80, rows: 20 });
  await console.see('❯ theme');
  await console.send('G');
  await console.see(/❯ ci/);
  await console.send('g');
  await console.see('❯ theme');
});

test('what the terminal cannot do is not chosen into being', () => {
  const look = lookFrom({ theme: 'dark', glyphs: 'unicode' });
  expect(themeOf(look, terminalFacts({ ...FACTS, NO_COLOR: '1' })).colors).toBe(false);
  expect(themeOf(look, terminalFacts({ TERM: 'xterm' })).ascii).toBe(false);
  expect(themeOf(look, terminalFacts({ TERM: 'xterm', MUSTER_GLYPHS: 'ascii' })).ascii).toBe(true);
  expect(themeOf(lookFrom({ glyphs: 'ascii' }), terminalFacts(FACTS)).ascii).toBe(true);
});

test('the look is kept in a file of this user; one that is damaged or foreign is as none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-look-'));
  try {
    const file = lookFile({ XDG_CONFIG_HOME: folder });
    expect(readLook(file)).toEqual(DEFAULT_LOOK);
    writeLook(file, lookFrom({ theme: 'light', mouse: 'on' }));
    expect(readLook(file)).toEqual({ ...DEFAULT_LOOK, theme: 'light', mouse: 'on' });
    expect(await readFile(file, 'utf8')).toContain('"theme": "light"');
    for (const text of ['{"theme": "plaid", "mouse": 7, "borders": "square"}', '{', 'null', '[]', '']) {
      await writeFile(file, text);
      expect(readLook(file).theme).toBe('terminal');
    }
    expect(lookFrom({ borders: 'square', mouse: 7 })).toEqual({ ...DEFAULT_LOOK, borders: 'square' });
  } finally {
    await rm(folder, { recursive: true });
  }
  expect(lookFile({ HOME: '/home/op', XDG_CONFIG_HOME: 'relative' })).toBe('/home/op/.config/muster/screen.json');
});
