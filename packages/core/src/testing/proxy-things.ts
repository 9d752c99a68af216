import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { connect, createServer, type AddressInfo, type Server as NetServer, type Socket } from 'node:net';
import { Server as ProxyServer } from 'proxy-chain';

/** Servers on loopback for tests; `close` ends them all, with what is connected. */
export interface ProxyThings {
  /** Tells the address that a request comes from, and the country, if one is given. */
  echo(answer?: (request: IncomingMessage) => { readonly status?: number; readonly body: string }): Promise<string>;
  /** `host:port` of an HTTP proxy. `exit`: the loopback address that it connects from. */
  http(options?: { readonly user?: string; readonly password?: string; readonly exit?: string }): Promise<string>;
  socks5(options?: { readonly user?: string; readonly password?: string }): Promise<string>;
  /** Accepts and never says a word. */
  blackHole(): Promise<string>;
  /** Accepts and says something that is no protocol of proxies. */
  stranger(text?: string): Promise<string>;
  /** Where nobody listens. */
  nobody(): Promise<string>;
  close(): Promise<void>;
}

export function openProxyThings(): ProxyThings {
  const closers: (() => Promise<unknown>)[] = [];

  async function listen(server: NetServer): Promise<string> {
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    });
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  return {
    async echo(answer) {
      const server = createHttpServer((request, response) => {
        const from = request.socket.remoteAddress?.replace('::ffff:', '') ?? '';
        const { status = 200, body } = answer?.(request) ?? { body: JSON.stringify({ ip: from }) };
        response.writeHead(status, { 'content-type': 'application/json' }).end(body);
      });
      return `http://${await listen(server)}/`;
    },
    async http({ user, password = '', exit } = {}) {
      const server = new ProxyServer({
        port: 0,
        host: '127.0.0.1',
        prepareRequestFunction: (request) => ({
          requestAuthentication: user !== undefined && (request.username !== user || request.password !== password),
          ...(exit !== undefined && { localAddress: exit }),
        }),
      });
      await server.listen();
      closers.push(() => server.close(true));
      return `127.0.0.1:${server.port}`;
    },
    socks5: ({ user, password = '' } = {}) => listen(createServer((socket) => void serveSocks(socket, user, password))),
    blackHole: () => listen(createServer(() => undefined)),
    stranger: (text = 'hello\r\n') => listen(createServer((socket) => socket.end(text))),
    async nobody() {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      await new Promise((resolve) => server.close(resolve));
      return `127.0.0.1:${port}`;
    },
    async close() {
      for (const close of closers.splice(0)) await close();
    },
  };
}

/** As much of RFC 1928 and 1929 as a test needs: CONNECT to an IPv4 address or a name. */
async function serveSocks(socket: Socket, user: string | undefined, password: string): Promise<void> {
  const next = (): Promise<Buffer> => new Promise((resolve) => socket.once('data', resolve));
  socket.on('error', () => undefined);
  await next();
  socket.write(Buffer.from([5, user === undefined ? 0 : 2]));
  if (user !== undefined) {
    const said = await next();
    const length = said[1] ?? 0;
    const name = said.subarray(2, 2 + length).toString();
    const word = said.subarray(3 + length).toString();
    const right = name === user && word === password;
    socket.write(Buffer.from([1, right ? 0 : 1]));
    if (!right) return void socket.end();
  }
  const wish = await next();
  const named = wish[3] === 3;
  const host = named ? wish.subarray(5, 5 + (wish[4] ?? 0)).toString() : [...wish.subarray(4, 8)].join('.');
  const port = wish.readUInt16BE(wish.length - 2);
  const onward = connect({ host, port });
  onward.on('error', () => socket.destroy());
  onward.on('connect', () => {
    socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
    socket.pipe(onward).pipe(socket);
  });
  socket.on('close', () => onward.destroy());
}
