import { crc32, deflateSync } from 'node:zlib';
import { renderToString } from 'ink';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { expect, test } from 'vitest';
import { pictureRows } from './picture-rows.ts';
import { type Picture, pictureSize, readPicture, readPng } from './picture.ts';
import { PictureView } from './picture-view.tsx';
import { createTheme } from './theme.ts';

type Pixel = readonly [red: number, green: number, blue: number, opacity: number];

function pngOf(width: number, height: number, pixel: (x: number, y: number) => Pixel): Buffer {
  const image = new PNG({ width, height });
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) image.data.set(pixel(x, y), (y * width + x) * 4);
  return PNG.sync.write(image);
}
const RED: Pixel = [255, 0, 0, 255];
const BLUE: Pixel = [0, 0, 255, 255];
const NOTHING: Pixel = [0, 0, 0, 0];
const readRows = async (png: Buffer, options: { columns: number; rows: number; theme: ReturnType<typeof createTheme> }) =>
  pictureRows(await readPng(png), options);

test('two points over each other are one cell, in the colours that the terminal has', async () => {
  const png = pngOf(1, 2, (_, y) => (y === 0 ? RED : BLUE));
  const rowsAt = (depth: 4 | 8 | 24): Promise<string[]> =>
    readRows(png, { columns: 10, rows: 10, theme: createTheme({ colors: true, ascii: false, depth }) });
  expect(await rowsAt(24)).toEqual(['\u001b[38;2;255;0;0;48;2;0;0;255m▀\u001b[0m']);
  expect(await rowsAt(8)).toEqual(['\u001b[38;5;196;48;5;21m▀\u001b[0m']);
  expect(await rowsAt(4)).toEqual(['\u001b[91;44m▀\u001b[0m']);
});

test('without colours there are blocks, without half blocks letters, and no sequence in either', async () => {
  const png = pngOf(40, 20, (x) => [x * 6, x * 6, x * 6, 255]);
  const plain = await readRows(png, { columns: 40, rows: 10, theme: createTheme({ colors: false, ascii: false }) });
  expect(plain.join('')).toMatch(/^[ ▀▄█]{400}$/);
  expect(plain[0]?.at(0)).toBe(' ');
  expect(plain[0]?.at(-1)).toBe('█');
  const ascii = await readRows(png, { columns: 40, rows: 10, theme: createTheme({ colors: false, ascii: true }) });
  expect(ascii[0]).toMatch(/^ {2}[ -~]{38}$/);
  expect(ascii[0]).toContain('=');
});

test('what is transparent lies on white', async () => {
  const png = pngOf(2, 2, () => NOTHING);
  const theme = createTheme({ colors: true, ascii: false, depth: 8 });
  expect(await readRows(png, { columns: 5, rows: 5, theme })).toEqual(['\u001b[48;5;231m  \u001b[0m']);
});

test('a picture keeps its proportions, is never enlarged, and says how far it was reduced', () => {
  expect(pictureSize({ width: 200, height: 60 }, 220, 40)).toEqual({ columns: 200, rows: 30, scale: 1 });
  expect(pictureSize({ width: 200, height: 60 }, 100, 40)).toEqual({ columns: 100, rows: 15, scale: 0.5 });
  expect(pictureSize({ width: 60, height: 200 }, 100, 20)).toEqual({ columns: 12, rows: 20, scale: 0.2 });
  expect(pictureSize({ width: 10_000, height: 1 }, 50, 20)).toMatchObject({ columns: 50, rows: 1 });
});

test('a thin line of a reduced picture is still seen', async () => {
  const png = pngOf(300, 100, (x) => (x === 150 ? [0, 0, 0, 255] : [255, 255, 255, 255]));
  const rows = await readRows(png, { columns: 75, rows: 30, theme: createTheme({ colors: true, ascii: false, depth: 24 }) });
  expect(new Set(rows[3]?.match(/48;2;\d+/g)).size).toBe(2);
});

test('greys are read as colours', async () => {
  const grey = PNG.sync.write(PNG.sync.read(pngOf(3, 3, () => [128, 128, 128, 255])), { colorType: 0 });
  const { rgba } = await readPng(grey);
  expect([...rgba.subarray(0, 4)]).toEqual([128, 128, 128, 255]);
});

