import type { SessionContext } from '@muster/sdk';
import type { Account, Config } from '../schemas.ts';
import { reasonOf, within } from '../within.ts';
import type { BrowserSlot } from './browser-slot.ts';
import type { Course } from './course.ts';
import type { Remedy } from './remedies.ts';
import { Restarts } from './restarts.ts';

export interface RecoveryOptions {
  readonly context: SessionContext<Config, Account>;
  readonly browser: BrowserSlot;
  readonly course: Course;
  /** Ends with the session. */
  readonly signal: AbortSignal;
  readonly remedy: (remedy: Remedy, why: string) => void;
  readonly launch: () => Promise<void>;
  /** Too many restarts in a row. */
  readonly giveUp: (why: string) => void;
}

/** What follows when a page or a browser is lost: the page is loaded again, or a new browser is started after a pause that grows. */
export class Recovery {
  readonly #options: RecoveryOptions;
  readonly #restarts = new Restarts();

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  /** It came up: the next restart is not one in a row. */
  ready(): void {
    this.#restarts.ready(this.#options.context.now());
  }

  /** It begins anew, with a clean profile. */
  forget(): void {
    this.#restarts.forget();
  }

  async reload(why: string): Promise<void> {
    const { context, browser, course, remedy } = this.#options;
    const page = browser.connection?.page;
    const what = `the page crashed: ${why}`;
    if (!page || !course.apply('page-lost', what)) return this.restart(what);
    remedy('reload-page', why);
    try {
      await within(page.reload(), context.config().openTimeoutMs, 'the page');
    } catch (error) {
      if (course.state === 'reconnecting') this.restart(`the page did not come back: ${reasonOf(error)}`);
    }
  }

  restart(why: string): void {
    const { context, browser, course, giveUp } = this.#options;
    // A host that stops closes its sessions next.
    if (context.signal.aborted || !course.apply('browser-lost', why)) return;
    browser.disown();
    const { restartLimit: limit, restartPauseMs: firstPauseMs } = context.config();
    const pause = this.#restarts.next({ now: context.now(), random: context.random(), firstPauseMs, limit });
    if (pause === undefined) giveUp(`restarted ${limit} times in a row: ${why}`);
    else void this.#again(why, pause);
  }

  async #again(why: string, pauseMs: number): Promise<void> {
    const { context, browser, course, signal, remedy, launch } = this.#options;
    await browser.close();
    remedy('restart-browser', why);
    try {
      await context.sleep(pauseMs, signal);
    } catch {
      // It is being closed, or the host stops: whoever does so closes it.
      return;
    }
    if (course.apply('retry')) await launch();
  }
}
