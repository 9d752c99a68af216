import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** A service that people stay connected to: a line each way, over TCP on 127.0.0.1. */
export interface WireServer {
  readonly port: number;
  /** Names that are connected now, in the order in which they came. */
  connected(): readonly string[];
  /** Times that this name has connected. */
  visits(name: string): number;
  /** The phone scans what the name was shown last: it is logged in, now and later. */
  scan(name: string): void;
  /** Shows the name another code. */
  renew(name: string): void;
  /** Logged in without a scan. */
  know(...names: readonly string[]): void;
  /** Logged out on the phone. */
  forget(name: string): void;
  /** Cuts the line, as a broken network does. */
  cut(name: string): void;
  /** Sends a line to the name. */
  tell(name: string, line: string): void;
  /** The next so many connections are cut before a word is said. */
  refuse(times: number): void;
  /** From now on who comes waits at the door, until `welcome` lets one in. */
  hold(): void;
  /** How many wait at the door. */
  waiting(): number;
  welcome(): void;
  /** From now on nobody is answered (true), or everybody again. */
  mute(muted: boolean): void;
  /** What was sent through sessions, as `from: text`. */
  readonly sent: readonly string[];
  /** Names that said goodbye before they left. */
  readonly goodbyes: readonly string[];
  /** Names that came while they were connected already. */
  readonly doubles: readonly string[];
  close(): Promise<void>;
}

export async function openWireServer(): Promise<WireServer> {
  const lines = new Map<string, Socket>();
  const visits = new Map<string, number>();
  const known = new Set<string>();
  const sockets = new Set<Socket>();
  const sent: string[] = [];
  const goodbyes: string[] = [];
  const doubles: string[] = [];
  let refusals = 0;
  let muted = false;
  let held = false;
  const door: Socket[] = [];
  let codes = 0;

  const write = (name: string, line: string): void => {
    const socket = lines.get(name);
    if (!socket) throw new Error(`"${name}" is not connected.`);
    socket.write(`${line}\n`);
  };
  const challenge = (name: string): void => write(name, `scan 2@${name}-${(codes += 1)}`);
  const hello = (name: string, socket: Socket): void => {
    if (lines.has(name)) doubles.push(name);
    lines.set(name, socket);
    visits.set(name, (visits.get(name) ?? 0) + 1);
    if (known.has(name)) write(name, 'ready');
    else challenge(name);
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    let own = '';
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      if (lines.get(own) === socket) lines.delete(own);
    });
    if (refusals > 0) {
      refusals -= 1;
      socket.destroy();
      return;
    }
    if (held) door.push(socket);
    else socket.write('welcome\n');
    const reader = createInterface(socket);
    // It passes on what befalls its socket.
    reader.on('error', () => undefined);
    reader.on('line', (line) => {
      const [verb = '', ...words] = line.split(' ');
      if (muted) return;
      if (verb === 'hello') hello((own = words.join(' ')), socket);
      if (verb === 'say') sent.push(`${own}: ${words.join(' ')}`);
      if (verb === 'bye') {
        goodbyes.push(own);
        socket.end();
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('The server has no address.');

  return {
    port: address.port,
    connected: () => [...lines.keys()],
    visits: (name) => visits.get(name) ?? 0,
    scan(name) {
      known.add(name);
      write(name, 'ready');
    },
    renew: challenge,
    know: (...names) => names.forEach((name) => known.add(name)),
    forget(name) {
      known.delete(name);
      if (lines.has(name)) write(name, 'forgotten');
    },
    cut: (name) => void lines.get(name)?.destroy(),
    tell: write,
    refuse: (times) => void (refusals = times),
    hold: () => void (held = true),
    waiting: () => door.length,
    welcome: () => void door.shift()?.write('welcome\n'),
    mute: (silent) => void (muted = silent),
    sent,
    goodbyes,
    doubles,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
