import { chmod, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { isIP } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { MusterError } from '@muster/sdk';
import type { Hono } from 'hono';
import type { Door, HostEnv } from './caller.ts';
import { serveWebSockets, type WebSockets } from './web-socket.ts';

export interface Listener {
  /** Path of the socket, or `address:port`. */
  readonly address: string;
  /** Takes no new connections; ends those that are idle at once, the others after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** `door` is asked at each request, since the port of a TCP door is known only when it is bound. */
function createServer(app: Hono<HostEnv>, door: () => Door): { readonly server: Server; readonly sockets: WebSockets } {
  const server = createAdaptorServer({
    fetch: (request) => app.fetch(request, { door: door() }),
    overrideGlobalObjects: false,
    // An upload may take as long as it takes; headers may not.
    serverOptions: { requestTimeout: 0, headersTimeout: 15_000 },
  }) as Server;
  return { server, sockets: serveWebSockets(server, (request) => app.fetch(request, { door: door() })) };
}

const closing =
  ({ server, sockets }: ReturnType<typeof createServer>) =>
  async (graceMs: number): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    const timer = setTimeout(() => {
      server.closeAllConnections();
      sockets.close();
    }, graceMs);
    await closed;
    clearTimeout(timer);
  };

/** Only by the holder of the directory's lock: what is found at the path was left by a host that is dead. */
export async function listenOnSocket(app: Hono<HostEnv>, path: string): Promise<Listener> {
  await rm(path, { force: true });
  const made = createServer(app, () => ({ kind: 'local' }));
  const { server } = made;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => resolve());
  });
  await chmod(path, 0o600);
  const close = closing(made);
  return {
    address: path,
    async close(graceMs) {
      await close(graceMs);
      await rm(path, { force: true });
    },
  };
}

/** `127.0.0.1:8080`, `[::1]:0`, `localhost:8080` or a port. BAD_INPUT for anything but loopback. */
export function parseTcp(text: string): { readonly host: string; readonly port: number } {
  const [, name = '', digits = ''] = /^(?:(\[[0-9a-f:]+\]|[\w.-]+):)?(\d{1,5})$/i.exec(text) ?? [];
  const host = name === '' || name.toLowerCase() === 'localhost' ? '127.0.0.1' : name.replaceAll(/[[\]]/g, '');
  const loopback = host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
  if (digits === '' || Number(digits) > 65_535 || !loopback) {
    throw new MusterError(
      'BAD_INPUT',
      `--tcp ${text}: the host listens on loopback only, such as 127.0.0.1:7777. To reach it from elsewhere use ssh -L.`,
    );
  }
  return { host, port: Number(digits) };
}

export async function listenOnTcp(app: Hono<HostEnv>, where: string): Promise<Listener> {
  const { host, port } = parseTcp(where);
  let door: Door = { kind: 'tcp', hosts: new Set() };
  const made = createServer(app, () => door);
  const { server } = made;
  server.maxConnections = 512;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (thrown: NodeJS.ErrnoException) => {
      const why = thrown.code === 'EADDRINUSE' ? 'another program listens there. Take another port' : thrown.message;
      reject(new MusterError('UNAVAILABLE', `Cannot listen on ${where}: ${why}.`, { cause: thrown }));
    });
    server.listen({ host, port, exclusive: true }, () => resolve());
  });
  const bound = server.address();
  const actual = typeof bound === 'object' && bound ? bound.port : port;
  const own = host.includes(':') ? `[${host}]` : host;
  door = { kind: 'tcp', hosts: new Set([own, 'localhost'].map((name) => (actual === 80 ? name : `${name}:${actual}`))) };
  return { address: `${own}:${actual}`, close: closing(made) };
}
