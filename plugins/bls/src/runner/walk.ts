import type { SiteProfile, Step } from '../profile/site-profile.ts';
import { solveByPerson } from './captcha.ts';
import { SiteFailure, type FailureKind } from './failure.ts';
import type { People } from './people.ts';
import { whilePutAway } from './put-away.ts';
import { answerTo, refusedBy } from './site-answer.ts';
import { click, dismiss, fill, missing, openPage, type Visit } from './steps.ts';
import { fillForm } from './fill-form.ts';
import { clickOn } from './page-functions.ts';

/** Told of what cannot be taken back, in this order; each resolves when it is on disk. */
export interface Ledger {
  /** The post is about to be made. */
  posting(): Promise<void>;
  /** The post was not made, or the site did nothing for it. */
  refused(): Promise<void>;
}

export interface WalkOptions {
  readonly people: People;
  readonly ledger: Ledger;
  /** A step begins: its number, and a word for it. */
  readonly at: (step: number, word: string) => void;
}

const WORDS: Readonly<Record<Step['do'], string>> = {
  open: 'opening',
  dismiss: 'conditions',
  fill: 'filling in',
  click: 'sending',
  captcha: 'captcha',
  otp: 'code by mail',
};

/**
 * Where the site cannot be asked, refusals that it gives before it does anything. Where it can be, no refusal is enough: a browser
 * repeats a post by itself when a connection that it used before breaks under it, and the refusal may be of the second one.
 */
const NOTHING_DONE: ReadonlySet<FailureKind> = new Set<FailureKind>([
  'field_invalid',
  'captcha_rejected',
  'captcha_exceeded',
  'otp_invalid',
  'otp_expired',
  'rate_limited',
  'blocked',
]);

/** An otp that was refused is asked for so often; one that came too late is sent anew once. */
const MOST_RESENT = 1;
/** A post that can be made again (nothing irreversible), when its connection broke. */
const MOST_REPOSTED = 2;

/** Walks through a profile's steps, once. Resolves when the site itself said that the registration was made. */
export async function walk(visit: Visit, { people, ledger, at }: WalkOptions): Promise<void> {
  const { profile, watch, timeoutMs } = visit;
  const { steps } = profile;
  let page = 'start';
  let sentAt = visit.now();
  let resent = 0;
  const refusedCodes: string[] = [];

  async function press(step: Step & { do: 'click' }): Promise<void> {
    const { expect, irreversible } = step;
    if (!expect) return watch.during(() => click(visit, step.selector, page));
    if (irreversible) await ledger.posting();
    for (let tried = 0; ; tried += 1) {
      try {
        const answer = await answerTo(watch, expect, { profile, timeoutMs, act: () => click(visit, step.selector, page) });
        if (answer.ok) return;
        throw refusedBy(answer, 'Not taken');
      } catch (thrown) {
        const kind = thrown instanceof SiteFailure ? thrown.kind : undefined;
        if (irreversible && !profile.login && kind !== undefined && NOTHING_DONE.has(kind)) await ledger.refused();
        // Nothing left the page: there was nothing to click.
        if (irreversible && kind === 'selector_missing') await ledger.refused();
        if (irreversible || kind !== 'network' || tried >= MOST_REPOSTED) throw thrown;
        await visit.sleep(200);
      }
    }
  }

  async function typeCode(step: Step & { do: 'otp' }): Promise<void> {
    const pattern = new RegExp(step.pattern);
    for (let asked = 0; ; asked += 1) {
      const given = await watch.during((withdraw) =>
        whilePutAway(watch.page, () => people.code({ refused: refusedCodes, since: sentAt, withdraw })),
      );
      const code = given.trim();
      if (!pattern.test(code)) {
        refusedCodes.push(code);
        if (asked >= step.tries) throw new SiteFailure('otp_invalid', 'What was given is no code of this site');
        continue;
      }
      refusedCodes.push(code);
      const work = { selector: step.into, kind: 'text', value: code, optional: false } as const;
      const [unfilled] = await watch.during(() => watch.page.evaluate(fillForm, [work], 2_000));
      if (unfilled) throw missing(page, step.into);
      return;
    }
  }

  /** Where to go on after a refused code; undefined when it is over. */
  function afterRefusedCode(failure: unknown, from: number): number | undefined {
    if (!(failure instanceof SiteFailure)) return undefined;
    const asking = steps.findLastIndex((step, index) => index < from && step.do === 'otp');
    const step = steps[asking];
    if (step?.do !== 'otp') return undefined;
    if (failure.kind === 'otp_invalid' && refusedCodes.length < step.tries) return asking;
    if (failure.kind !== 'otp_expired' || resent >= MOST_RESENT) return undefined;
    resent += 1;
    return steps.findLastIndex((one, index) => index < asking && one.do === 'click' && one.expect !== undefined);
  }

  for (let index = 0; index < steps.length;) {
    const step = steps[index] as Step;
    at(index, WORDS[step.do]);
    try {
      if (step.do === 'open') {
        page = step.page;
        await openPage(visit, step);
      } else if (step.do === 'dismiss') await dismiss(visit, step, page);
      else if (step.do === 'fill') await fill(visit, step, page);
      else if (step.do === 'captcha') await solveByPerson(visit, step, { page, people });
      else if (step.do === 'otp') await typeCode(step);
      else {
        sentAt = step.irreversible ? sentAt : visit.now();
        await press(step);
        if (step.afterwards.length > 0) await watch.during(() => watch.page.evaluate(clickOn, ...step.afterwards));
      }
      index += 1;
    } catch (failure) {
      const again = afterRefusedCode(failure, index);
      if (again === undefined || again < 0) throw failure;
      index = again;
    }
  }
}

export const stepsOf = ({ steps }: SiteProfile): number => steps.length;
