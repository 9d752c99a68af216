import { crc32, deflateSync } from 'node:zlib';

const SIZE = 100;
/** Each digit in five columns and seven rows, a bit for each point. */
const DIGITS: readonly (readonly number[])[] = [
  [14, 17, 19, 21, 25, 17, 14],
  [4, 12, 4, 4, 4, 4, 14],
  [14, 17, 1, 2, 4, 8, 31],
  [31, 2, 4, 2, 1, 17, 14],
  [2, 6, 10, 18, 31, 2, 2],
  [31, 16, 30, 1, 1, 17, 14],
  [6, 8, 16, 30, 17, 17, 14],
  [31, 1, 2, 4, 8, 8, 8],
  [14, 17, 17, 14, 17, 17, 14],
  [14, 17, 17, 15, 1, 2, 12],
];
/** Paper, a line across it, and the inks. */
const PALETTE = [0xf2ead8, 0xb9a88a, 0x223344, 0x553322, 0x225533, 0x442255, 0x335555];

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}

/** One tile of a captcha as a PNG of 100 by 100 points: three digits that stand crooked, with a line through them. */
export function tilePng(text: string, at: number): Buffer {
  // A row is a filter byte and a palette index for each point.
  const rows = Buffer.alloc(SIZE * (SIZE + 1));
  const paint = (x: number, y: number, ink: number): void => {
    if (x >= 0 && x < SIZE && y >= 0 && y < SIZE) rows[y * (SIZE + 1) + 1 + x] = ink;
  };
  for (let x = 0; x < SIZE; x += 1) {
    const y = Math.round(50 + 25 * Math.sin((x + at * 20) / 25));
    for (let thick = 0; thick < 3; thick += 1) paint(x, y + thick, 1);
  }
  for (const [place, digit] of text.split('').entries()) {
    const left = 6 + place * 31;
    const top = 30 + ((at * 7 + place * 11) % 16) - 8;
    const slant = ((at * 5 + place * 3) % 5) - 2;
    for (const [row, bits] of (DIGITS[Number(digit)] ?? []).entries())
      for (let dot = 0; dot < 25; dot += 1)
        for (let column = 0; column < 5; column += 1)
          if ((bits >> (4 - column)) & 1)
            paint(
              left + column * 5 + (dot % 5) + Math.round((slant * row) / 3),
              top + row * 5 + Math.floor(dot / 5),
              2 + ((at + place) % 5),
            );
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(SIZE, 0);
  header.writeUInt32BE(SIZE, 4);
  header.writeUInt8(8, 8);
  header.writeUInt8(3, 9);
  const palette = Buffer.from(PALETTE.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('PLTE', palette),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
