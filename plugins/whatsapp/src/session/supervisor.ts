import { rm } from 'node:fs/promises';
import { MusterError, type Challenge, type SessionContext } from '@muster/sdk';
import type { Message, PollVote } from 'whatsapp-web.js';
import { askForQr, logOut, takeOver } from '../client/page-calls.ts';
import type { WhatsAppState } from '../machine/states.ts';
import type { Happening } from '../machine/transitions.ts';
import type { Account, Config } from '../schemas.ts';
import { BrowserSlot } from './browser-slot.ts';
import type { Connection } from './connection.ts';
import { Course } from './course.ts';
import { reportFigures } from './figures.ts';
import { newFacts, wrongNumber } from './identity.ts';
import { launchBrowser } from './launch-browser.ts';
import { Recovery } from './recovery.ts';
import type { Remedy } from './remedies.ts';
import { createScanTurn } from './scan-turn.ts';
import { heardWhile, type Sightings } from './sightings.ts';
import { Teller } from './teller.ts';
import { watch } from './watchdog.ts';
import { reasonOf, within } from '../within.ts';

export interface SupervisorOptions {
  readonly context: SessionContext<Config, Account>;
  readonly clientId: string;
  readonly profile: string;
  readonly linkByCode: boolean;
  readonly message: (message: Message) => void;
  readonly created: (message: Message) => void;
  readonly ack: (messageId: string, ack: number) => void;
  readonly voted: (vote: PollVote) => void;
  /** At each `ready`, and again after a reconnect. */
  readonly ready: (connection: Connection) => void;
  readonly queued: () => number;
}

/** Chromium writes a new login to disk within so long; a kill before that loses it. */
const FLUSH_MS = 5_000;
const LOG_OUT_MS = 10_000;

