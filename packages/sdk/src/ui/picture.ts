import { MusterError } from '../errors.ts';
import { type Rgb, rgb } from './cells.tsx';
import { refuseJpegBomb, refusePngBomb } from './picture-bombs.ts';

/** A picture in memory. */
export interface Picture {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Red, green, blue and opacity of each pixel, row by row. */
  readonly rgba: Uint8Array;
  /** As it came, a JPEG as a PNG: for terminals that draw pictures themselves. */
  readonly png: Uint8Array;
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** More than any terminal shows, and 64 MB in memory. */
const MOST_PIXELS = 16_000_000;
const MOST_JPEG_MB = 256;

const isJpeg = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;

/** Reads a PNG or a JPEG. Throws as `readPng` does. */
export async function readPicture(bytes: Uint8Array): Promise<Picture> {
  return isJpeg(bytes) ? readJpeg(bytes) : readPng(bytes);
}

async function readJpeg(bytes: Uint8Array): Promise<Picture> {
  refuseJpegBomb(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  const [{ default: pngjs }, { default: jpeg }] = await Promise.all([import('pngjs'), import('jpeg-js')]);
  try {
    const { width, height, data } = jpeg.decode(bytes, {
      useTArray: true,
      formatAsRGBA: true,
      tolerantDecoding: false,
      maxResolutionInMP: MOST_PIXELS / 1e6,
      maxMemoryUsageInMB: MOST_JPEG_MB,
    });
    const png = new pngjs.PNG({ width, height });
    png.data = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    return { width, height, rgba: data, png: pngjs.PNG.sync.write(png) };
  } catch (cause) {
    if (cause instanceof Error && /limit exceeded/.test(cause.message))
      throw new MusterError('TOO_LARGE', 'The picture is a JPEG of more than 16 megapixels, or needs too much memory.', {
        cause,
      });
    throw new MusterError('BAD_INPUT', 'The picture is a damaged JPEG; take it anew.', { cause });
  }
}

/** Reads a PNG. Throws WRONG_TYPE for what is none, TOO_LARGE over 16 megapixels, BAD_INPUT for one that is damaged. */
export async function readPng(bytes: Uint8Array): Promise<Picture> {
  const png = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (png.length < 33 || !png.subarray(0, 8).equals(SIGNATURE))
    throw new MusterError(
      'WRONG_TYPE',
      'The picture is neither PNG nor JPEG; give one whose first bytes are those of such a file.',
    );
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  if (width * height > MOST_PIXELS)
    throw new MusterError('TOO_LARGE', `The picture has ${width} by ${height} pixels; at most 16 megapixels are read.`);
  refusePngBomb(png);
  // A bundle gives a CommonJS module as its default alone.
  const { default: pngjs } = await import('pngjs');
  try {
    const { data } = pngjs.PNG.sync.read(png);
    return { width, height, rgba: data, png };
  } catch (cause) {
    throw new MusterError('BAD_INPUT', 'The picture is a damaged PNG; take it anew.', { cause });
  }
}

export interface PictureSize {
  readonly columns: number;
  readonly rows: number;
  /** Of the picture's own size: 1 is a point of the screen for each pixel. Below about 0.5 small letters cannot be read. */
  readonly scale: number;
}

/** How a picture is drawn in so many cells: as large as it is, or smaller with its proportions. */
export function pictureSize({ width, height }: Pick<Picture, 'width' | 'height'>, columns: number, rows: number): PictureSize {
  const scale = Math.min(1, columns / width, (rows * 2) / height);
  const points = (pixels: number, most: number): number => Math.min(most, Math.max(1, Math.round(pixels * scale)));
  return { columns: points(width, columns), rows: Math.ceil(points(height, rows * 2) / 2), scale };
}

/** Mean colours of the picture in a grid of points, row by row. What is not opaque lies on white. */
export function samplePicture(picture: Picture, columns: number, rows: number): Rgb[] {
  const points: Rgb[] = [];
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      points.push(
        meanOf(picture, {
          left: Math.floor((column * picture.width) / columns),
          right: Math.max(
            Math.floor((column * picture.width) / columns) + 1,
            Math.floor(((column + 1) * picture.width) / columns),
          ),
          top: Math.floor((row * picture.height) / rows),
          bottom: Math.max(Math.floor((row * picture.height) / rows) + 1, Math.floor(((row + 1) * picture.height) / rows)),
        }),
      );
  return points;
}

interface Region {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function meanOf({ rgba, width }: Picture, { left, right, top, bottom }: Region): Rgb {
  const sums = [0, 0, 0];
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) {
      const at = (y * width + x) * 4;
      const opacity = (rgba[at + 3] as number) / 255;
      for (let channel = 0; channel < 3; channel++)
        (sums[channel] as number) += (rgba[at + channel] as number) * opacity + 255 * (1 - opacity);
    }
  const count = (right - left) * (bottom - top);
  const [red, green, blue] = sums.map((sum) => Math.round(sum / count)) as [number, number, number];
  return rgb(red, green, blue);
}
