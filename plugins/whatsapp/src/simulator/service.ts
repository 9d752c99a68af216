import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SimulatorFault } from '@muster/sdk';
import { WebSocketServer, type WebSocket } from 'ws';
import { Devices } from './devices.ts';
import type { Line, Phone, Word } from './devices.ts';
import type { Knobs } from './knobs.ts';

export interface SentMessage {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** The text, the caption, or the question. */
  readonly body: string;
  /** `chat` for a text; `image`, `document`, `poll_creation` … */
  readonly kind: string;
  readonly filehash: string | null;
  readonly at: number;
}

/** The far side: the service, and the phones that it links to pages. On 127.0.0.1 only. */
export class StandInService {
  readonly devices = new Devices();
  /** Every message that the service took, once each. */
  readonly sent: SentMessage[] = [];
  /** Files that were uploaded, by their hash; each is what its hash says. */
  readonly files = new Map<string, Buffer>();
  readonly faults: SimulatorFault[] = [];
  readonly counters: Record<string, number> = { pages: 0, qrCodes: 0, linked: 0, messages: 0, delivered: 0, requests: 0 };
  readonly #taken = new Set<string>();
  readonly #registered = new Set<string>();
  readonly #server: Server;
  readonly #sockets: WebSocketServer;
  #knobs: () => Knobs;
  #numbers = 0;
  #cutUntil = 0;

