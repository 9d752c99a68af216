import { inflateSync } from 'node:zlib';
import { MusterError } from '../errors.ts';

/** Encoders write about ten, seldom twenty. */
const MOST_SCANS = 64;
const START_OF_SCAN = Buffer.from([0xff, 0xda]);
/** Of a pixel at most: four channels of 16 bits. */
const PIXEL_BYTES = 8;
const PASSES = 7;
const CHUNK_FRAME = 12;

/** A progressive JPEG goes over the whole picture once for each scan, and a scan takes 30 bytes. TOO_LARGE. */
export function refuseJpegBomb(jpeg: Buffer): void {
  let scans = 0;
  for (let at = jpeg.indexOf(START_OF_SCAN); at !== -1; at = jpeg.indexOf(START_OF_SCAN, at + 2)) scans += 1;
  if (scans > MOST_SCANS)
    throw new MusterError('TOO_LARGE', `The picture is a JPEG of ${scans} scans; at most ${MOST_SCANS} are read.`);
}

/** pngjs bounds what it inflates by the size in the first chunk, but not where lines are interlaced, and takes a later header for the first. TOO_LARGE. */
export function refusePngBomb(png: Buffer): void {
  const [width, height, isInterlaced] = [png.readUInt32BE(16), png.readUInt32BE(20), png[28] !== 0];
  const packed: Buffer[] = [];
  let headers = 0;
  for (let at = 8; at + CHUNK_FRAME <= png.length;) {
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    if (type === 'IHDR') headers += 1;
    if (type === 'IDAT') packed.push(png.subarray(at + 8, at + 8 + length));
    at += CHUNK_FRAME + length;
  }
  if (headers > 1) throw new MusterError('BAD_INPUT', 'The picture is a PNG with two headers; take it anew.');
  if (!isInterlaced) return;
  try {
    inflateSync(Buffer.concat(packed), { maxOutputLength: width * height * PIXEL_BYTES + height * PASSES });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') return;
    throw new MusterError('TOO_LARGE', 'The picture is a PNG that holds more than its size says.', { cause });
  }
}
