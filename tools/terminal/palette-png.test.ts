import { type Picture, readPng } from '@muster/sdk/ui';
import { expect, test } from 'vitest';
import { palettePng } from './palette-png.ts';

const picture = (width: number, height: number, colorAt: (at: number) => readonly number[]): Picture => ({
  width,
  height,
  rgba: Uint8Array.from(Array.from({ length: width * height }, (_, at) => [...colorAt(at), 255]).flat()),
  png: new Uint8Array(),
});

test('a picture of few colours is read back as it was', async () => {
  const colors = [
    [0, 0, 0],
    [255, 255, 255],
    [24, 24, 33],
  ];
  const given = picture(30, 20, (at) => colors[at % 3] ?? []);
  const { width, height, rgba } = await readPng(palettePng(given));
  expect([width, height]).toEqual([30, 20]);
  for (let at = 0; at < rgba.length; at++) expect(Math.abs((rgba[at] ?? 0) - (given.rgba[at] ?? 0))).toBeLessThan(9);
});

test('of many colours each becomes one that is near', async () => {
  const given = picture(64, 64, (at) => [(at % 64) * 4, Math.floor(at / 64) * 4, 128]);
  const png = palettePng(given);
  const { rgba } = await readPng(png);
  const mistakes = Array.from(rgba, (value, at) => Math.abs(value - (given.rgba[at] ?? 0)));
  expect(mistakes.reduce((sum, mistake) => sum + mistake, 0) / mistakes.length).toBeLessThan(30);
});
