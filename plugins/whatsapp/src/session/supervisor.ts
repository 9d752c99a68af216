import { rm } from 'node:fs/promises';
import { MusterError, type Challenge, type SessionContext } from '@muster/sdk';
import { findBrowser } from '@muster/sdk/browser';
import type { Message } from 'whatsapp-web.js';
import { askForQr, logOut, takeOver } from '../client/page-calls.ts';
import type { WhatsAppState } from '../machine/states.ts';
import { next, type Happening } from '../machine/transitions.ts';
import type { Account, Config } from '../schemas.ts';
import { openConnection, type Connection } from './connection.ts';
import { reportFigures } from './figures.ts';
import { newFacts, wrongNumber } from './identity.ts';
import type { Remedy } from './remedies.ts';
import { createScanTurn } from './scan-turn.ts';
import type { Sightings } from './sightings.ts';
import { Teller } from './teller.ts';
import { watch } from './watchdog.ts';
import { reasonOf, within } from './within.ts';

export interface SupervisorOptions {
  readonly context: SessionContext<Config, Account>;
  readonly clientId: string;
  readonly profile: string;
  readonly linkByCode: boolean;
  readonly message: (message: Message) => void;
  readonly created: (message: Message) => void;
  readonly ack: (messageId: string, ack: number) => void;
  /** At each `ready`, and again after a reconnect. */
  readonly ready: (connection: Connection) => void;
  readonly queued: () => number;
}

const RESTART_MS = [1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 120_000, 300_000] as const;
/** Ready for so long, the next fault counts as the first again. */
const STEADY_MS = 60_000;
/** Chromium writes a new login to disk within so long; a kill before that loses it. */
const FLUSH_MS = 5_000;
const LOG_OUT_MS = 10_000;
/** What an end is called in the event log; a close by an operator is told by the host. */
const ENDINGS: Partial<Record<Happening, string>> = {
  refused: 'session.auth-failure',
  'given-up': 'session.failed',
  replaced: 'session.disconnected',
  'nobody-scanned': 'session.not-scanned',
};
const TOLD_LATER: ReadonlySet<WhatsAppState> = new Set([
  'needs-scan',
  'conflict',
  'scan',
  'pairing-code',
  'stopped',
  'failed',
  'logged-out',
]);

