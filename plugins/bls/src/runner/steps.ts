import { fieldWork } from '../profile/render.ts';
import type { SiteProfile, StepOf } from '../profile/site-profile.ts';
import { isStop, SiteFailure, toFailure } from './failure.ts';
import { fillForm } from './fill-form.ts';
import { appears, clickOn } from './page-functions.ts';
import { refusalOf, type PageWatch } from './page-watch.ts';

type Data = Readonly<Record<string, unknown>>;

/** One visit of the site: a page, what is known of it, and what the steps need. */
export interface Visit {
  readonly watch: PageWatch;
  readonly profile: SiteProfile;
  readonly baseUrl: string;
  readonly data: Data;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** Rejects when the visit is stopped. */
  readonly sleep: (ms: number) => Promise<void>;
}

/** Tries of a page whose connection breaks; no more than a person would reload it. */
const OPEN_TRIES = 4;

export async function openPage(visit: Visit, step: StepOf<'open'>): Promise<void> {
  const { watch, profile, baseUrl, timeoutMs, sleep, now } = visit;
  for (let tried = 1; ; tried += 1) {
    watch.forget();
    try {
      const response = await watch.during(() =>
        watch.page.goto(new URL(step.path, baseUrl).href, { waitUntil: 'domcontentloaded', timeout: timeoutMs }),
      );
      const refused = response && refusalOf(profile, response, now());
      if (refused) throw refused;
      const { protocol, hostname: host } = new URL(watch.page.url());
      // The browser's own page in place of one that did not come.
      if (!protocol.startsWith('http')) throw new SiteFailure('network', `The page “${step.page}” did not come`);
      if (!profile.allowHosts.includes(host))
        throw new SiteFailure('blocked', `The page “${step.page}” leads to ${host}, which the profile does not allow`);
      if (response && response.status() >= 400)
        throw new SiteFailure('unknown', `The page “${step.page}” answered ${response.status()}`, { status: response.status() });
      const { ready } = step;
      if (ready !== undefined) await watch.during(() => needs(visit, step.page, ready));
      return;
    } catch (thrown) {
      const failure = isStop(thrown) ? thrown : toFailure(thrown, { page: step.page });
      const passing = failure instanceof SiteFailure && failure.kind === 'network' && tried < OPEN_TRIES;
      // A way out through which nothing ever came is the proxy's own fault; the caller knows whether there is one.
      if (!passing) throw failure;
      await sleep(200 * tried);
    }
  }
}

/** Waits in the page: the library's own way of waiting sends a script of 10 kB there first, and asks ten times. */
async function needs({ watch, timeoutMs, now }: Visit, page: string, selector: string): Promise<void> {
  const until = now() + timeoutMs;
  for (;;) {
    const found = await watch.page.evaluate(appears, selector, Math.max(0, until - now())).catch((error: unknown) => {
      // It led itself to another page: looked for there.
      if (now() < until && error instanceof Error && /context was destroyed|Cannot find context/i.test(error.message))
        return undefined;
      throw error;
    });
    if (found === true) return;
    if (found === false) throw missing(page, selector);
  }
}

export const missing = (page: string, selector: string): SiteFailure =>
  new SiteFailure('selector_missing', `The page “${page}” has no ${selector}; the site may have changed: mend the profile`, {
    page,
    selector,
  });

export async function dismiss({ watch }: Visit, step: StepOf<'dismiss'>, page: string): Promise<void> {
  const [lacking] = await watch.during(() => watch.page.evaluate(clickOn, ...step.click));
  if (lacking !== undefined && !step.optional) throw missing(page, lacking);
}

export async function fill({ watch, data, timeoutMs }: Visit, step: StepOf<'fill'>, page: string): Promise<void> {
  const works = fieldWork(step, data);
  const [unfilled] = await watch.during(() => watch.page.evaluate(fillForm, works, Math.min(timeoutMs, 15_000)));
  if (!unfilled) return;
  const { selector, lacks, value } = unfilled;
  if (lacks === 'element') throw missing(page, selector);
  if (lacks === 'widget') throw missing(page, `${selector} (as ${step.widgets[selector] ?? ''})`);
  const isDay = Object.hasOwn(step.dates, selector);
  const what = isDay
    ? `The field ${selector} of the page “${page}” does not take the day`
    : `The list ${selector} of the page “${page}” has no entry`;
  throw new SiteFailure('field_invalid', `${what} “${value}”`, { page, selector });
}

export async function click({ watch }: Visit, selector: string, page: string): Promise<void> {
  const [lacking] = await watch.page.evaluate(clickOn, selector);
  if (lacking !== undefined) throw missing(page, lacking);
}
