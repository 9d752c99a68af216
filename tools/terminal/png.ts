import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findBrowser } from '@muster/sdk/browser';
import { readPng } from '@muster/sdk/ui';
import { palettePng } from './palette-png.ts';

const run = promisify(execFile);
const SIZE = /<svg[^>]* width="([\d.]+)" height="([\d.]+)"/;

/** An SVG as Chromium draws it. */
export async function toPng(svg: string): Promise<Uint8Array> {
  const [, width = '0', height = '0'] = SIZE.exec(svg) ?? [];
  const { path } = await findBrowser({ lean: true });
  const folder = await mkdtemp(join(tmpdir(), 'muster-png-'));
  try {
    const page = join(folder, 'page.html');
    const picture = join(folder, 'picture.png');
    await writeFile(page, `<!doctype html><meta charset="utf-8"><style>body{margin:0}svg{display:block}</style>${svg}`);
    await run(path, [
      '--headless',
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--hide-scrollbars',
      `--user-data-dir=${join(folder, 'profile')}`,
      `--window-size=${Math.ceil(Number(width))},${Math.ceil(Number(height))}`,
      `--screenshot=${picture}`,
      `file://${page}`,
    ]);
    return palettePng(await readPng(await readFile(picture)));
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
