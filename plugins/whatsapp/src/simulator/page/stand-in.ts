import type { PageConfig } from './switches.ts';

// What the parts of the page share. Each part is one function whose text goes into the page: it may name nothing from outside itself.

export type Listener = (...args: never[]) => unknown;

export interface Emitter {
  on(names: string, listener: Listener): this;
  once(names: string, listener: Listener): this;
  off(names: string, listener: Listener): this;
  trigger(name: string, ...args: unknown[]): void;
}

export interface Model extends Emitter {
  [attribute: string]: unknown;
  set(attribute: string | Record<string, unknown>, value?: unknown): void;
  serialize(): Record<string, unknown>;
}

export interface Collection extends Emitter {
  get(id: unknown): Model | undefined;
  find(id: unknown): Promise<Model | undefined>;
  add(model: Model): Model;
  getModelsArray(): Model[];
  getMessagesById(ids: unknown[]): Promise<{ messages: Model[] }>;
}

export interface Wid {
  readonly user: string;
  readonly server: string;
  readonly _serialized: string;
  isUser(): boolean;
  isGroup(): boolean;
  isLid(): boolean;
  isNewsletter(): boolean;
  isBroadcast(): boolean;
}

export interface MessageKey {
  readonly fromMe: boolean;
  readonly remote: Wid;
  readonly id: string;
  readonly _serialized: string;
}

/** What a linked device keeps. */
export interface Credentials {
  readonly wid: string;
  readonly lid?: string;
  readonly pushname: string;
  readonly platform: string;
  readonly device: string;
}

/** A message as the page's own database has it. */
export interface KeptMessage {
  readonly id: string;
  readonly chat: string;
  /** s since the epoch. */
  readonly t: number;
  /** What the service told, or what was sent. */
  readonly word: ServiceWord;
  /** Its place among all. */
  readonly order?: number;
}

export type ServiceWord = Readonly<Record<string, unknown>> & { readonly type: string };

export interface StandIn {
  readonly config: PageConfig;
  readonly errors: string[];
  readonly missing: string[];
  me: Credentials | null;
  keys: { readonly noise: Uint8Array; readonly identity: Uint8Array; readonly adv: string };
  progress: number;
  closing: boolean;
  createEmitter(): Emitter;
  createModel(attributes: Record<string, unknown>): Model;
  createCollection(): Collection;
  createWid(of: unknown): Wid;
  readonly MessageKey: (new (parts: Record<string, unknown>) => MessageKey) & { newId(): Promise<string> };
  hex(bytes: number): string;
  readonly socket: Model;
  readonly conn: Model;
  readonly cmd: Emitter & Record<string, unknown>;
  readonly messages: Collection;
  readonly chats: Collection;
  readonly contacts: Collection;
  chatFor(of: unknown): Model;
  learnGroup(group: Record<string, unknown>): void;
  readonly lids: {
    learn(lid: string, number: string): void;
    numberOf(wid: Wid): string | undefined;
    lidOf(wid: Wid): string | undefined;
  };
  /** What a message with a file has of it. */
  fileOf(word: ServiceWord): Record<string, unknown>;
  /** Its file can be asked of the service. */
  makeLoadable(message: Model): void;
  readonly credentials: { load(): Promise<Credentials | null>; save(of: Credentials): Promise<void>; clear(): Promise<void> };
  readonly archive: {
    /** Gives its place; undefined when it was there. */
    add(message: KeptMessage): Promise<number | undefined>;
    get(id: string): Promise<KeptMessage | undefined>;
    chats(): Promise<{ readonly chat: string; readonly t: number; readonly last: KeptMessage }[]>;
    /** Of that chat, the last few before that place. */
    before(chat: string, order: number): Promise<KeptMessage[]>;
  };
  /** Where messages stand in the archive. */
  readonly places: WeakMap<Model, number>;
  /** Puts into the collections what the archive has; nobody is told of it as new. */
  restore(message: KeptMessage): Model;
  /** What a page has of its archive when it is loaded. */
  wakeUp(): Promise<void>;
  /** Of what the service told, or of an own one. */
  modelOf(word: ServiceWord, isNewMsg: boolean): Model;
  /** It is in the page: kept beside those that came. */
  sentOwn(message: Model, word: ServiceWord): void;
  /** Resolves with the service's answer; waits for the line. */
  request(word: ServiceWord): Promise<Record<string, unknown>>;
  post(word: ServiceWord): void;
  connect(): void;
  drop(): void;
  online(): Promise<void>;
  logout(why: 'user' | 'bridge'): Promise<void>;
  refreshQr(): void;
}

/** The page's own names on `window`. */
export interface PageWindow {
  Debug?: { readonly VERSION: string };
  require(name: string): unknown;
  standIn: StandIn;
}
