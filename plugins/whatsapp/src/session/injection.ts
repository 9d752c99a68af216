import { MusterError } from '@muster/sdk';
import type { Page } from 'puppeteer';
import { missingModules, pageVersion } from '../client/page-calls.ts';
import { LINK_MODULES, MESSAGE_MODULES } from '../client/required-modules.ts';
import type { Sightings } from './sightings.ts';
import { isNavigation, reasonOf } from '../within.ts';

/** Modules come with the page's scripts, not all at once. */
const MODULES_MS = 10_000;
const LOOK_EVERY_MS = 100;
const MAX_TRIES = 5;

export interface InjectionOptions {
  readonly page: () => Page | null | undefined;
  readonly sightings: Sightings;
  /** False once this browser is no longer wanted. */
  readonly alive: () => boolean;
  readonly openTimeoutMs: number;
}

/**
 * Stands around the library's injection, which runs after every navigation: once a document, one at a time, again when the
 * page loads itself anew in the middle, and never with nobody to take its failure. Before it, the modules are looked for.
 */
export function createInjection({ page, sightings, alive, openTimeoutMs }: InjectionOptions) {
  let before: Promise<void> = Promise.resolve();
  let complete = false;
  let first = true;

  const sameDocument = async (): Promise<boolean> =>
    complete && (await page()?.evaluate(() => (window as unknown as { AuthStore?: unknown }).AuthStore !== undefined)) === true;

  const run = async (inject: () => Promise<void>): Promise<void> => {
    for (let tries = 1; ; tries++) {
      try {
        // The address changed, the document did not: a second injection would double every word of the page.
        if (await sameDocument()) return;
        complete = false;
        await lookForModules(page(), openTimeoutMs);
        await inject();
        complete = true;
        first = false;
        return;
      } catch (error) {
        if (!alive()) return;
        if (isNavigation(error) && tries < MAX_TRIES) {
          sightings.remedy('inject-again', reasonOf(error));
          await new Promise((resolve) => setTimeout(resolve, 200));
          continue;
        }
        if (error instanceof MusterError && error.code === 'PAGE_CHANGED') return sightings.refused(error.message);
        if (first) throw error instanceof Error ? error : new Error(String(error));
        return sightings.browserLost(`the library did not settle in after a navigation: ${reasonOf(error)}`);
      }
    }
  };
  return (inject: () => Promise<void>): Promise<void> => {
    const mine = before.then(() => run(inject));
    before = mine.catch(() => undefined);
    return mine;
  };
}

/** PAGE_CHANGED with the names of what is not there. */
async function lookForModules(page: Page | null | undefined, openTimeoutMs: number): Promise<void> {
  if (!page) return;
  const names = [...LINK_MODULES, ...MESSAGE_MODULES];
  const until = performance.now() + openTimeoutMs;
  let since: number | undefined;
  while (performance.now() < until) {
    // Without a version the library waits too, and says `auth timeout` in the end.
    if ((await pageVersion(page)) !== undefined) {
      since ??= performance.now();
      const missing = await missingModules(page, names);
      if (missing.length === 0) return;
      if (performance.now() - since > Math.min(MODULES_MS, openTimeoutMs / 2))
        throw new MusterError(
          'PAGE_CHANGED',
          `WhatsApp Web has changed: the page lacks ${missing.length === 1 ? 'module' : 'modules'} ${missing.join(', ')}. Look for a newer muster, or pin the setting webVersion to one that has them.`,
        );
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  throw new Error('the page did not say its version');
}
