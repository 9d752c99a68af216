import createCode from 'qrcode-generator';
import { MusterError } from '../errors.ts';

/** Light modules around the code that its standard asks for (ISO/IEC 18004); readers of phones are content with two. */
const QUIET = 4;
const LEAST_QUIET = 2;
/** Bytes that the largest code holds at the lowest correction. */
const MOST_BYTES = 2_953;

export interface QrSize {
  readonly columns: number;
  readonly rows: number;
}

/** A QR code with error correction L: the fewest modules, and so the smallest drawing. */
export interface Qr {
  /** Along an edge, without the quiet zone. */
  readonly modules: number;
  /** False outside of the code. */
  readonly isDark: (row: number, column: number) => boolean;
  /** Cells that a drawing takes; without `quiet`, with the least quiet zone that readers are content with. */
  readonly size: (quiet?: number) => QrSize;
  readonly fits: (columns: number, rows: number) => boolean;
  /** The widest quiet zone, in modules, that fits, at most what the standard asks for; undefined when none does. */
  readonly quietIn: (columns: number, rows: number) => number | undefined;
}

export interface QrOptions {
  /** A terminal without half blocks: a module is two cells side by side. */
  readonly ascii?: boolean;
}

/** Throws BAD_INPUT for a text of no or of more than 2,953 bytes. */
export function createQr(text: string, { ascii = false }: QrOptions = {}): Qr {
  const bytes = Buffer.byteLength(text);
  if (bytes === 0 || bytes > MOST_BYTES)
    throw new MusterError(
      'BAD_INPUT',
      `A QR code holds 1 to ${MOST_BYTES.toLocaleString('en')} bytes, not ${bytes.toLocaleString('en')}; give a shorter text.`,
    );
  const code = createCode(0, 'L');
  code.addData(Buffer.from(text).toString('latin1'), 'Byte');
  code.make();
  const modules = code.getModuleCount();
  const isInside = (at: number): boolean => at >= 0 && at < modules;
  const size = (quiet = LEAST_QUIET): QrSize => {
    const edge = modules + 2 * quiet;
    return ascii ? { columns: 2 * edge, rows: edge } : { columns: edge, rows: Math.ceil(edge / 2) };
  };
  const quietIn = (columns: number, rows: number): number | undefined => {
    for (let quiet = QUIET; quiet >= LEAST_QUIET; quiet--) {
      const needed = size(quiet);
      if (needed.columns <= columns && needed.rows <= rows) return quiet;
    }
    return undefined;
  };
  return {
    modules,
    isDark: (row, column) => isInside(row) && isInside(column) && code.isDark(row, column),
    size,
    fits: (columns, rows) => quietIn(columns, rows) !== undefined,
    quietIn,
  };
}
