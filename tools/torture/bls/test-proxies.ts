import { createServer, request, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';

/** A plain HTTP proxy on this machine. */
export interface TestProxy extends AsyncDisposable {
  readonly address: string;
  /** Requests that went through. */
  readonly served: () => number;
}

export async function openTestProxy(): Promise<TestProxy> {
  let served = 0;
  const server: Server = createServer((incoming, response) => {
    served += 1;
    const onward = request(incoming.url ?? '', { method: incoming.method ?? 'GET', headers: incoming.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(response);
    });
    // What breaks behind it breaks in front of it.
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  server.on('connect', (incoming, socket, head) => {
    served += 1;
    const [host = '', port = '443'] = (incoming.url ?? '').split(':');
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    served: () => served,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A port where nobody listens (any more). */
export async function deadAddress(): Promise<string> {
  const proxy = await openTestProxy();
  await proxy[Symbol.asyncDispose]();
  return proxy.address;
}
