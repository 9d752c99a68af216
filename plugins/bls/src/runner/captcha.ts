import type { ElementHandle, Frame } from 'puppeteer';
import type { StepOf } from '../profile/site-profile.ts';
import { SiteFailure } from './failure.ts';
import { chooseTiles, clickOn, isVisible, readCaptcha, type CaptchaFacts } from './page-functions.ts';
import { tileNumbers, type People } from './people.ts';
import { answerTo, refusedBy, type SiteAnswer } from './site-answer.ts';
import { click, missing, type Visit } from './steps.ts';

type CaptchaStep = StepOf<'captcha'>;

/** How long the frame may take to show all its pictures. */
const SHOWN_WITHIN_MS = 20_000;
const LOOK_FOR_MS = 2_000;
/** How long a refused captcha may take to show its next pictures before it is opened anew. */
const NEXT_WITHIN_MS = 10_000;

interface Shown extends CaptchaFacts {
  readonly frame: Frame;
  readonly element: ElementHandle;
}

/** Shows the captcha to a person and hands in what they choose, until the site takes it. */
export async function solveByPerson(
  visit: Visit,
  step: CaptchaStep,
  { page, people, label }: { readonly page: string; readonly people: People; readonly label: string },
): Promise<void> {
  const { watch, profile, timeoutMs } = visit;
  if (await watch.during(() => watch.page.evaluate(isVisible, step.done))) return;
  let shown = await open(visit, step, page);
  for (let tried = 1; ; tried += 1) {
    const numbers = await choose(visit, shown, { people, label });
    const { frame } = shown;
    const answer: SiteAnswer = await answerTo(watch, step.expect, {
      profile,
      timeoutMs,
      act: async () => {
        await frame.evaluate(chooseTiles, step.tile, numbers);
        if (!(await frame.evaluate(clickOn, step.submit))) throw missing(page, step.submit);
      },
    });
    await shown.element.dispose().catch(() => undefined);
    if (answer.ok) return;
    const failure = refusedBy(answer, 'The captcha was not taken');
    if (failure.kind !== 'captcha_rejected' || tried >= step.tries) throw failure;
    shown = (await next(visit, step)) ?? (await open(visit, step, page));
  }
}

async function open(visit: Visit, step: CaptchaStep, page: string): Promise<Shown> {
  const { watch, timeoutMs } = visit;
  await watch.during(() => click(visit, step.open, page));
  const shown = await look(visit, step, Math.min(timeoutMs, SHOWN_WITHIN_MS));
  if (shown) return shown;
  const frame = await watch.during(() => watch.page.$(step.frame));
  if (!frame) throw missing(page, step.frame);
  const inside = await frame.contentFrame();
  await frame.dispose();
  // A frame with its words in it and no tiles is another page than the profile knows; an empty one has not come.
  const words = await watch.during(async () => (await inside?.$(step.instruction)) ?? null);
  if (words) throw missing(page, `${step.frame} ${step.tile}`);
  throw new SiteFailure('network', 'The captcha did not come', { page, selector: step.frame });
}

/** The next captcha in the same frame, where the site shows one by itself. */
const next = (visit: Visit, step: CaptchaStep): Promise<Shown | undefined> => look(visit, step, NEXT_WITHIN_MS);

/** Waits for the frame with all its pictures. */
async function look({ watch, sleep, now }: Visit, step: CaptchaStep, withinMs: number): Promise<Shown | undefined> {
  const until = now() + withinMs;
  for (;;) {
    const shown = await watch.during(() => lookOnce(watch.page.$(step.frame), step));
    if (shown?.broken === true)
      throw new SiteFailure('network', 'A picture of the captcha did not come', { selector: step.tile });
    if (shown) return shown;
    if (now() >= until) return undefined;
    await sleep(75);
  }
}

async function lookOnce(finding: Promise<ElementHandle | null>, step: CaptchaStep): Promise<Shown | undefined> {
  const element = await finding;
  if (!element) return undefined;
  try {
    const frame = await element.contentFrame();
    // Waits in the page: asking from here again and again costs more than the page itself.
    const facts = await frame?.evaluate(readCaptcha, { instruction: step.instruction, tile: step.tile, withinMs: LOOK_FOR_MS });
    if (frame && facts) return { frame, element, ...facts };
  } catch {
    // The frame is between two documents: looked at again.
  }
  await element.dispose().catch(() => undefined);
  return undefined;
}

async function choose(
  { watch }: Visit,
  { element, words, tiles, area }: Shown,
  { people, label }: { readonly people: People; readonly label: string },
): Promise<number[]> {
  const image = await watch.during(() => element.screenshot({ type: 'png', clip: { ...area }, optimizeForSpeed: true }));
  const how = `answer with the numbers of the tiles, 1 to ${tiles}, counted left to right, top to bottom`;
  for (let asked = 1; ; asked += 1) {
    const again = asked === 1 ? '' : 'That was no list of tiles. ';
    const answer = await watch.during((withdraw) =>
      people.ask({ kind: 'captcha', title: `${again}${label}: ${words} (${how})`, image, withdraw }),
    );
    const numbers = tileNumbers(answer, tiles);
    if (numbers) return numbers;
    if (asked >= 5) throw new SiteFailure('captcha_rejected', 'Five answers to the captcha were no tile numbers');
  }
}
