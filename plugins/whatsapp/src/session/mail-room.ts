import type { SessionContext } from '@muster/sdk';
import { isQuietNow } from '../campaigns/calendar.ts';
import { heardOf, type Heard } from '../messages/heard.ts';
import { History } from '../messages/history.ts';
import { Media } from '../messages/media.ts';
import { Noted } from '../messages/noted.ts';
import { isOptOut, OptOuts } from '../messages/opt-outs.ts';
import { Outbox } from '../messages/outbox.ts';
import type { Outgoing } from '../messages/outgoing.ts';
import { People } from '../messages/people.ts';
import { sendMessage } from '../messages/send.ts';
import { voteOf, Votes, type Vote } from '../messages/votes.ts';
import type { Account, Config } from '../schemas.ts';
import type { WhatsAppService } from '../service-api.ts';
import { reasonOf } from '../within.ts';
import { catchUp } from './catch-up.ts';
import type { Connection } from './connection.ts';
import { PageMail } from './page-mail.ts';
import type { Supervisor } from './supervisor.ts';

export interface MailRoomOptions {
  readonly context: SessionContext<Config, Account>;
  readonly clientId: string;
  readonly signal: AbortSignal;
  readonly supervisor: () => Supervisor;
}

const MAX_SEEN = 5_000;
/** Older ones were heard by an earlier page, or will never be missed. */
const UNHEARD_MS = 7 * 86_400_000;
/** Twice as long after each try. */
const CATCH_UP_AGAIN_MS = 20_000;

/** Messages of one session, both ways: kept, told as events, matched with their acknowledgements. */
export class MailRoom {
  readonly outbox: Outbox;
  readonly history: History;
  readonly media: Media;
  readonly #options: MailRoomOptions;
  readonly #page: PageMail;
  readonly #people: People;
  readonly #votes: Votes;
  readonly #optOuts: OptOuts;
  readonly #noted: Noted;
  readonly #seen = new Set<string>();
  /** One after the other, in the order in which they were told. */
  #taking: Promise<unknown> = Promise.resolve();
  /** Times that the session was ready. */
  #readies = 0;
  /** All that came before what comes now is noted. */
  #complete = false;