const chunk = (type: string, data: Buffer): Buffer => {
  const named = Buffer.concat([Buffer.from(type), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
};
/** A grey PNG of 8 by 8 pixels whose lines are interlaced, with this inside. */
function interlaced(inside: Buffer, more: readonly Buffer[] = []): Buffer {
  const header = Buffer.from([0, 0, 0, 8, 0, 0, 0, 8, 8, 0, 0, 0, 1]);
  const signature = pngOf(1, 1, () => RED).subarray(0, 8);
  const rest = [...more, chunk('IDAT', deflateSync(inside)), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([signature, chunk('IHDR', header), ...rest]);
}

test('a small file that would grow beyond its size is refused before it is unpacked', async () => {
  // 64 pixels, and a byte for each of the 15 lines of the seven passes.
  expect(await readPng(interlaced(Buffer.alloc(64 + 15)))).toMatchObject({ width: 8, height: 8 });
  await expect(readPng(interlaced(Buffer.alloc(50_000_000)))).rejects.toMatchObject({ code: 'TOO_LARGE' });
  const huge = chunk('IHDR', Buffer.from([0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff, 8, 0, 0, 0, 0]));
  await expect(readPng(interlaced(Buffer.alloc(79), [huge]))).rejects.toMatchObject({ code: 'BAD_INPUT' });
});

test('a JPEG that goes over its picture again and again is refused before it is decoded', async () => {
  const once = Buffer.from(jpeg.encode({ width: 8, height: 8, data: Buffer.alloc(256, 9) }, 90).data);
  const scan = once.subarray(once.indexOf(Buffer.from([0xff, 0xda])), -2);
  const times = (count: number): Buffer =>
    Buffer.concat([once.subarray(0, -2), ...Array.from({ length: count - 1 }, () => scan), once.subarray(-2)]);
  expect(await readPicture(times(20))).toMatchObject({ width: 8, height: 8 });
  await expect(readPicture(times(1_000))).rejects.toMatchObject({ code: 'TOO_LARGE' });
});

test('what is no picture, damaged or too large is refused with words', async () => {
  const png = pngOf(20, 20, () => RED);
  await expect(readPng(Buffer.from('GIF89a'))).rejects.toMatchObject({ code: 'WRONG_TYPE' });
  await expect(readPng(new Uint8Array())).rejects.toMatchObject({ code: 'WRONG_TYPE' });
  for (const length of [34, 45, png.length - 20])
    await expect(readPng(png.subarray(0, length))).rejects.toMatchObject({ code: 'BAD_INPUT' });
  const flipped = Buffer.from(png);
  flipped[45] = (flipped[45] as number) ^ 255;
  await expect(readPng(flipped)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  const huge = Buffer.from(png);
  huge.writeUInt32BE(1_000_000, 16);
  await expect(readPng(huge)).rejects.toMatchObject({ code: 'TOO_LARGE' });
  const empty = Buffer.from(png);
  empty.writeUInt32BE(0, 16);
  await expect(readPng(empty)).rejects.toMatchObject({ code: 'BAD_INPUT' });
});

test('a JPEG is read as well, and given to terminals as a PNG', async () => {
  const { data } = PNG.sync.read(pngOf(32, 16, (x) => (x < 16 ? RED : BLUE)));
  const bytes = new Uint8Array(jpeg.encode({ width: 32, height: 16, data }, 95).data);
  const { width, height, rgba, png } = await readPicture(bytes);
  expect([width, height, PNG.sync.read(Buffer.from(png)).width]).toEqual([32, 16, 32]);
  const [left, right] = [rgba.subarray(0, 4), rgba.subarray(31 * 4, 32 * 4)].map((pixel) => [...pixel].map((one) => one > 128));
  expect([left, right]).toEqual([
    [true, false, false, true],
    [false, false, true, true],
  ]);
  for (const length of [3, 60, 200, bytes.length - 10])
    await expect(readPicture(bytes.subarray(0, length))).rejects.toMatchObject({ code: 'BAD_INPUT' });
  const huge = Buffer.from(bytes);
  // Height and width stand behind the marker of the frame.
  huge.writeUInt32BE(0xffff_ffff, huge.indexOf(Buffer.from([0xff, 0xc0])) + 5);
  await expect(readPicture(huge)).rejects.toMatchObject({ code: 'TOO_LARGE' });
  expect((await readPicture(pngOf(2, 2, () => RED))).width).toBe(2);
});

test('it is drawn in the middle of its area', () => {
  const picture: Picture = { width: 2, height: 2, rgba: new Uint8Array(16).fill(255), png: new Uint8Array() };
  const lines = renderToString(<PictureView picture={picture} width={10} height={3} />, { columns: 10 }).split('\n');
  expect(lines).toHaveLength(3);
  expect(lines[1]?.startsWith('    \u001b[')).toBe(true);
});
