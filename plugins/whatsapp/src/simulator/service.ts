import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SimulatorFault } from '@muster/sdk';
import { WebSocketServer, type WebSocket } from 'ws';
import { Devices } from './devices.ts';
import type { Line, Phone, Word } from './devices.ts';
import { Directory, type Group } from './directory.ts';
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

export interface Incoming {
  readonly to: string;
  readonly from: string;
  readonly body: string;
  /** Written in this group. */
  readonly group?: string | undefined;
  /** With this file, in base64. */
  readonly file?: { readonly name?: string | undefined; readonly mimetype: string; readonly bytes: string } | undefined;
}

/** What is handed on of a message beside its text. */
const PARTS = ['kind', 'filehash', 'mimetype', 'filename', 'size', 'pollOptions'] as const;
const partsOf = (word: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(PARTS.flatMap((name) => (word[name] === undefined ? [] : [[name, word[name]]])));

/** As WhatsApp counts: whole seconds. */
const now = (): number => Math.floor(Date.now() / 1_000);

/** The far side: the service, and the phones that it links to pages. On 127.0.0.1 only. */
export class StandInService {
  readonly devices = new Devices();
  readonly directory = new Directory();
  /** Every message that the service took, once each. */
  readonly sent: SentMessage[] = [];
  /** Files that were uploaded, by their hash; each is what its hash says. */
  readonly files = new Map<string, Buffer>();
  readonly faults: SimulatorFault[] = [];
  readonly counters: Record<string, number> = { pages: 0, qrCodes: 0, linked: 0, messages: 0, delivered: 0, requests: 0 };
  readonly #taken = new Set<string>();
  /** Those that a message of a group has not reached yet. */
  readonly #awaited = new Map<string, Set<string>>();
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
    const [ref = ''] = qr.split(',');
    const line = [...this.devices.lines].find(({ refs }) => refs.includes(ref));
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

  incoming({ to, from, body, group, file }: Incoming): string {
    const id = this.#newId();
    this.directory.register(this.directory.numberOf(from));
    const written = group === undefined ? { from } : { from: group, author: from };
    const word = { type: 'message', ...written, body, id, t: now(), ...(file && this.#keep(file)) };
    this.devices.tell(to, word, { keep: true });
    return id;
  }

  /** The number is on the service, though no page of it is here; `lid` is the id that newer links know it by. */
  register(wid: string, lid?: string): void {
    this.directory.register(wid, lid);
  }

  /** Makes a group, or changes it; its members' pages are told. */
  setGroup(group: Group): void {
    this.directory.setGroup(group);
    for (const member of group.members) this.devices.tell(member, { type: 'group', ...group });
  }

  /** Somebody chooses in a poll that a page sent; nothing, to take the choice back. */
  vote({ poll, from, options }: { poll: string; from: string; options: readonly string[] }): void {
    const owner = this.#sentBy(poll);
    if (!owner) throw new Error('there is no such poll');
    this.devices.tell(owner.from, { type: 'vote', poll, from, options, t: Date.now() });
  }

  /** Cuts the lines of one number, or of all, and keeps them cut for so long. */
  drop({ wid, ms = 0 }: { wid?: string; ms?: number }): void {
    this.#cutUntil = Date.now() + ms;
    for (const line of this.devices.lines) if (wid === undefined || line.credentials?.wid === wid) line.socket.terminate();
  }

  read(id: string): void {
    const message = this.#sentBy(id);
    if (message) this.devices.tell(message.from, { type: 'ack', id, ack: 3 });
  }

  #accept(socket: WebSocket): void {
    const line: Line = {
      socket,
      credentials: null,
      refs: [],
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
        return answer(this.#exists(String(word['wid'])));
      case 'upload':
        return this.#upload(word, answer);
      case 'download': {
        const bytes = this.files.get(String(word['filehash']));
        return answer(bytes ? { bytes: bytes.toString('base64') } : { gone: true });
      }
      case 'send':
        return this.#send(line, word, answer);
      case 'delivered':
        return this.#delivered(line.credentials?.wid ?? '', String(word['id']), String(word['to']));
      case 'unlink-self':
        return this.devices.unlinkDevice(line.credentials?.device ?? '');
      default:
    }
  }

  #hello(line: Line, credentials: Line['credentials']): void {
    if (!credentials) return this.#showQr(line);
    if (!this.devices.isLinked(credentials.device)) return line.say({ type: 'rejected' });
    line.credentials = credentials;
    for (const group of this.directory.groupsOf(credentials.wid)) line.say({ type: 'group', ...group });
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
      answer({ ack: 1, t: now() });
      // Said again after a cut: known by its id, and handed on once.
      if (this.#taken.has(id)) return;
      this.#taken.add(id);
      this.sent.push({ id, from, to, body, kind, filehash, at: Date.now() });
      this.#count('messages');
      setTimeout(() => this.#handOn(from, { id, to, body, parts: partsOf(word) }), deliverMs);
    }, deliverMs);
  }

  #upload(word: Word, answer: (fields: Record<string, unknown>) => void): void {
    const bytes = Buffer.from(String(word['bytes']), 'base64');
    const hash = createHash('sha256').update(bytes).digest('base64');
    if (hash !== word['filehash']) return answer({ error: 'the file is not what its hash says' });
    this.files.set(hash, bytes);
    return answer({ url: `https://media.example/${encodeURIComponent(hash)}` });
  }

  #handOn(from: string, message: { id: string; to: string; body: string; parts: Record<string, unknown> }): void {
    const { id, body, parts } = message;
    const group = this.directory.group(message.to);
    const to = group ? group.members.filter((one) => one !== from) : [this.directory.numberOf(message.to)];
    const here = to.filter((one) => this.devices.has(one));
    const written = group ? { from: group.id, author: from } : { from };
    this.#awaited.set(id, new Set(here));
    const t = now();
    for (const one of here) this.devices.tell(one, { type: 'message', ...written, body, id, t, ...parts }, { keep: true });
    // Phones without a browser here get it all the same.
    if (here.length === 0) this.#reached(from, id);
    const [first] = to;
    if (here.length === 0 && first !== undefined && this.#knobs().echo)
      this.incoming({ to: from, from: first, body: `You said: ${body}`, ...(group && { group: group.id }) });
  }

  #delivered(at: string, id: string, to: string): void {
    this.devices.taken(at, id);
    this.#count('delivered');
    const awaited = this.#awaited.get(id);
    awaited?.delete(at);
    if (!awaited || awaited.size === 0) this.#reached(to, id);
  }

  #reached(from: string, id: string): void {
    this.#awaited.delete(id);
    this.devices.tell(from, { type: 'ack', id, ack: 2 });
    if (this.#knobs().autoRead) this.read(id);
  }

  /** As the service keeps a file, and what a message tells of it. */
  #keep({ name, mimetype, bytes }: NonNullable<Incoming['file']>): Record<string, unknown> {
    const file = Buffer.from(bytes, 'base64');
    const filehash = createHash('sha256').update(file).digest('base64');
    this.files.set(filehash, file);
    const [family = ''] = mimetype.split('/');
    const kind = ['image', 'video', 'audio'].includes(family) ? family : 'document';
    return { kind, filehash, mimetype, size: file.length, ...(name !== undefined && { filename: name }) };
  }

  #sentBy(id: string): SentMessage | undefined {
    return this.sent.findLast((one) => one.id === id);
  }

  #newId(): string {
    return `3A${randomBytes(9).toString('hex').toUpperCase()}`;
  }

  #exists(id: string): Record<string, unknown> {
    const number = this.directory.numberOf(id);
    const lid = this.directory.lidOf(number);
    return { exists: this.directory.exists(id) || this.devices.has(number), ...(lid !== undefined && { lid, number }) };
  }

  #showQr(line: Line): void {
    const { qrRefMs, qrMaxRefs, autoScanMs } = this.#knobs();
    clearInterval(line.timer);
    let shown = 0;
    const next = (): void => {
      if (++shown > qrMaxRefs) {
        clearInterval(line.timer);
        line.refs = [];
        return line.say({ type: 'idle' });
      }
      const ref = `2@${randomBytes(24).toString('base64').replace(/[=,]/g, '')}`;
      line.refs = [ref, ...line.refs.slice(0, 1)];
      this.#count('qrCodes');
      line.say({ type: 'ref', ref });
    };
    next();
    line.timer = setInterval(next, qrRefMs);
    if (autoScanMs > 0)
      setTimeout(() => {
        this.#numbers += 1;
        if (line.refs.length > 0 && this.devices.lines.has(line))
          this.#link(line, { wid: `${966_500_000_000 + this.#numbers}@c.us` });
      }, autoScanMs);
  }

  #link(line: Line, phone: Phone): void {
    clearInterval(line.timer);
    line.refs = [];
    line.code = null;
    line.credentials = this.devices.link(phone);
    this.#count('linked');
    this.directory.register(phone.wid, phone.lid);
    for (const group of this.directory.groupsOf(phone.wid)) line.say({ type: 'group', ...group });
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
