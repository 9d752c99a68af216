import { once } from 'node:events';
import { createServer } from 'node:net';

// Below the ports that a system gives to connections: one of those may be taken again while a host is killed and started.
const FIRST = 20_000;
const COUNT = 10_000;

/** A port of 127.0.0.1 that nobody has now. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    const server = createServer().listen(port, '127.0.0.1');
    const free = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!free) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}
