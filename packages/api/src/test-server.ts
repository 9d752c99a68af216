import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TestServer extends AsyncDisposable {
  readonly path: string;
  readonly answer: (listener: RequestListener) => void;
  /** Cuts every connection, as a host that is killed does. */
  readonly cut: () => void;
}

/** A server on a unix socket in a temporary folder. */
export async function openTestServer(first: RequestListener): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-api-'));
  const path = join(folder, 's');
  let listener = first;
  const server = createServer((request, response) => listener(request, response));
  await new Promise<void>((resolve) => server.listen(path, () => resolve()));
  return {
    path,
    answer: (next) => void (listener = next),
    cut: () => server.closeAllConnections(),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
