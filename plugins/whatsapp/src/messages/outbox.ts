import { MusterError, safeText, toMusterError, type PluginRuntime, type StoredRecord } from '@muster/sdk';
import type { Account, Config } from '../schemas.ts';
import { within } from '../within.ts';
import { chatIdOf } from './chat-id.ts';
import { isFurther, isSettled, stateOfAck, type Attachment, type Outgoing } from './outgoing.ts';
import { OutgoingRecords } from './outgoing-records.ts';

export interface OutboxOptions {
  readonly runtime: Pick<PluginRuntime<Config, Account>, 'config' | 'records' | 'now' | 'sleep' | 'event'>;
  readonly account: string;
  readonly clientId: string;
  /** Ends with the session. */
  readonly signal: AbortSignal;
  /** True while messages can go out. */
  readonly ready: () => boolean;
  /** Gives the message's id. NOT_SENT when it is sure that it did not go out; any other failure leaves it in doubt. */
  readonly send: (message: Outgoing) => Promise<string>;
  /** Looks into the page for a message whose end was not seen; undefined when it is not there. */
  readonly find: (message: Outgoing) => Promise<string | undefined>;
  /** It waits on for now, and those behind it go. */
  readonly rests: (message: Outgoing) => boolean;
  /** Why it must not be sent any more; undefined when it may. Asked right before. */
  readonly refusal: (message: Outgoing) => Promise<string | undefined>;
  readonly changed: (message: Outgoing) => void;
}

export interface NewMessage {
  readonly to: string;
  readonly text: string;
  readonly attachment?: Attachment;
  /** The same key is sent once, however often it is asked for. Default: one of its own. */
  readonly key?: string;
  readonly campaign?: string;
}

const MAX_QUEUED = 10_000;
const PRUNE_EVERY = 200;