/** Keeps one number online: opens browsers for it, one after the other, and moves through the states as the machine says. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #teller: Teller;
  readonly #turn: ReturnType<typeof createScanTurn>;
  /** Ends with this session. */
  readonly #whole = new AbortController();
  /** Ends with the present browser. */
  #life = new AbortController();
  #state: WhatsAppState = 'stopped';
  #connection: Connection | undefined;
  /** Settles when the browser that is being started is there, or gone again. */
  #opening: Promise<unknown> = Promise.resolve();
  #closing: Promise<unknown> = Promise.resolve();
  #attempts = 0;
  #readySince = 0;
  #justLinked = false;
  #loggingOut = false;
  #ended: () => void = () => undefined;
  /** Resolves when no browser runs any more and none will by itself. */
  readonly ended = new Promise<void>((resolve) => (this.#ended = resolve));

  constructor(options: SupervisorOptions) {
    this.#options = options;
    const { context, clientId } = options;
    this.#teller = new Teller(context, clientId);
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
    return this.#state;
  }

  /** The page and its client; SESSION_NOT_READY in any state but `ready`. */
  get connection(): Connection {
    if (this.#state !== 'ready' || !this.#connection)
      throw new MusterError(
        'SESSION_NOT_READY',
        `The session ${this.#options.clientId} is ${this.#state}: wait until it is ready.`,
        {
          remedy: 'retry',
        },
      );
    return this.#connection;
  }

  start(): void {
    const { context, queued } = this.#options;
    this.#apply('open');
    void reportFigures({
      context,
      pid: () => this.#connection?.browser.pid,
      counts: this.#teller.counts,
      queued,
      signal: this.#whole.signal,
    });
    void this.#launch();
  }

  /** It is not even started. */
  async refuse(why: string): Promise<void> {
    this.#apply('open');
    await this.#end('refused', why);
  }

  /** Ends the browser so that the next start needs no code. */
  async close(): Promise<void> {
    await this.#end('close');
    await this.#closeBrowser();
  }

  /** Removes the link, then the profile: the next start asks for a code. */
  async logOut(): Promise<void> {
    const { page } = this.connection;
    this.#loggingOut = true;
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

  #apply(on: Happening, why?: string): boolean {
    const to = next(this.#state, on);
    if (to === undefined) return false;
    const before = this.#state;
    this.#state = to;
    // A code is told of in its turn, an end when the browser is gone.
    if (to !== before && !TOLD_LATER.has(to)) this.#report(why);
    if (to === 'reconnecting' && before !== to) this.#teller.counts.reconnects += 1;
    if (!['scan', 'pairing-code'].includes(to)) this.#turn.end();
    return true;
  }

  #report(why?: string): void {
    this.#teller.report({ state: this.#state, why, closed: this.#loggingOut });
  }

  async #launch(): Promise<void> {
    const { context, clientId, profile, linkByCode } = this.#options;
    const life = new AbortController();
    this.#life = life;
    const signal = AbortSignal.any([life.signal, this.#whole.signal, context.signal]);
    const mine = (): boolean => !life.signal.aborted;
    const config = context.config();
    try {
      const found = await findBrowser({ lean: config.engine === 'lean', path: config.browserPath });
      const { webVersion: version, webVersionCache: cache } = config;
      const connection = await context.launch(() => {
        signal.throwIfAborted();
        const opening = openConnection(
          {
            found,
            clientId,
            dataPath: context.profiles,
            profile,
            browserArgs: config.browserArgs,
            featuresOff: config.browserFeaturesOff,
            version: version !== undefined && cache !== undefined ? { version, cache } : undefined,
            phone: linkByCode ? context.account.data.phone : undefined,
            openTimeoutMs: config.openTimeoutMs,
            signal,
          },
          this.#sightings(mine),
        );
        this.#opening = opening.catch(() => undefined);
        return opening;
      });
      // Also when it is no longer wanted: whoever ends it closes what is noted here.
      this.#connection = connection;
      if (!mine()) return await this.#closeBrowser();
      if (this.#state === 'ready') this.#options.ready(connection);
      void watch({
        page: connection.page,
        sightings: this.#sightings(mine),
        config: () => context.config(),
        state: () => this.#state,
        codesRanOut: () => this.#turn.ranOut(),
        signal,
        sleep: (ms, ends) => context.sleep(ms, ends),
        now: () => context.now(),
      });
    } catch (error) {
      if (!mine() || context.signal.aborted) return;
      if (error instanceof MusterError && error.code === 'NO_BROWSER') await this.#end('refused', error.message);
      else this.#restart(reasonOf(error));
    }
  }

  #sightings(mine: () => boolean): Sightings {
    const only =
      <A extends unknown[]>(work: (...of: A) => void) =>
      (...of: A): void =>
        void (mine() && work(...of));
    return {
      qr: only((text) => {
        // A ready page that shows a code has lost its link while nobody told.
        if (['ready', 'syncing'].includes(this.#state)) void this.#unlinked('the page asks to be linked anew');
        else if (this.#apply('qr-shown')) this.#turn.qr(text);
      }),
      code: only((text) => void (text !== '' && this.#apply('code-shown') && this.#turn.code(text))),
      loading: only((percent) => {
        this.#linked();
        this.#teller.event('session.loading', `${percent} % loaded`, { percent }, 'debug');
      }),
      linked: only(() => this.#linked()),
      synced: only((wid, name) => void this.#synced(wid, name)),
      line: only((state) => {
        if (state === 'TIMEOUT' || state === 'OPENING') this.#apply('line-lost', `no line to WhatsApp (${state})`);
        else if (state === 'CONNECTED' && this.#apply('line-back') && this.#connection) this.#options.ready(this.#connection);
      }),
      message: only((message) => this.#options.message(message)),
      created: only((message) => this.#options.created(message)),
      ack: only((id, ack) => this.#options.ack(id, ack)),
      pageLost: only((why) => void this.#reload(why)),
      browserLost: only((why) => this.#restart(why)),
      unlinked: only((why) => void this.#unlinked(why)),
      replaced: only(() => void this.#replaced()),
      refused: only((why) => void this.#end('refused', why)),
      remedy: only((remedy, why) => this.remedy(remedy, why)),
    };
  }

  #linked(): void {
    const waited = ['scan', 'pairing-code'].includes(this.#state);
    if (!this.#apply('linked') || !waited) return;
    this.#justLinked = true;
    this.#teller.event('session.authenticated', 'linked by the phone');
  }

  async #synced(wid: string, name: string): Promise<void> {
    const { context } = this.#options;
    const wrong = wrongNumber(context.account.data, wid);
    if (wrong !== undefined) {
      const page = this.#connection?.page;
      if (page) await within(logOut(page), LOG_OUT_MS, 'the page').catch(() => undefined);
      return this.#end('refused', wrong, { wipe: true });
    }
    if (!this.#apply('synced')) return;
    this.#readySince = context.now();
    this.touch();
    if (this.#justLinked) this.#reportUntilFlushed();
    this.#teller.event('session.ready', `ready as ${wid}`, { wid });
    if (this.#connection) this.#options.ready(this.#connection);
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
    this.#report('the new login is being written to disk: a power cut within 5 s would lose it');
    void context
      .sleep(FLUSH_MS, this.#life.signal)
      .then(() => this.#state === 'ready' && this.#report())
      .catch(() => undefined);
  }

  async #reload(why: string): Promise<void> {
    const page = this.#connection?.page;
    if (!page || !this.#apply('page-lost', `the page crashed: ${why}`)) return this.#restart(`the page crashed: ${why}`);
    this.remedy('reload-page', why);
    try {
      await within(page.reload(), this.#options.context.config().openTimeoutMs, 'the page');
    } catch (error) {
      if (this.#state === 'reconnecting') this.#restart(`the page did not come back: ${reasonOf(error)}`);
    }
  }

  #restart(why: string): void {
    const { context } = this.#options;
    // A host that stops closes its sessions next.
    if (context.signal.aborted || !this.#apply('browser-lost', why)) return;
    this.#life.abort();
    const { restartLimit } = context.config();
    if (this.#readySince > 0 && context.now() - this.#readySince > STEADY_MS) this.#attempts = 0;
    this.#readySince = 0;
    const pause = (RESTART_MS[Math.min(this.#attempts, RESTART_MS.length - 1)] ?? 0) * (0.8 + 0.4 * context.random());
    this.#attempts += 1;
    if (restartLimit > 0 && this.#attempts > restartLimit)
      return void this.#end('given-up', `restarted ${restartLimit} times in a row: ${why}`);
    return void this.#again(why, pause);
  }

  async #again(why: string, pauseMs: number): Promise<void> {
    await this.#closeBrowser();
    this.remedy('restart-browser', why);
    try {
      await this.#options.context.sleep(pauseMs, this.#whole.signal);
    } catch {
      // It is being closed, or the host stops: whoever does so closes it.
      return;
    }
    if (this.#apply('retry')) await this.#launch();
  }

  async #unlinked(why: string): Promise<void> {
    const { profile } = this.#options;
    if (!this.#apply('unlinked', why)) return;
    this.#life.abort();
    if (!this.#loggingOut) this.#report(why);
    this.#teller.event('session.disconnected', why, { reason: why }, 'warn');
    await this.#closeBrowser();
    await rm(profile, { recursive: true, force: true, maxRetries: 4 });
    if (this.#loggingOut) {
      this.#whole.abort();
      this.#report(why);
      return this.#ended();
    }
    this.remedy('wipe-profile', why);
    this.#attempts = 0;
    if (this.#apply('link-again')) void this.#launch();
  }

  async #replaced(): Promise<void> {
    const { context } = this.#options;
    const page = this.#connection?.page;
    if (!context.config().takeOver || !page) return this.#end('replaced', 'WhatsApp Web is open elsewhere with this link');
    this.remedy('take-over', 'CONFLICT');
    await within(takeOver(page), LOG_OUT_MS, 'the page').catch((error: unknown) => this.#end('replaced', reasonOf(error)));
  }

  async #end(on: Happening, why?: string, { wipe = false } = {}): Promise<void> {
    if (!this.#apply(on, why)) return;
    this.#life.abort();
    await this.#closeBrowser();
    if (wipe) await rm(this.#options.profile, { recursive: true, force: true, maxRetries: 4 });
    this.#whole.abort();
    this.#report(why);
    const event = ENDINGS[on];
    if (event !== undefined) this.#teller.event(event, why ?? on, { reason: why ?? on }, 'warn');
    this.#ended();
  }

  async #closeBrowser(): Promise<void> {
    await this.#opening;
    const connection = this.#connection;
    this.#connection = undefined;
    this.#closing = Promise.all([this.#closing, connection?.close()]);
    await this.#closing;
  }

  async #askForCodes(): Promise<void> {
    const page = this.#connection?.page;
    if (!page) return;
    this.remedy('ask-for-codes', 'UNPAIRED_IDLE');
    await within(askForQr(page), LOG_OUT_MS, 'the page').catch(() => undefined);
  }

  #show(challenge: Challenge | null): void {
    if (challenge) this.#teller.shows(this.#state, challenge);
    else this.#report('waits for its turn: another session is being linked');
  }
}
