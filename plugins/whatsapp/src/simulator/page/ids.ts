import type { StandIn, Wid } from './stand-in.ts';

/** Addresses and message keys. Their methods stand on the prototype: own functions could not leave the page. */
export function ids(page: StandIn): void {
  class PageWid {
    readonly user: string;
    readonly server: string;
    readonly _serialized: string;
    constructor(user: string, server: string) {
      this.user = user;
      this.server = server;
      this._serialized = `${user}@${server}`;
    }
    isUser(): boolean {
      return this.server === 'c.us' || this.server === 'lid';
    }
    isGroup(): boolean {
      return this.server === 'g.us';
    }
    isLid(): boolean {
      return this.server === 'lid';
    }
    isStatus(): boolean {
      return this._serialized === 'status@broadcast';
    }
    isNewsletter(): boolean {
      return this.server === 'newsletter';
    }
    isBroadcast(): boolean {
      return this.server === 'broadcast';
    }
    toJid(): string {
      return this._serialized.replace('@c.us', '@s.whatsapp.net');
    }
    toString(): string {
      return this._serialized;
    }
    equals(other: Wid | undefined): boolean {
      return other?._serialized === this._serialized;
    }
  }

  const createWid = (of: unknown): Wid => {
    if (of instanceof PageWid) return of;
    if (typeof of === 'object' && of !== null) return new PageWid((of as Wid).user, (of as Wid).server);
    const [, user, server] = /^([^@\s]+)@([a-z.]+)$/.exec(String(of)) ?? [];
    if (user === undefined || server === undefined) throw new Error(`wid error: invalid wid ${String(of)}`);
    return new PageWid(user, server === 's.whatsapp.net' ? 'c.us' : server);
  };

  const hex = (bytes: number): string =>
    [...crypto.getRandomValues(new Uint8Array(bytes))]
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join('')
      .toUpperCase();

  class MessageKey {
    readonly fromMe: boolean;
    readonly remote: Wid;
    readonly id: string;
    readonly participant?: Wid;
    readonly _serialized: string;
    constructor(parts: { to: Wid; id: string; participant?: Wid; selfDir?: string; fromMe?: boolean; remote?: Wid }) {
      this.fromMe = parts.fromMe ?? parts.selfDir === 'out';
      this.remote = parts.remote ?? parts.to;
      this.id = parts.id;
      if (parts.participant) this.participant = parts.participant;
      const suffix = parts.participant ? `_${parts.participant._serialized}` : '';
      this._serialized = `${this.fromMe}_${this.remote._serialized}_${this.id}${suffix}`;
    }
    static async newId(): Promise<string> {
      return `3EB0${hex(9)}`;
    }
    toString(): string {
      return this._serialized;
    }
  }

  Object.assign(page, { createWid, hex, MessageKey });
}
