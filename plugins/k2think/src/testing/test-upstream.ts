import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface TestUpstream extends AsyncDisposable {
  /** What points the plugin there. */
  readonly config: { readonly baseUrl: string };
  readonly asked: readonly Asked[];
}

/** A service that answers with whatever a test says, which the simulator would not. */
export async function openUpstream(answer: (response: ServerResponse, asked: Asked) => void): Promise<TestUpstream> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const one = { headers: request.headers, body: Buffer.concat(pieces) };
      asked.push(one);
      answer(response, one);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    config: { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` },
    asked,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
