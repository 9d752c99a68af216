import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openConsole, type ConsoleDriver } from './terminal/console-driver.ts';
import { toPng } from './terminal/png.ts';
import { toSvg } from './terminal/svg.ts';

/** Pictures of the program as it runs: a fresh data folder, the demo, a job over it. Text in an SVG stays text, so changes show in a diff. */
const SIZES = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 36 },
  { columns: 200, rows: 60 },
] as const;
const FOLDER = fileURLToPath(new URL('../docs/pictures/', import.meta.url));
/** A dialog ignores the keys of its first moments. */
const DIALOG_MS = 400;
const SETTLE_MS = 700;

interface Scene {
  readonly name: string;
  readonly show: (console: ConsoleDriver) => ConsoleDriver;
}

/** From wherever the one before it left the screen. */
const SCENES: readonly Scene[] = [
  { name: 'home', show: (console) => console.press('1').see(/Providers/) },
  { name: 'accounts', show: (console) => console.press('2').see(/of 40/).press('g', 'j', 'j') },
  { name: 'account', show: (console) => console.press('enter').see('History') },
  {
    name: 'actions',
    show: (console) =>
      console
        .press('esc')
        .see(/of 40/)
        .press('x')
        .see(/Actions on/),
  },
  {
    name: 'palette',
    show: (console) =>
      console
        .press('esc')
        .miss(/Actions on/)
        .press(':')
        .see(/Command ─/),
  },
  {
    name: 'filter',
    show: (console) =>
      console
        .press('esc')
        .miss(/Command ─/)
        .press('/')
        .press('level>=30')
        .press('enter')
        .see(/level>=30/)
        .pause(DIALOG_MS),
  },
  {
    name: 'jobs',
    show: (console) =>
      console
        .press('esc')
        .see(/of 40/)
        .press('3')
        .see(/❯ +Check/),
  },
  { name: 'pool', show: (console) => console.press('5').see('Next out') },
  { name: 'sessions', show: (console) => console.press('4').see('Sessions ─') },
  { name: 'gateway', show: (console) => console.press('6').see('Gateway ─') },
  { name: 'proxies', show: (console) => console.press('7').see('Proxies ─') },
  { name: 'inbox', show: (console) => console.press('8').see('Needs you') },
  { name: 'logs', show: (console) => console.press('9').see('Logs ─') },
  { name: 'hooks', show: (console) => console.press('H').see('Hooks ─').see('Nobody is told') },
  { name: 'plugins', show: (console) => console.press('0').see('Plugins ─').see('loaded') },
  {
    name: 'settings',
    show: (console) =>
      console
        .press(',')
        .see('[terminal]')
        .see(/opened by|size/),
  },
  {
    name: 'help',
    show: (console) =>
      console
        .press('2')
        .see(/of 40/)
        .press('?')
        .see(/Keys ·/),
  },
];

/** Where the roster is said to be; the folder it is in has another name each time. */
const SHOWN = '/home/operator/rosters/main';
const shown = (text: string): string => text.replaceAll(folder, SHOWN.padEnd(folder.length, '-').slice(0, folder.length));

async function picture(console: ConsoleDriver, name: string): Promise<void> {
  await console.pause(SETTLE_MS);
  const svg = shown(toSvg(console.terminal.emulator));
  await writeFile(join(FOLDER, `${name}.svg`), svg);
  await writeFile(join(FOLDER, `${name}.png`), await toPng(svg));
}

async function takePictures(directory: string): Promise<void> {
  await using console = openConsole(['--data', directory], { columns: 120, rows: 36 });
  await console.see(/home/).press('2').see('No accounts yet');
  for (const { columns, rows } of SIZES) {
    await console.resize(columns, rows);
    await picture(console, `empty-${columns}x${rows}`);
  }
  await console
    .press('d')
    .see('Which provider?')
    .pause(DIALOG_MS)
    .press('j', 'j')
    .see(/❯ +Pokémon pool/)
    .press('enter')
    .see(/of 40/);
  await console
    .press('a')
    .see('40 marked')
    .press('x')
    .see('Actions on')
    .pause(DIALOG_MS)
    .press('enter')
    .see('Tasks')
    .see(/ 100% /);
  await console
    .press('2')
    .see(/of 40/)
    .press('u')
    .press('/')
    .press('level>=30')
    .press('enter')
    .see(/level>=30/)
    .press('esc')
    .see(/of 40/);
  for (const { columns, rows } of SIZES) {
    await console.resize(columns, rows).pause(SETTLE_MS);
    for (const { name, show } of SCENES) {
      await show(console);
      await picture(console, `${name}-${columns}x${rows}`);
    }
    await console.press('esc').pause(300);
  }
  await console.press('ctrl-c').see('stop the host').pause(400).press('X');
  await console.terminal.exited();
}

const folder = await mkdtemp(join(tmpdir(), 'muster-pictures-'));
try {
  await mkdir(FOLDER, { recursive: true });
  // Its name stands in the title.
  await takePictures(join(folder, 'roster'));
} finally {
  await rm(folder, { recursive: true, force: true });
}
