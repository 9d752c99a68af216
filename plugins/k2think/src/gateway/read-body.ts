import type { IncomingMessage } from 'node:http';
import type { GatewayError } from './answer-error.ts';

const tooLong = (limit: number): GatewayError => ({
  status: 413,
  code: 'request_too_large',
  message: `The request is longer than ${limit} bytes (setting maxBodyBytes).`,
});

/** The whole body, or why not. Undefined when the client went away before all was here. */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer | GatewayError | undefined> {
  const { 'content-length': length, 'content-encoding': encoding = 'identity' } = request.headers;
  if (encoding !== 'identity')
    return Promise.resolve({ status: 415, code: 'unsupported_encoding', message: `content-encoding ${encoding} is not taken.` });
  if (Number(length) > limit) return Promise.resolve(tooLong(limit));
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    let size = 0;
    request.on('data', (piece: Buffer) => {
      size += piece.length;
      if (size > limit) {
        request.removeAllListeners('data').resume();
        return resolve(tooLong(limit));
      }
      pieces.push(piece);
    });
    request.on('end', () => resolve(pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces)));
    request.on('close', () => resolve(undefined));
    request.on('error', () => resolve(undefined));
  });
}