  /** `control` answers requests over HTTP; pages come in over WebSocket. */
  constructor(knobs: () => Knobs, control: (service: StandInService) => RequestListener) {
    this.#knobs = knobs;
    this.#server = createServer(control(this));
    this.#sockets = new WebSocketServer({ noServer: true });
    this.#server.on('upgrade', (request: IncomingMessage, socket, head) => {
      // A cut network: nobody gets through until it is back.
      if (Date.now() < this.#cutUntil) socket.destroy();
      else this.#sockets.handleUpgrade(request, socket, head, (opened) => this.#accept(opened));
    });
  }

  async listen(port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => this.#server.once('error', reject).listen(port, '127.0.0.1', resolve));
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const line of this.devices.lines) this.#forget(line);
    for (const socket of this.#sockets.clients) socket.terminate();
    await new Promise((resolve) => {
      this.#server.close(resolve);
      this.#server.closeAllConnections();
    });
  }

  /** The phone scans what a page shows. */
  scan(qr: string, phone: Phone): void {
    const ref = qr.split(',')[0];
    const line = [...this.devices.lines].find((one) => one.ref === ref && one.ref !== null);
    if (!line) throw new Error('this QR code is stale or unknown');
    this.#link(line, phone);
  }

  enterCode(code: string, phone: Phone): void {
    const line = [...this.devices.lines].find((one) => one.code === code.replace('-', ''));
    if (!line) throw new Error('this code is unknown');
    this.#link(line, phone);
  }

  unlink(wid: string): number {
    const devices = this.devices.unlink(wid);
    this.devices.tell(wid, { type: 'logout' });
    return devices;
  }

  incoming({ to, from, body }: { to: string; from: string; body: string }): string {
    const id = `3A${randomBytes(9).toString('hex').toUpperCase()}`;
    this.#registered.add(from);
    this.devices.tell(to, { type: 'message', from, body, id }, { keep: true });
    return id;
  }

  /** The number is on the service, though no page of it is here. */
  register(wid: string): void {
    this.#registered.add(wid);
  }

  /** Cuts the lines of one number, or of all, and keeps them cut for so long. */
  drop({ wid, ms = 0 }: { wid?: string; ms?: number }): void {
    this.#cutUntil = Date.now() + ms;
    for (const line of this.devices.lines) if (wid === undefined || line.credentials?.wid === wid) line.socket.terminate();
  }

  read(id: string): void {
    const message = this.sent.find((one) => one.id === id);
    if (message) this.devices.tell(message.from, { type: 'ack', id, ack: 3 });
  }

  #accept(socket: WebSocket): void {
    const line: Line = {
      socket,
      credentials: null,
      ref: null,
      code: null,
      timer: undefined,
      say: (word) => void (socket.readyState === 1 && socket.send(JSON.stringify(word))),
    };
    this.devices.lines.add(line);
    this.#count('pages');
    socket.on('close', () => this.#forget(line));
    socket.on('error', () => this.#forget(line));
    socket.on('message', (raw: Buffer) => this.#hear(line, JSON.parse(raw.toString()) as Word & { number?: number }));
  }

  #hear(line: Line, word: Word & { number?: number }): void {
    const answer = (fields: Record<string, unknown>): void => line.say({ type: 'answer', ...fields, answers: word.number });
    switch (word.type) {
      case 'hello':
        return this.#hello(line, word['credentials'] as Line['credentials']);
      case 'refresh':
        return this.#showQr(line);
      case 'pair-code':
        line.code = randomBytes(8).toString('hex').slice(0, 8).toUpperCase();
        return answer({ code: line.code });
      case 'exists':
        return answer({ exists: this.#exists(String(word['wid'])) });
      case 'upload':
        return this.#upload(word, answer);
      case 'send':
        return this.#send(line, word, answer);
      case 'delivered':
        this.devices.taken(line.credentials?.wid ?? '', word['id']);
        this.devices.tell(String(word['to']), { type: 'ack', id: word['id'], ack: 2 });
        this.#count('delivered');
        if (this.#knobs().autoRead) this.read(String(word['id']));
        return;
      case 'unlink-self':
        return this.devices.unlinkDevice(line.credentials?.device ?? '');
      default:
    }
  }

  #hello(line: Line, credentials: Line['credentials']): void {
    if (!credentials) return this.#showQr(line);
    if (!this.devices.isLinked(credentials.device)) return line.say({ type: 'rejected' });
    line.credentials = credentials;
    line.say({ type: 'welcome' });
    this.devices.catchUp(line);
  }

  #send(line: Line, word: Word, answer: (fields: Record<string, unknown>) => void): void {
    this.#count('requests');
    const fault = this.faults.shift();
    if (fault === 'timeout') return;
    if (fault !== undefined) return answer({ error: fault });
    const { deliverMs } = this.#knobs();
    const [id, to, body, kind] = [word['id'], word['to'], word['body'], word['kind'] ?? 'chat'].map(String) as [
      string,
      string,
      string,
      string,
    ];
    const filehash = typeof word['filehash'] === 'string' ? word['filehash'] : null;
    const from = line.credentials?.wid;
    if (from === undefined) return answer({ error: 'not linked' });
    setTimeout(() => {
      answer({ ack: 1, t: Math.floor(Date.now() / 1_000) });
      // Said again after a cut: known by its id, and handed on once.
      if (this.#taken.has(id)) return;
      this.#taken.add(id);
      this.sent.push({ id, from, to, body, kind, filehash, at: Date.now() });
      this.#count('messages');
      setTimeout(() => this.#handOn(from, { id, to, body, kind }), deliverMs);
    }, deliverMs);
  }

  #upload(word: Word, answer: (fields: Record<string, unknown>) => void): void {
    const bytes = Buffer.from(String(word['bytes']), 'base64');
    const hash = createHash('sha256').update(bytes).digest('base64');
    if (hash !== word['filehash']) return answer({ error: 'the file is not what its hash says' });
    this.files.set(hash, bytes);
    return answer({ url: `https://media.example/${encodeURIComponent(hash)}` });
  }

  #handOn(from: string, { id, to, body, kind }: { id: string; to: string; body: string; kind: string }): void {
    if (this.devices.has(to)) return void this.devices.tell(to, { type: 'message', from, body, id, kind }, { keep: true });
    // A phone without a browser here: it gets the message all the same.
    this.devices.tell(from, { type: 'ack', id, ack: 2 });
    if (this.#knobs().autoRead) this.read(id);
    if (this.#knobs().echo) this.incoming({ to: from, from: to, body: `You said: ${body}` });
  }

  #exists(wid: string): boolean {
    return this.#registered.has(wid) || this.devices.has(wid) || /^\d{10,13}@c\.us$/.test(wid);
  }

  #showQr(line: Line): void {
    const { qrRefMs, qrMaxRefs, autoScanMs } = this.#knobs();
    clearInterval(line.timer);
    let shown = 0;
    const next = (): void => {
      if (++shown > qrMaxRefs) {
        clearInterval(line.timer);
        line.ref = null;
        return line.say({ type: 'idle' });
      }
      line.ref = `2@${randomBytes(24).toString('base64').replace(/[=,]/g, '')}`;
      this.#count('qrCodes');
      line.say({ type: 'ref', ref: line.ref });
    };
    next();
    line.timer = setInterval(next, qrRefMs);
    if (autoScanMs > 0)
      setTimeout(() => {
        this.#numbers += 1;
        if (line.ref !== null && this.devices.lines.has(line))
          this.#link(line, { wid: `${966_500_000_000 + this.#numbers}@c.us` });
      }, autoScanMs);
  }

  #link(line: Line, phone: Phone): void {
    clearInterval(line.timer);
    line.ref = null;
    line.code = null;
    line.credentials = this.devices.link(phone);
    this.#count('linked');
    line.say({ type: 'paired', credentials: line.credentials });
  }

  #forget(line: Line): void {
    clearInterval(line.timer);
    this.devices.lines.delete(line);
  }

  #count(name: string): void {
    this.counters[name] = (this.counters[name] ?? 0) + 1;
  }
}
