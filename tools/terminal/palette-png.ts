import { crc32, deflateSync } from 'node:zlib';
import type { Picture } from '@muster/sdk/ui';

/** Colours of a palette at most. Pictures of terminals have some dozen, and shades of them at the edges of letters. */
const MOST_COLORS = 256;
/** Bits of a channel that are kept: shades nearer to each other than that look the same. */
const KEPT_BITS = 0xf8;

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

const distance = (a: number, b: number): number =>
  ((a >> 16) - (b >> 16)) ** 2 + (((a >> 8) & 255) - ((b >> 8) & 255)) ** 2 + ((a & 255) - (b & 255)) ** 2;

/** The colours that occur most, and for each colour the number of the nearest of them. */
function paletteOf(colors: Uint32Array): { palette: readonly number[]; indexOf: (color: number) => number } {
  const counts = new Map<number, number>();
  for (const color of colors) counts.set(color, (counts.get(color) ?? 0) + 1);
  const palette = [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, MOST_COLORS)
    .map(([color]) => color);
  const known = new Map(palette.map((color, index) => [color, index]));
  return {
    palette,
    indexOf(color) {
      let index = known.get(color);
      if (index === undefined) {
        index = 0;
        for (let at = 1; at < palette.length; at++)
          if (distance(palette[at] as number, color) < distance(palette[index] as number, color)) index = at;
        known.set(color, index);
      }
      return index;
    },
  };
}

/** An opaque picture as a PNG of at most 256 colours: a third of the bytes of one with all colours. */
export function palettePng({ width, height, rgba }: Picture): Buffer {
  const channel = (value: number): number => Math.min(255, (value & KEPT_BITS) | (value >> 5));
  const colors = Uint32Array.from({ length: width * height }, (_, at) => {
    const [red = 0, green = 0, blue = 0] = [rgba[at * 4], rgba[at * 4 + 1], rgba[at * 4 + 2]].map((value) => channel(value ?? 0));
    return (red << 16) | (green << 8) | blue;
  });
  const { palette, indexOf } = paletteOf(colors);
  const rows = Buffer.alloc((width + 1) * height);
  for (let at = 0; at < colors.length; at++)
    rows[Math.floor(at / width) * (width + 1) + 1 + (at % width)] = indexOf(colors[at] as number);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits, by palette; no interlace.
  header.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flatMap((color) => [color >> 16, (color >> 8) & 255, color & 255]))),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', new Uint8Array()),
  ]);
}
