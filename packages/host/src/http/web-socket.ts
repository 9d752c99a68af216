import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { STATUS_CODES } from 'node:http';
import type { WebSocket, WebSocketServer } from 'ws';

const WATCH_PATH = '/v1/watch';
/** What clients say is not read; a large message is no mistake of theirs. */
const MAX_PAYLOAD = 4_096;
const GOING_AWAY = 1_001;
const INTERNAL_ERROR = 1_011;

export interface WebSockets {
  /** Ends those that are left. */
  close(): void;
}

/**
 * `/v1/watch` for clients that speak WebSocket: the same request, with the same doors, tokens and topics, answered by `fetch` as a
 * stream of server-sent events, each of which becomes one text message.
 */
export function serveWebSockets(server: Server, fetch: (request: Request) => Response | Promise<Response>): WebSockets {
  const open = new Set<WebSocket>();
  let made: Promise<WebSocketServer> | undefined;
  // Loaded for the first client: most hosts never see one.
  const sockets = (): Promise<WebSocketServer> =>
    (made ??= import('ws').then(
      (ws) => new ws.WebSocketServer({ noServer: true, maxPayload: MAX_PAYLOAD, perMessageDeflate: false }),
    ));

  const serve = async (incoming: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const url = new URL(incoming.url ?? '/', 'http://localhost');
    if (url.pathname !== WATCH_PATH || incoming.method !== 'GET')
      return refuse(socket, 404, `Only ${WATCH_PATH} can be watched.`);
    const gone = new AbortController();
    const response = await fetch(new Request(url, { headers: headersOf(incoming), signal: gone.signal }));
    if (response.status !== 200 || !response.body) return refuse(socket, response.status, await response.text());
    const { body } = response;
    const upgrader = await sockets();
    upgrader.handleUpgrade(incoming, socket, head, (client) => {
      open.add(client);
      client.on('error', () => undefined);
      client.on('close', () => {
        open.delete(client);
        gone.abort();
      });
      void forward(body, client);
    });
    // A handshake that is none is answered by the upgrader, and nobody reads the stream.
    if (socket.destroyed) await body.cancel();
  };

  server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => undefined);
    serve(incoming, socket, head).catch(() => refuse(socket, 500, 'The connection could not be made.'));
  });
  return {
    close() {
      for (const client of open) client.terminate();
    },
  };
}

/** The request as its sender meant it; what concerns the connection itself is left out. */
function headersOf({ headers }: IncomingMessage): Headers {
  const kept = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (name === 'connection' || name === 'upgrade' || value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) kept.append(name, one);
  }
  return kept;
}

function refuse(socket: Duplex, status: number, body: string): void {
  if (socket.destroyed) return;
  const bytes = Buffer.from(body);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}`,
    'Connection: close',
    `Content-Type: ${body.startsWith('{') ? 'application/json' : 'text/plain'}`,
    `Content-Length: ${bytes.length}`,
  ];
  socket.end(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), bytes]));
}

/** One message an event; nothing more is read while the client has not taken the last. A line without an event is a sign of life. */
async function forward(body: ReadableStream<Uint8Array>, client: WebSocket): Promise<void> {
  const reader = body.getReader();
  client.on('close', () => void reader.cancel().catch(() => undefined));
  const send = (text: string): Promise<void> =>
    new Promise((resolve, reject) => client.send(text, (error) => (error ? reject(error) : resolve())));
  try {
    const decoder = new TextDecoder();
    let rest = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const events = (rest + decoder.decode(value, { stream: true })).split('\n\n');
      rest = events.pop() ?? '';
      for (const event of events) {
        if (event.startsWith('data: ')) await send(event.slice('data: '.length));
        else client.ping();
      }
    }
    client.close(GOING_AWAY);
  } catch {
    client.close(INTERNAL_ERROR);
    await reader.cancel().catch(() => undefined);
  }
}
