import { randomBytes } from 'node:crypto';
import type { WebSocket } from 'ws';

export interface Phone {
  /** The number with `@c.us`. */
  readonly wid: string;
  readonly lid?: string | undefined;
  readonly pushname?: string | undefined;
}

export interface Credentials extends Phone {
  readonly pushname: string;
  readonly platform: string;
  readonly device: string;
}

export type Word = Readonly<Record<string, unknown>> & { readonly type: string };

/** One page that is connected. */
export interface Line {
  readonly socket: WebSocket;
  credentials: Credentials | null;
  /** Codes that are good: the one that is shown, and the one before it. */
  refs: readonly string[];
  code: string | null;
  timer: NodeJS.Timeout | undefined;
  say(word: Record<string, unknown>): void;
}

/** Linked devices, and what waits for those that are away: as the service, it keeps a message until it is taken. */
export class Devices {
  readonly lines = new Set<Line>();
  readonly #linked = new Map<string, string>();
  readonly #waiting = new Map<string, Word[]>();

  link(phone: Phone): Credentials {
    const device = randomBytes(4).toString('hex');
    this.#linked.set(device, phone.wid);
    return { ...phone, pushname: phone.pushname ?? 'Stand-in', platform: 'android', device };
  }

  isLinked(device: string): boolean {
    return this.#linked.has(device);
  }

  has(wid: string): boolean {
    return [...this.#linked.values()].includes(wid);
  }

  get linked(): number {
    return this.#linked.size;
  }

  unlink(wid: string): number {
    const devices = [...this.#linked].filter(([, owner]) => owner === wid);
    for (const [device] of devices) this.#linked.delete(device);
    return devices.length;
  }

  unlinkDevice(device: string): void {
    this.#linked.delete(device);
  }

  of(wid: string): Line[] {
    return [...this.lines].filter(({ credentials }) => credentials?.wid === wid);
  }

  /** To every page of that number; kept for it where it has none now and `keep` is set. */
  tell(wid: string, word: Word, { keep = false } = {}): boolean {
    const lines = this.of(wid);
    for (const line of lines) line.say(word);
    if (keep && this.has(wid)) this.#waiting.set(wid, [...(this.#waiting.get(wid) ?? []), word]);
    return lines.length > 0;
  }

  /** Said again to a page that comes back; the page knows by the id what it has. */
  catchUp(line: Line): void {
    for (const word of this.#waiting.get(line.credentials?.wid ?? '') ?? []) line.say(word);
  }

  taken(wid: string, id: unknown): void {
    const left = (this.#waiting.get(wid) ?? []).filter((word) => word['id'] !== id);
    if (left.length > 0) this.#waiting.set(wid, left);
    else this.#waiting.delete(wid);
  }
}
