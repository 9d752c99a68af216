import type { SessionContext } from '@muster/sdk';
import type { Page } from 'puppeteer';
import { findOwnMessage, unheardMessages } from '../client/page-calls.ts';
import { numberOf } from '../messages/chat-id.ts';
import { heardOf, type Heard } from '../messages/heard.ts';
import { History } from '../messages/history.ts';
import { isOptOut, OptOuts } from '../messages/opt-outs.ts';
import { Outbox } from '../messages/outbox.ts';
import type { Outgoing } from '../messages/outgoing.ts';
import { sendMessage } from '../messages/send.ts';
import type { Account, Config } from '../schemas.ts';
import type { WhatsAppService } from '../service-api.ts';
import type { Supervisor } from './supervisor.ts';
import { within } from './within.ts';

export interface MailRoomOptions {
  readonly context: SessionContext<Config, Account>;
  readonly clientId: string;
  readonly signal: AbortSignal;
  readonly supervisor: () => Supervisor;
}

const ASK_MS = 10_000;
const MAX_SEEN = 5_000;
/** Older ones were heard by an earlier page, or will never be missed. */
const UNHEARD_MS = 7 * 86_400_000;

/** Messages of one session, both ways: kept, told as events, matched with their acknowledgements. */
export class MailRoom {
  readonly outbox: Outbox;
  readonly history: History;
  readonly #options: MailRoomOptions;
  readonly #optOuts: OptOuts;
  readonly #seen = new Set<string>();
  /** One after the other, in the order in which they were told. */
  #taking: Promise<unknown> = Promise.resolve();

  constructor(options: MailRoomOptions) {
    const { context, clientId, signal, supervisor } = options;
    const account = context.account.id;
    this.#options = options;
    this.#optOuts = new OptOuts(context);
    this.history = new History({ runtime: context, account });
    this.outbox = new Outbox({
      runtime: context,
      account,
      clientId,
      signal,
      ready: () => supervisor().state === 'ready',
      send: (message) => sendMessage(supervisor().connection.client, message),
      find: (message) => this.#find(message),
      refusal: async (message) =>
        message.campaign !== undefined && (await this.#optOuts.has(message.chat)) ? 'they opted out' : undefined,
      changed: (message) => this.#changed(message),
    });
  }

  /** Told by the page, ours or theirs. */
  take(message: unknown): void {
    const heard = heardOf(message, this.#options.context.now());
    if (heard) this.#later(() => this.#take(heard));
  }

  ack(messageId: string, ack: number): void {
    this.#options.supervisor().touch();
    this.#later(async () => {
      await this.history.acknowledge(messageId, ack);
      await this.outbox.acknowledge(messageId, (await this.history.get(messageId))?.key ?? undefined, ack);
    });
  }

  /** The session is ready: what waits goes out, what came unheard is taken. */
  ready(page: Page): void {
    this.outbox.wake();
    this.#later(async () => {
      const since = this.#options.context.now() - UNHEARD_MS;
      let taken = 0;
      for (const model of await within(unheardMessages(page), ASK_MS, 'the page')) {
        const heard = heardOf(model, this.#options.context.now());
        if (heard && heard.at >= since && (await this.#take(heard))) taken += 1;
      }
      if (taken > 0) this.#options.supervisor().remedy('fetch-unheard', taken === 1 ? '1 message' : `${taken} messages`);
    });
  }

  /** Resolves when all that was told so far is kept. */
  async settled(): Promise<void> {
    await this.#taking;
  }

  async #take(heard: Heard): Promise<boolean> {
    const { context, clientId, supervisor } = this.#options;
    if (this.#seen.has(heard.id)) return false;
    this.#seen.add(heard.id);
    if (this.#seen.size > MAX_SEEN) for (const oldest of this.#seen) if (this.#seen.size > MAX_SEEN) this.#seen.delete(oldest);
    supervisor().touch();
    if (!(await this.history.add({ ...heard, key: null })) || heard.fromMe) return false;
    const sender = heard.author ?? heard.chat;
    context.event({
      type: 'message.received',
      account: context.account.id,
      message: `${clientId} from ${sender}`,
      fields: {
        clientId,
        id: heard.id,
        from: sender,
        chat: heard.chat,
        type: heard.type,
        at: heard.at,
        ...(context.config().textInEvents && { text: heard.text.slice(0, 4_000) }),
      },
    });
    if (isOptOut(heard.text, context.config().optOutWords) && numberOf(sender) !== undefined)
      if (await this.#optOuts.add(sender, `wrote “${heard.text.slice(0, 40)}” to ${clientId}`))
        context.event({
          type: 'contact.opted-out',
          account: context.account.id,
          message: `${sender} opted out of campaigns`,
          fields: { clientId, from: sender },
        });
    return true;
  }

  async #find(message: Outgoing): Promise<string | undefined> {
    if (message.attachment || message.triedAt === undefined) return undefined;
    const { page } = this.#options.supervisor().connection;
    const since = Math.floor(message.triedAt / 1_000) - 1;
    return within(findOwnMessage(page, { chat: message.chat, text: message.text, since }), ASK_MS, 'the page');
  }

  #changed(message: Outgoing): void {
    if (message.state === 'pending' && message.messageId !== undefined) {
      const { messageId: id, chat, text, key, attachment } = message;
      this.#seen.add(id);
      this.#later(() =>
        this.history.add({
          id,
          chat,
          fromMe: true,
          author: null,
          text,
          type: attachment?.kind ?? 'chat',
          ack: 0,
          key,
          at: message.triedAt ?? this.#options.context.now(),
        }),
      );
    }
    if (message.campaign !== undefined)
      this.#later(async () => (await this.#options.context.service<WhatsAppService>()).campaigns.follow(message));
  }

  #later(work: () => Promise<unknown>): void {
    const { context, clientId } = this.#options;
    this.#taking = this.#taking.then(work).catch((error: unknown) =>
      context.event({
        type: 'message.error',
        level: 'error',
        account: context.account.id,
        message: `${clientId}: a message could not be noted: ${error instanceof Error ? error.message : String(error)}`,
        fields: { clientId },
      }),
    );
  }
}
