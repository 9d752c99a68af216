import type { IncomingMessage, ServerResponse } from 'node:http';

const MAX_BODY = 64 * 1024 * 1024;

/** The JSON of a request; undefined when it is none. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request) {
    pieces.push(piece as Buffer);
    size += (piece as Buffer).length;
    if (size > MAX_BODY) throw new Error('the body is too long');
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString('utf8'));
  } catch {
    return undefined;
  }
}

export function answer(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string | readonly string[]>> = {},
): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' && body.startsWith('<') ? 'text/html' : 'application/json';
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text), ...headers }).end(text);
}

/** Resolves early, with false, when the client goes away. */
export const pause = (ms: number, response: ServerResponse): Promise<boolean> =>
  ms === 0
    ? Promise.resolve(true)
    : new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(timer);
          response.off('close', end);
          resolve(!response.destroyed);
        };
        const timer = setTimeout(end, ms);
        response.on('close', end);
      });
