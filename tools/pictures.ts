import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openConsole, type ConsoleDriver } from './terminal/console-driver.ts';
import { toPng, toSvg } from './terminal/svg.ts';

/** Pictures of the program as it runs: a fresh data folder, the demo, a job over it. Text in an SVG stays text, so changes show in a diff. */
const SIZES = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 36 },
  { columns: 200, rows: 60 },
] as const;
const FOLDER = new URL('../docs/pictures/', import.meta.url).pathname;
/** What is shown at all sizes; the rest at one. */
const EVERY_SIZE = new Set(['home', 'accounts', 'jobs']);
/** A dialog ignores the keys of its first moments. */
const DIALOG_MS = 400;
const SETTLE_MS = 700;

interface Scene {
  readonly name: string;
  readonly show: (console: ConsoleDriver) => ConsoleDriver;
}

const SCENES: readonly Scene[] = [
  {
    name: 'home',
    show: (console) =>
      console
        .press('esc')
        .pause(100)
        .press('1')
        .see(/Providers/),
  },
  { name: 'accounts', show: (console) => console.press('2').see(/of 40/) },
  {
    name: 'actions',
    show: (console) =>
      console
        .press('2')
        .see(/of 40/)
        .press('x')
        .see(/Actions on/),
  },
  {
    name: 'palette',
    show: (console) =>
      console
        .press('esc')
        .pause(300)
        .press(':')
        .see(/Command/),
  },
  { name: 'jobs', show: (console) => console.press('esc').pause(300).press('3').see(/Jobs/) },
  { name: 'pool', show: (console) => console.press('5').see(/pool/) },
  {
    name: 'plugins',
    show: (console) =>
      console
        .press('0')
        .see(/Plugins ─/)
        .see('loaded'),
  },
  {
    name: 'settings',
    show: (console) =>
      console
        .press(',')
        .see('This terminal')
        .see(/opened by/),
  },
  { name: 'logs', show: (console) => console.press('9').see(/Logs/) },
  { name: 'help', show: (console) => console.press('2').see(/of 40/).press('?').see(/Keys/) },
];

async function picture(console: ConsoleDriver, name: string): Promise<string> {
  await console.pause(SETTLE_MS);
  const svg = toSvg(console.terminal.emulator);
  await writeFile(join(FOLDER, `${name}.svg`), svg);
  return svg;
}

async function takePictures(directory: string): Promise<void> {
  await using console = openConsole(['--data', directory], { columns: 120, rows: 36 });
  await console.see(/home/).press('2').see('No accounts yet');
  await picture(console, 'empty-120x36');
  await console.press('d').see(/of 40/);
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
    for (const { name, show } of columns === 120 ? SCENES : SCENES.filter((scene) => EVERY_SIZE.has(scene.name))) {
      await show(console);
      const svg = await picture(console, `${name}-${columns}x${rows}`);
      if (name === 'home' && columns === 120) await writeFile(join(FOLDER, 'home.png'), await toPng(svg));
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
