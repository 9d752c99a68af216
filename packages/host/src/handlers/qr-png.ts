import { promisify } from 'node:util';
import { crc32, deflate } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Light modules around the code that its standard asks for. */
const QUIET = 4;

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const piece = Buffer.alloc(body.length + 8);
  piece.writeUInt32BE(data.length, 0);
  body.copy(piece, 4);
  piece.writeUInt32BE(crc32(body), body.length + 4);
  return piece;
}

/** Grey of one bit a point, each row after a filter byte of 0. */
async function png(edge: number, isLight: (x: number, y: number) => boolean): Promise<Buffer> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(edge, 0);
  header.writeUInt32BE(edge, 4);
  header[8] = 1;
  const stride = Math.ceil(edge / 8) + 1;
  const rows = Buffer.alloc(stride * edge);
  for (let y = 0; y < edge; y += 1) {
    for (let x = 0; x < edge; x += 1) {
      const at = y * stride + 1 + (x >> 3);
      if (isLight(x, y)) rows[at] = (rows[at] ?? 0) | (0x80 >> (x & 7));
    }
  }
  const data = await promisify(deflate)(rows);
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}

/** A text of at most 2,953 bytes as the picture of a QR code, `scale` points a module, with its quiet zone. */
export async function qrPng(text: string, scale: number): Promise<Buffer> {
  const { default: createCode } = await import('qrcode-generator');
  const code = createCode(0, 'L');
  code.addData(Buffer.from(text).toString('latin1'), 'Byte');
  code.make();
  const modules = code.getModuleCount();
  const isLight = (x: number, y: number): boolean => {
    const [column, row] = [Math.floor(x / scale) - QUIET, Math.floor(y / scale) - QUIET];
    const inside = column >= 0 && row >= 0 && column < modules && row < modules;
    return !inside || !code.isDark(row, column);
  };
  return png((modules + 2 * QUIET) * scale, isLight);
}
