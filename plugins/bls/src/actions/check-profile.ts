import { MusterError, type JsonObject, type PluginTaskContext } from '@muster/sdk';
import { toFailure } from '../runner/failure.ts';
import { missingWidgets } from '../runner/fill-form.ts';
import { missingSelectors } from '../runner/page-functions.ts';
import { watchPage, type PageWatch } from '../runner/page-watch.ts';
import { dismiss, openPage, type Visit } from '../runner/steps.ts';
import type { SiteProfile, Step } from '../profile/site-profile.ts';
import type { Account, CheckProfileInput, Config } from '../schemas.ts';
import type { BlsService } from '../service.ts';
import { baseUrlOf } from '../register/base-url.ts';
import { endOf, PAUSES } from '../register/outcome.ts';

type Context = PluginTaskContext<Config, Account, CheckProfileInput>;

/** What a step looks for on the page itself; parts of a captcha's frame are there only when it is open. */
function selectorsOf(step: Step): readonly string[] {
  switch (step.do) {
    case 'open':
      return step.ready === undefined ? [] : [step.ready];
    case 'dismiss':
      return step.optional ? [] : step.click;
    case 'fill':
      return [...Object.keys(step.values), ...Object.keys(step.dates), ...Object.keys(step.choices)].filter(
        (selector) => !step.optional.includes(selector),
      );
    case 'captcha':
      return [step.open, step.done];
    case 'otp':
      return [step.into];
    default:
      return [step.selector, ...step.afterwards];
  }
}

/** Scripts of a page draw them after it is there. */
const WIDGETS_WITHIN_MS = 5_000;

interface CheckedPage extends JsonObject {
  readonly page: string;
  readonly path: string;
  readonly missing: readonly string[];
}

/** Opens a profile's pages and says which selectors they lack. Nothing is filled in, nothing is sent. */
export async function checkProfile(ctx: Context): Promise<JsonObject> {
  const service = await ctx.service<BlsService>();
  const loaded = await service.profiles.load(ctx.input.profile ?? ctx.config.profile);
  const { profile } = loaded;
  const baseUrl = baseUrlOf(loaded, ctx.config);
  const site = new URL(baseUrl).host;
  const gate = await service.gate(site);
  const groups = pagesOf(profile);
  ctx.progress(0, groups.length, 'opening');
  const visa = await gate.enter({
    paceMs: profile.paceMs,
    signal: ctx.signal,
    note: (why) => ctx.progress(0, groups.length, why),
  });
  const opened = await service.browsers().open({ blockedUrls: profile.blockedUrls });
  const watch: PageWatch = watchPage(opened.page, { profile, signal: ctx.signal, now: () => ctx.now() });
  const visit: Visit = {
    watch,
    profile,
    baseUrl,
    data: {},
    timeoutMs: ctx.config.stepTimeoutMs,
    signal: ctx.signal,
    now: () => ctx.now(),
    sleep: (ms) => ctx.sleep(ms),
  };
  const pages: CheckedPage[] = [];
  try {
    for (const [index, steps] of groups.entries()) {
      const [first] = steps;
      if (first?.do !== 'open') continue;
      // Its own mark may be what is missing: that is for the report.
      await openPage(visit, { ...first, ready: undefined });
      for (const step of steps) if (step.do === 'dismiss') await dismiss(visit, { ...step, optional: true }, first.page);
      const wanted = [...new Set(steps.flatMap(selectorsOf))];
      const missing = await watch.during(() => watch.page.evaluate(missingSelectors, wanted));
      const widgets = steps.flatMap((step) => (step.do === 'fill' ? Object.entries(step.widgets) : []));
      const there = widgets.filter(([selector]) => !missing.includes(selector));
      const undrawn = await watch.during(() => watch.page.evaluate(missingWidgets, there, WIDGETS_WITHIN_MS));
      pages.push({ page: first.page, path: first.path, missing: [...missing, ...undrawn] });
      ctx.progress(index + 1, groups.length, first.page);
    }
    visa.served();
  } catch (thrown) {
    if (ctx.signal.aborted || thrown instanceof MusterError) throw thrown;
    const failure = toFailure(thrown, {});
    const { kind, facts } = failure;
    const refused = kind === 'rate_limited' || kind === 'blocked';
    const until = refused
      ? await visa.refused({ why: failure.message, retryAfterMs: facts.retryAfterMs, rules: PAUSES[kind] })
      : ctx.now();
    throw endOf(failure, refused ? 'pause-site' : 'later', {
      site,
      pausedForMs: until - ctx.now(),
      lastAttempt: false,
    });
  } finally {
    visa.left();
    watch.close();
    await opened.close();
  }
  const lacking = pages.flatMap(({ page, missing }) => missing.map((selector) => `${page}: ${selector}`));
  return { profile: profile.id, site, fits: lacking.length === 0, missing: lacking, pages };
}

/** The steps of each page, the one that opens it first. */
function pagesOf({ steps, login }: SiteProfile): Step[][] {
  const groups: Step[][] = [];
  for (const step of steps) {
    if (step.do === 'open') groups.push([step]);
    else groups.at(-1)?.push(step);
  }
  if (login) groups.push([...login.steps, { do: 'click', selector: login.click, afterwards: [], irreversible: false }]);
  return groups;
}
