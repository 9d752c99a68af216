import type { IncomingMessage } from 'node:http';
import type { Fetch } from './fetch.ts';

const NO_BODY = new Set([204, 205, 304]);

/**
 * `fetch` over a unix socket. Built on `node:http`, which costs a third of what loading an HTTP client library does, and which reads an
 * answer while the request's body is still being sent. The path is asked for at each request, since a new host may have another.
 */
export function unixFetch(socketPath: string | (() => string | Promise<string>)): Fetch {
  return async (url, init = {}) => {
    const path = typeof socketPath === 'string' ? socketPath : await socketPath();
    const [http, stream] = await Promise.all([import('node:http'), import('node:stream')]);
    const { signal, body } = init;
    signal?.throwIfAborted();
    const target = new URL(url);
    const request = http.request({
      socketPath: path,
      method: init.method ?? 'GET',
      path: target.pathname + target.search,
      headers: {
        ...Object.fromEntries(new Headers(init.headers)),
        host: 'localhost',
        // Else the host closes as soon as it has answered, and the answer to an upload that it stopped reading can be lost.
        ...(body instanceof ReadableStream ? { connection: 'keep-alive' } : {}),
      },
      // A connection for each call: nothing to keep alive, and no race with a host that closes an idle one.
      agent: false,
      ...(signal ? { signal } : {}),
    });
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve);
      // Stays after the answer came: a host that stops reading an upload must not end this process.
      request.on('error', reject);
    });
    if (body instanceof ReadableStream) {
      // Ends the source when the host stops listening; its failure comes as the request's error, unless the answer is there already.
      stream.pipeline(stream.Readable.fromWeb(body as never), request, () => undefined);
    } else request.end(body as string | Uint8Array | undefined);
    const incoming = await answered;
    // What was not sent until then nobody wants any more.
    incoming.once('end', () => request.destroy());
    const status = incoming.statusCode ?? 500;
    const headers = new Headers();
    for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, String(value));
    if (NO_BODY.has(status)) incoming.resume();
    return new Response(NO_BODY.has(status) ? null : (stream.Readable.toWeb(incoming) as ReadableStream<Uint8Array>), {
      status,
      headers,
    });
  };
}