  constructor(options: MailRoomOptions) {
    const { context, clientId, signal, supervisor } = options;
    const account = context.account.id;
    this.#options = options;
    this.#optOuts = new OptOuts(context);
    this.#page = new PageMail(() => supervisor().connection);
    this.#votes = new Votes(context);
    this.#noted = new Noted(context, account);
    this.#people = new People({
      runtime: context,
      ask: (id) => this.#page.idsOf(id),
      learned: (ids) => this.#optOuts.join(ids),
    });
    this.media = new Media({ runtime: context, account, clientId, fetch: (id) => this.#page.fileOf(id) });
    this.history = new History({
      runtime: context,
      account,
      removed: async (keys) => {
        await this.media.forget(keys);
        await this.#votes.remove(keys);
      },
    });
    this.outbox = new Outbox({
      runtime: context,
      account,
      clientId,
      signal,
      ready: () => supervisor().state === 'ready' && this.#readies > 0,
      send: (message) => sendMessage(supervisor().connection.client, message),
      find: async (message) => this.#page.find(message, await this.#people.lidOf(message.chat)),
      rests: ({ campaign }) => campaign !== undefined && isQuietNow(context.config(), context.now()),
      refusal: (message) => this.#refusal(message),
      changed: (message) => this.#changed(message),
    });
  }

  /** Told by the page, ours or theirs. */
  take(message: unknown): void {
    const heard = heardOf(message, this.#options.context.now());
    if (heard) this.#later(() => this.#take(heard));
  }

  voted(told: unknown): void {
    const vote = voteOf(told);
    if (vote) this.#later(() => this.#vote(vote));
  }

  ack(messageId: string, ack: number): void {
    this.#options.supervisor().touch();
    this.#later(async () => {
      await this.history.acknowledge(messageId, ack);
      await this.outbox.acknowledge(messageId, (await this.history.get(messageId))?.key ?? undefined, ack);
    });
  }

  /** The session is ready: what waits goes out, what came unheard is taken. */
  ready(connection: Connection): void {
    this.#readies += 1;
    this.#complete = false;
    this.#catchUp(connection);
    this.outbox.wake();
    this.media.ready();
  }

  /** Resolves when all that was told so far is kept. */
  async settled(): Promise<void> {
    await this.#taking;
    await this.media.close();
  }

  /** Before anything that the page tells from now on. A page that goes in the middle is asked again when it is back. */
  #catchUp(connection: Connection, tries = 0): void {
    const { context, signal, supervisor } = this.#options;
    const mine = this.#readies;
    this.#later(async () => {
      if (mine !== this.#readies || signal.aborted) return;
      try {
        const [page, history, noted] = [this.#page, this.history, this.#noted];
        const take = (heard: Heard, place: number): Promise<boolean> => this.#take(heard, place);
        const found = await catchUp(connection, { context, page, history, noted, signal, take });
        const taken = found.taken + (await this.#takeUnheard(connection));
        this.#complete = true;
        if (taken > 0) supervisor().remedy('fetch-unheard', taken === 1 ? '1 message' : `${taken} messages`);
        if (found.leftOut > 0)
          this.#tell(
            `more came while nobody listened than is looked for, in ${found.leftOut} of the chats; it is on the phone`,
            'warn',
          );
      } catch (error) {
        if (mine !== this.#readies || signal.aborted) return;
        this.#tell(`what came while nobody listened could not be looked for: ${reasonOf(error)}`, 'warn');
        void context.sleep(CATCH_UP_AGAIN_MS * 2 ** Math.min(tries, 6), signal).then(
          () => this.#catchUp(connection, tries + 1),
          () => undefined,
        );
      }
    });
  }

  /** Between the line's opening and the library's being ready; the rest of what came is caught up by then. */
  async #takeUnheard(connection: Connection): Promise<number> {
    const now = this.#options.context.now();
    let taken = 0;
    for (const model of await this.#page.unheard(connection)) {
      const heard = heardOf(model, now);
      if (heard && heard.at >= now - UNHEARD_MS && (await this.#take(heard))) taken += 1;
    }
    return taken;
  }

  /** True when it is a new one of somebody else. */
  async #take(heard: Heard, place?: number): Promise<boolean> {
    const { context, supervisor } = this.#options;
    if (this.#seen.has(heard.id)) return false;
    this.#seen.add(heard.id);
    if (this.#seen.size > MAX_SEEN) for (const oldest of this.#seen) if (this.#seen.size > MAX_SEEN) this.#seen.delete(oldest);
    supervisor().touch();
    try {
      if (await this.#noted.has(heard.id)) return false;
      const taken = await this.#note(heard, place);
      await this.#noted.add(heard.id, heard.at);
      if (this.#complete) await this.#noted.isComplete(Math.min(heard.at, context.now()));
      return taken;
    } catch (error) {
      // Taken the next time that it is looked for what is missing.
      this.#seen.delete(heard.id);
      this.#complete = false;
      throw error;
    }
  }

  /** Each step may be done again after a kill, and the last one is what makes it known. */
  async #note(heard: Heard, place?: number): Promise<boolean> {
    const { context } = this.#options;
    const chat = await this.#people.byNumber(heard.chat);
    const author = heard.author === null ? null : await this.#people.byNumber(heard.author);
    const chatName = chat.endsWith('@g.us') ? await this.#page.titleOf(chat) : heard.name;
    const { media } = heard;
    const sender = author ?? chat;
    // Before the message is kept: what a killed host has kept already is not told of again.
    if (!heard.fromMe && isOptOut(heard.text, context.config().optOutWords)) await this.#optOut(sender, heard.text);
    if (!heard.fromMe && media) await this.media.heard({ id: heard.id, chat, media });
    const isNew = (await this.history.add({ ...heard, chat, author, key: null, chatName, place })) && !heard.fromMe;
    if (isNew) this.#received(heard, { chat, sender });
    if (!heard.fromMe && media) this.media.fetchLater(heard.id);
    return isNew;
  }

  #received(heard: Heard, { chat, sender }: { readonly chat: string; readonly sender: string }): void {
    const { context, clientId } = this.#options;
    const { media, caughtUp } = heard;
    context.event({
      type: 'message.received',
      account: context.account.id,
      message: `${clientId} from ${sender}${chat.endsWith('@g.us') ? ` in ${chat}` : ''}`,
      fields: {
        clientId,
        id: heard.id,
        from: sender,
        chat,
        type: heard.type,
        at: heard.at,
        ...(media && { mime: media.mime, bytes: media.bytes }),
        ...(caughtUp && { caughtUp }),
        ...(context.config().textInEvents && { text: heard.text.slice(0, 4_000) }),
      },
    });
  }

  async #optOut(sender: string, text: string): Promise<void> {
    const { context, clientId } = this.#options;
    if (!(await this.#optOuts.add(sender, `wrote “${text.slice(0, 40)}” to ${clientId}`))) return;
    context.event({
      type: 'contact.opted-out',
      account: context.account.id,
      message: `${sender} opted out of campaigns`,
      fields: { clientId, from: sender },
    });
  }

  async #vote({ poll, voter, options }: Vote): Promise<void> {
    const { context, clientId } = this.#options;
    const vote = { poll, voter: await this.#people.byNumber(voter), options };
    if (!(await this.#votes.note(context.account.id, vote))) return;
    context.event({
      type: 'poll.voted',
      account: context.account.id,
      message: `${clientId}: ${vote.voter} chose ${options.length === 0 ? 'nothing any more' : options.join(', ')}`,
      fields: { clientId, id: poll, from: vote.voter, options: [...options] },
    });
  }

  /** A word that came while nobody listened counts before anything goes out. */
  async #refusal({ campaign, chat }: Outgoing): Promise<string | undefined> {
    if (campaign === undefined) return undefined;
    await this.#taking;
    return (await this.#optedOut(chat)) ? 'they opted out' : undefined;
  }

  /** Also where it was said under the other id of the same person. */
  async #optedOut(chat: string): Promise<boolean> {
    if (await this.#optOuts.has(chat)) return true;
    if (!(await this.#optOuts.anyUnderLid())) return false;
    // Once it is known whose id it is, it is noted under the number.
    await this.#people.lidOf(chat);
    return this.#optOuts.has(chat);
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
          type: attachment === undefined ? 'chat' : attachment.kind === 'poll' ? 'poll_creation' : attachment.kind,
          ack: 0,
          key,
          ...(attachment?.kind === 'poll' && { options: attachment.options }),
          at: message.triedAt ?? this.#options.context.now(),
        }),
      );
    }
    if (message.campaign !== undefined)
      this.#later(async () => (await this.#options.context.service<WhatsAppService>()).campaigns.follow(message));
  }

  #later(work: () => Promise<unknown>): void {
    this.#taking = this.#taking
      .then(work)
      .catch((error: unknown) => this.#tell(`a message could not be noted: ${reasonOf(error)}`, 'error'));
  }

  #tell(what: string, level: 'warn' | 'error'): void {
    const { context, clientId } = this.#options;
    const message = `${clientId}: ${what}`;
    context.event({ type: 'message.error', level, account: context.account.id, message, fields: { clientId } });
  }
}