/** Of one session: what is to be sent, in its order, each at most once, through every restart. */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #records: OutgoingRecords;
  /** By message id, for acknowledgements. */
  readonly #keys = new Map<string, string>();
  /** Acknowledgements that came before the page gave the message's id. */
  readonly #early = new Map<string, number>();
  readonly #waiting = new Set<() => void>();
  #queued = 0;
  #wake: () => void = () => undefined;
  #lastSentAt = 0;
  #sincePrune = 0;
  /** Grows with each message: their order is that of their times. */
  #lastAddedAt = 0;
  #count = 0;
  /** One change of a message after the other: acknowledgements come while it is being noted as sent. */
  #noting: Promise<unknown> = Promise.resolve();

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#records = new OutgoingRecords(options.runtime, options.account);
  }

  get queued(): number {
    return this.#queued;
  }

  /** Takes up what an earlier session left, then works until the session ends. */
  async run(): Promise<void> {
    const { signal, runtime } = this.#options;
    await this.#prune();
    this.#queued = await this.#records.countOpen();
    while (!signal.aborted) {
      const next = this.#options.ready() ? await this.#records.next((message) => this.#rests(message)) : undefined;
      if (!next) {
        await this.#sleep(runtime.config().heartbeatMs);
        continue;
      }
      try {
        if (next.data.state === 'sending') await this.#clearUp(next);
        else await this.#work(next);
      } catch (error) {
        if (signal.aborted) return;
        this.#tell('message.error', next.data, toMusterError(error).message, 'error');
        await this.#sleep(1_000);
      }
    }
  }

  /** Durable when it resolves. CONFLICT when the key was used for another message; TOO_LARGE when too many wait. */
  async add({ to, text, attachment, key = this.#ownKey(), campaign }: NewMessage): Promise<Outgoing> {
    const { account, runtime } = this.#options;
    const chat = chatIdOf(to);
    const sameAs = (known: Outgoing): Outgoing => {
      if (known.chat === chat && known.text === text) return known;
      throw new MusterError('CONFLICT', `The key ${key} was used for another message; take a key of its own for each.`);
    };
    const before = await this.get(key);
    if (before) return sameAs(before);
    if (this.#queued >= MAX_QUEUED)
      throw new MusterError('TOO_LARGE', `${MAX_QUEUED} messages wait already; send fewer at once.`);
    this.#lastAddedAt = Math.max(runtime.now(), this.#lastAddedAt + 1);
    const message: Outgoing = {
      key,
      account,
      chat,
      text,
      state: 'queued',
      createdAt: this.#lastAddedAt,
      ...(attachment && { attachment }),
      ...(campaign !== undefined && { campaign }),
    };
    try {
      await this.#records.insert(message);
    } catch (error) {
      // Asked for twice at the same time: the other one was first.
      const other = toMusterError(error).code === 'CONFLICT' ? await this.get(key) : undefined;
      if (!other) throw error;
      return sameAs(other);
    }
    this.#queued += 1;
    this.#wake();
    return message;
  }

  async get(key: string): Promise<Outgoing | undefined> {
    return (await this.#records.get(key))?.data;
  }

  /** Waits until it has left, or is known not to. Gives it as it is then, or after `ms`. */
  async settled(key: string, ms: number, signal?: AbortSignal): Promise<Outgoing> {
    const until = performance.now() + ms;
    for (;;) {
      const message = await this.get(key);
      if (!message) throw new MusterError('NOT_FOUND', `There is no message ${key}.`);
      const left = until - performance.now();
      if (isSettled(message.state) || left <= 0) return message;
      signal?.throwIfAborted();
      this.#options.signal.throwIfAborted();
      await new Promise<void>((resolve) => {
        const end = (): void => {
          clearTimeout(timer);
          this.#waiting.delete(end);
          resolve();
        };
        const timer = setTimeout(end, Math.min(left, 500));
        this.#waiting.add(end);
      });
    }
  }

  /** What the page told about an own message. Gives the state that it is in now; undefined when it is not one of ours. */
  acknowledge(messageId: string, key: string | undefined, ack: number): Promise<Outgoing | undefined> {
    return this.#note(async () => {
      const known = this.#keys.get(messageId) ?? key;
      const record = known === undefined ? undefined : await this.#records.get(known);
      if (!record) {
        this.#early.set(messageId, Math.max(ack, this.#early.get(messageId) ?? ack));
        bound(this.#early);
        return undefined;
      }
      const state = stateOfAck(ack);
      if (!isFurther(record.data.state, state)) return undefined;
      return this.#change(record, { state, messageId, ...(state === 'failed' && { why: 'WhatsApp did not take it' }) });
    });
  }

  /** Looked at again at once: it is ready, or something changed. */
  wake(): void {
    this.#wake();
  }

  /** One that was being sent is cleared up first in any case. */
  #rests(message: Outgoing): boolean {
    return message.state === 'queued' && this.#options.rests(message);
  }

  async #work(next: StoredRecord<Outgoing>): Promise<void> {
    const { runtime, ready, refusal } = this.#options;
    const { sendPaceMs, messageTtlMs, sendTimeoutMs } = runtime.config();
    const message = next.data;
    if (runtime.now() - message.createdAt > messageTtlMs)
      return this.#finish(next, {
        state: 'expired',
        why: `not sent for ${Math.round(messageTtlMs / 60_000)} minutes`,
      });
    const pause = this.#lastSentAt + sendPaceMs - runtime.now();
    if (pause > 0) return this.#sleep(Math.min(pause, 1_000));
    const refused = await refusal(message);
    if (refused !== undefined) return this.#finish(next, { state: 'cancelled', why: refused });
    // It may have waited for what came to be noted.
    if (!ready() || this.#rests(message)) return;
    const sending = await this.#records.change(next, { state: 'sending', triedAt: runtime.now() });
    this.#lastSentAt = runtime.now();
    try {
      const messageId = await within(this.#options.send(sending.data), sendTimeoutMs, 'the page');
      await this.#sent(sending, messageId);
    } catch (error) {
      const { code, message: why } = toMusterError(error);
      if (code === 'SESSION_NOT_READY') await this.#records.change(sending, { state: 'queued' });
      else if (code === 'NOT_SENT') await this.#finish(sending, { state: 'failed', why: safeText(why, 300) });
      else await this.#clearUp(sending, why);
    }
  }

  /** It was on its way when something broke: found in the page, or in doubt. Never sent again by itself. */
  async #clearUp(record: StoredRecord<Outgoing>, why = 'the session ended while it was being sent'): Promise<void> {
    const messageId = await this.#options.find(record.data).catch(() => undefined);
    if (messageId !== undefined) await this.#sent(record, messageId);
    else await this.#finish(record, { state: 'uncertain', why: safeText(why, 300) });
  }

  async #sent(record: StoredRecord<Outgoing>, messageId: string): Promise<void> {
    this.#keys.set(messageId, record.data.key);
    bound(this.#keys);
    await this.#finish(record, { state: 'pending', messageId });
    const early = this.#early.get(messageId);
    this.#early.delete(messageId);
    if (early !== undefined) await this.acknowledge(messageId, undefined, early);
  }

  async #finish(record: StoredRecord<Outgoing>, change: Partial<Outgoing>): Promise<void> {
    await this.#note(() => this.#change(record, change));
    this.#queued = Math.max(0, this.#queued - 1);
    this.#sincePrune += 1;
    if (this.#sincePrune < PRUNE_EVERY) return;
    this.#sincePrune = 0;
    await this.#prune();
  }

  async #change(record: StoredRecord<Outgoing>, change: Partial<Outgoing>): Promise<Outgoing> {
    const { data } = await this.#records.change(record, change);
    this.#options.changed(data);
    for (const wake of this.#waiting) wake();
    const level = data.state === 'failed' || data.state === 'uncertain' || data.state === 'expired' ? 'warn' : 'debug';
    this.#tell(`message.${data.state}`, data, data.why ?? data.state, level);
    return data;
  }

  #prune(): Promise<void> {
    const { runtime } = this.#options;
    return this.#records.prune({ now: runtime.now(), keep: runtime.config().keepSent });
  }

  #note<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#noting.then(work);
    this.#noting = mine.catch(() => undefined);
    return mine;
  }

  #tell(
    type: string,
    { key, chat, state, messageId, campaign }: Outgoing,
    message: string,
    level: 'debug' | 'warn' | 'error',
  ): void {
    const { runtime, account, clientId } = this.#options;
    runtime.event({
      type,
      level,
      account,
      message: `${clientId} to ${chat}: ${message}`,
      fields: {
        clientId,
        key,
        chat,
        state,
        ...(messageId !== undefined && { messageId }),
        ...(campaign !== undefined && { campaign }),
      },
    });
  }

  async #sleep(ms: number): Promise<void> {
    const ends = new AbortController();
    this.#wake = () => ends.abort();
    const { runtime, signal } = this.#options;
    await runtime.sleep(ms, AbortSignal.any([ends.signal, signal])).catch(() => undefined);
    this.#wake = () => undefined;
  }

  #ownKey(): string {
    this.#count += 1;
    return `own/${this.#options.runtime.now().toString(36)}-${this.#count.toString(36)}`;
  }
}

function bound(map: Map<string, unknown>): void {
  const [oldest] = map.keys();
  if (map.size > MAX_QUEUED && oldest !== undefined) map.delete(oldest);
}
