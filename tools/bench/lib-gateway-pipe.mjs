// The least that a proxy on undici can do: the request as it came, the answer piece by piece. No accounts, no limits.
import { createServer } from 'node:http';
import { Pool } from 'undici';

const pool = new Pool(process.env.UPSTREAM, { connections: 64, pipelining: 1 });

const server = createServer((request, response) => {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    const { host: _, connection: __, ...headers } = request.headers;
    pool
      .stream(
        { path: request.url, method: request.method, headers, body: Buffer.concat(pieces) },
        ({ statusCode, headers: given }) => {
          const { connection: ___, 'keep-alive': ____, 'transfer-encoding': _____, ...rest } = given;
          return response.writeHead(statusCode, rest);
        },
      )
      .catch(() => response.destroy());
  });
});
server.keepAliveTimeout = 600_000;
server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log('ready'));