/** Keeps one number online: opens browsers for it, one after the other, and moves through the states as the machine says. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #teller: Teller;
  readonly #turn: ReturnType<typeof createScanTurn>;
  /** Ends with this session. */
  readonly #whole = new AbortController();
  readonly #browser = new BrowserSlot();
  readonly #course: Course;
  readonly #recovery: Recovery;
  #justLinked = false;
  #ended: () => void = () => undefined;
  /** Resolves when no browser runs any more and none will by itself. */
  readonly ended = new Promise<void>((resolve) => (this.#ended = resolve));

  constructor(options: SupervisorOptions) {
    this.#options = options;
    const { context, clientId } = options;
    this.#teller = new Teller(context, clientId);
    this.#course = new Course({ teller: this.#teller, noCodes: () => this.#turn.end() });
    this.#recovery = new Recovery({
      context,
      browser: this.#browser,
      course: this.#course,
      signal: this.#whole.signal,
      remedy: (remedy, why) => this.remedy(remedy, why),
      launch: () => this.#launch(),
      giveUp: (why) => void this.#end('given-up', why),
    });
    this.#turn = createScanTurn({
      attention: () => context.attention(),
      askForCodes: () => this.#askForCodes(),
      show: (challenge) => this.#show(challenge),
      nobodyCame: (why) => void this.#end('nobody-scanned', why),
      rounds: () => context.config().qrRounds,
      now: () => context.now(),
    });
  }

  get state(): WhatsAppState {
    return this.#course.state;
  }

  /** The page and its client; SESSION_NOT_READY in any state but `ready`. */
  get connection(): Connection {
    const { connection } = this.#browser;
    if (this.#course.state === 'ready' && connection) return connection;
    const what = `The session ${this.#options.clientId} is ${this.#course.state}: wait until it is ready.`;
    throw new MusterError('SESSION_NOT_READY', what, { remedy: 'retry' });
  }

  start(): void {
    const { context, queued } = this.#options;
    this.#course.apply('open');
    void reportFigures({
      context,
      pid: () => this.#browser.connection?.browser.pid,
      counts: this.#teller.counts,
      queued,
      signal: this.#whole.signal,
    });
    void this.#launch();
  }

  /** It is not even started. */
  async refuse(why: string): Promise<void> {
    this.#course.apply('open');
    await this.#end('refused', why);
  }

  /** Ends the browser so that the next start needs no code. */
  async close(): Promise<void> {
    await this.#end('close');
    await this.#browser.close();
  }

  /** Removes the link, then the profile: the next start asks for a code. */
  async logOut(): Promise<void> {
    const { page } = this.connection;
    this.#course.loggingOut = true;
    await within(logOut(page), LOG_OUT_MS, 'the page').catch(() => undefined);
    await this.#unlinked('logged out by an operator');
  }

  /** Counts as life of the session. */
  touch(): void {
    this.#teller.touch();
  }

  remedy(remedy: Remedy, why: string): void {
    this.#teller.remedy(remedy, why);
  }

  async #launch(): Promise<void> {
    const { context, clientId, profile, linkByCode } = this.#options;
    const life = this.#browser.begin();
    const signal = AbortSignal.any([life, this.#whole.signal, context.signal]);
    const mine = (): boolean => !life.aborted;
    const sightings = heardWhile(mine, this.#sightings);
    try {
      const connection = await launchBrowser({
        context,
        clientId,
        profile,
        linkByCode,
        slot: this.#browser,
        sightings,
        signal,
      });
      if (!mine()) return await this.#browser.close();
      if (this.#course.state === 'ready') this.#options.ready(connection);
      void watch({
        page: connection.page,
        sightings,
        config: () => context.config(),
        state: () => this.#course.state,
        codesRanOut: () => this.#turn.ranOut(),
        signal,
        sleep: (ms, ends) => context.sleep(ms, ends),
        now: () => context.now(),
      });
    } catch (error) {
      if (!mine() || context.signal.aborted) return;
      if (error instanceof MusterError && error.code === 'NO_BROWSER') await this.#end('refused', error.message);
      else this.#recovery.restart(reasonOf(error));
    }
  }

  /** What the present browser tells, and what follows from it. */
  readonly #sightings: Sightings = {
    qr: (text) => {
      // A ready page that shows a code has lost its link while nobody told.
      if (['ready', 'syncing'].includes(this.#course.state)) void this.#unlinked('the page asks to be linked anew');
      else if (this.#course.apply('qr-shown')) this.#turn.qr(text);
    },
    code: (text) => void (text !== '' && this.#course.apply('code-shown') && this.#turn.code(text)),
    loading: (percent) => {
      this.#linked();
      this.#teller.event('session.loading', `${percent} % loaded`, { percent }, 'debug');
    },
    linked: () => this.#linked(),
    synced: (wid, name) => void this.#synced(wid, name),
    line: (state) => {
      if (state === 'TIMEOUT' || state === 'OPENING') this.#course.apply('line-lost', `no line to WhatsApp (${state})`);
      else if (state === 'CONNECTED' && this.#course.apply('line-back')) this.#tellReady();
    },
    message: (message) => this.#options.message(message),
    created: (message) => this.#options.created(message),
    ack: (id, ack) => this.#options.ack(id, ack),
    voted: (vote) => this.#options.voted(vote),
    pageLost: (why) => void this.#recovery.reload(why),
    browserLost: (why) => this.#recovery.restart(why),
    unlinked: (why) => void this.#unlinked(why),
    replaced: () => void this.#replaced(),
    refused: (why) => void this.#end('refused', why),
    remedy: (remedy, why) => this.remedy(remedy, why),
  };

  #tellReady(): void {
    const { connection } = this.#browser;
    if (connection) this.#options.ready(connection);
  }

  #linked(): void {
    const waited = this.#course.shows;
    if (!this.#course.apply('linked') || !waited) return;
    this.#justLinked = true;
    this.#teller.event('session.authenticated', 'linked by the phone');
  }

  async #synced(wid: string, name: string): Promise<void> {
    const { context } = this.#options;
    const wrong = wrongNumber(context.account.data, wid);
    if (wrong !== undefined) {
      const page = this.#browser.connection?.page;
      if (page) await within(logOut(page), LOG_OUT_MS, 'the page').catch(() => undefined);
      return this.#end('refused', wrong, { wipe: true });
    }
    if (!this.#course.apply('synced')) {
      // It loaded itself anew, and quickly: what came meanwhile is looked for.
      if (this.#course.state === 'ready') this.#tellReady();
      return;
    }
    this.#recovery.ready();
    this.touch();
    if (this.#justLinked) this.#reportUntilFlushed();
    this.#teller.event('session.ready', `ready as ${wid}`, { wid });
    this.#tellReady();
    const data = newFacts(context.account.data, wid, name);
    // Another account is known by this number: two sessions of one number would take its messages from each other.
    if (data)
      await context
        .update({ data })
        .catch((error: unknown) =>
          this.#end('refused', `${wid} cannot be noted as the number of this account: ${reasonOf(error)}`),
        );
  }

  /** A browser that is killed now forgets the new login; a killed host is no harm, its browser closes in order. */
  #reportUntilFlushed(): void {
    const { context } = this.#options;
    this.#justLinked = false;
    this.#course.report('the new login is being written to disk: a power cut within 5 s would lose it');
    void context
      .sleep(FLUSH_MS, this.#browser.signal)
      .then(() => this.#course.state === 'ready' && this.#course.report())
      .catch(() => undefined);
  }

  async #unlinked(why: string): Promise<void> {
    const { profile } = this.#options;
    if (!this.#course.apply('unlinked', why)) return;
    this.#browser.disown();
    if (!this.#course.loggingOut) this.#course.report(why);
    this.#teller.ended('unlinked', why);
    await this.#browser.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 4 });
    if (this.#course.loggingOut) {
      this.#whole.abort();
      this.#course.report(why);
      return this.#ended();
    }
    this.remedy('wipe-profile', why);
    this.#recovery.forget();
    if (this.#course.apply('link-again')) void this.#launch();
  }

  async #replaced(): Promise<void> {
    const { context } = this.#options;
    const page = this.#browser.connection?.page;
    if (!context.config().takeOver || !page) return this.#end('replaced', 'WhatsApp Web is open elsewhere with this link');
    this.remedy('take-over', 'CONFLICT');
    await within(takeOver(page), LOG_OUT_MS, 'the page').catch((error: unknown) => this.#end('replaced', reasonOf(error)));
  }

  async #end(on: Happening, why?: string, { wipe = false } = {}): Promise<void> {
    if (!this.#course.apply(on, why)) return;
    this.#browser.disown();
    await this.#browser.close();
    if (wipe) await rm(this.#options.profile, { recursive: true, force: true, maxRetries: 4 });
    this.#whole.abort();
    this.#course.report(why);
    this.#teller.ended(on, why);
    this.#ended();
  }

  async #askForCodes(): Promise<void> {
    const page = this.#browser.connection?.page;
    if (!page) return;
    this.remedy('ask-for-codes', 'UNPAIRED_IDLE');
    await within(askForQr(page), LOG_OUT_MS, 'the page').catch(() => undefined);
  }

  #show(challenge: Challenge | null): void {
    if (challenge) this.#teller.shows(this.#course.state, challenge);
    else this.#course.report('waits for its turn: another session is being linked');
  }
}
