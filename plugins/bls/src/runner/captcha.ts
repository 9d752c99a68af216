import type { Frame, Page } from 'puppeteer';
import type { StepOf } from '../profile/site-profile.ts';
import { SiteFailure } from './failure.ts';
import { clickUnless, handIn, placeOfFrame, readCaptcha, type CaptchaFacts, type FramePlace } from './page-functions.ts';
import { tileNumbers, type People } from './people.ts';
import { whilePutAway } from './put-away.ts';
import { answerTo, refusedBy, type SiteAnswer } from './site-answer.ts';
import { missing, type Visit } from './steps.ts';

type CaptchaStep = StepOf<'captcha'>;

/** How long the frame may take to show all its pictures. */
const SHOWN_WITHIN_MS = 20_000;
const LOOK_FOR_MS = 2_000;
const LOOK_EVERY_MS = 40;
/** How long a refused captcha may take to show its next pictures before it is opened anew. */
const NEXT_WITHIN_MS = 10_000;

interface Shown extends CaptchaFacts {
  readonly frame: Frame;
  readonly place: FramePlace;
}

/** Shows the captcha to a person and hands in what they choose, until the site takes it. */
export async function solveByPerson(
  visit: Visit,
  step: CaptchaStep,
  { page, people }: { readonly page: string; readonly people: People },
): Promise<void> {
  const { watch, profile, timeoutMs } = visit;
  let shown = await open(visit, step, page);
  for (let tried = 1; shown !== undefined; tried += 1) {
    const { frame } = shown;
    const numbers = await choose(visit, shown, { people, refused: tried > 1 });
    const answer: SiteAnswer = await answerTo(watch, step.expect, {
      profile,
      timeoutMs,
      act: async () => {
        if (!(await frame.evaluate(handIn, { tile: step.tile, numbers, submit: step.submit }))) throw missing(page, step.submit);
      },
    });
    if (answer.ok) return;
    const failure = refusedBy(answer, 'The captcha was not taken');
    if (failure.kind !== 'captcha_rejected' || tried >= step.tries) throw failure;
    shown = (await next(visit, step)) ?? (await open(visit, step, page));
  }
}

/** Undefined when none is asked for (any more). */
async function open(visit: Visit, step: CaptchaStep, page: string): Promise<Shown | undefined> {
  const { watch, timeoutMs } = visit;
  const opened = await watch.during(() => watch.page.evaluate(clickUnless, { selector: step.open, seen: step.done }));
  if (opened === 'seen') return undefined;
  if (!opened) throw missing(page, step.open);
  const shown = await look(visit, step, Math.min(timeoutMs, SHOWN_WITHIN_MS));
  if (shown) return shown;
  const place = await watch.during(() => watch.page.evaluate(placeOfFrame, step.frame));
  if (!place) throw missing(page, step.frame);
  // A frame with its words in it and no tiles is another page than the profile knows; an empty one has not come.
  const words = await watch.during(
    async () => (await (await frameAt(watch.page, step.frame, place))?.$(step.instruction)) ?? null,
  );
  if (words) throw missing(page, `${step.frame} ${step.tile}`);
  throw new SiteFailure('network', 'The captcha did not come', { page, selector: step.frame });
}

/** The next captcha in the same frame, where the site shows one by itself. */
const next = (visit: Visit, step: CaptchaStep): Promise<Shown | undefined> => look(visit, step, NEXT_WITHIN_MS);

/** Waits for the frame with all its pictures. */
async function look({ watch, sleep, now }: Visit, step: CaptchaStep, withinMs: number): Promise<Shown | undefined> {
  const until = now() + withinMs;
  for (;;) {
    const shown = await watch.during(() => lookOnce(watch.page, step));
    if (shown?.broken === true)
      throw new SiteFailure('network', 'A picture of the captcha did not come', { selector: step.tile });
    if (shown) return shown;
    if (now() >= until) return undefined;
    await sleep(LOOK_EVERY_MS);
  }
}

async function lookOnce(page: Page, step: CaptchaStep): Promise<Shown | undefined> {
  const place = await page.evaluate(placeOfFrame, step.frame);
  if (!place) return undefined;
  try {
    const frame = await frameAt(page, step.frame, place);
    // Waits in the page: asking from here again and again costs more than the page itself.
    const facts = await frame?.evaluate(readCaptcha, { instruction: step.instruction, tile: step.tile, withinMs: LOOK_FOR_MS });
    if (frame && facts) return { frame, place, ...facts };
  } catch {
    // The frame is between two documents: looked at again.
  }
  return undefined;
}

const UNLOADED = new Set(['', 'about:blank']);

/** By its address, which costs nothing; by its element where the site leads the frame elsewhere, or has two alike. */
async function frameAt(page: Page, selector: string, { url }: FramePlace): Promise<Frame | undefined> {
  const frames = page.mainFrame().childFrames();
  const alike = frames.filter((frame) => frame.url() === url);
  if (alike.length === 1) return alike[0];
  // Its page is on the way.
  if (url !== '' && frames.some((frame) => UNLOADED.has(frame.url()))) return undefined;
  const element = await page.$(selector);
  try {
    return (await element?.contentFrame()) ?? undefined;
  } finally {
    await element?.dispose();
  }
}

async function choose(
  { watch }: Visit,
  { place, words, tiles, area }: Shown,
  { people, refused }: { readonly people: People; readonly refused: boolean },
): Promise<number[]> {
  const clip = { ...area, x: place.x + area.x, y: place.y + area.y };
  const image = await watch.during(() => watch.page.screenshot({ type: 'png', clip, optimizeForSpeed: true }));
  const how = `answer with the numbers of the tiles, 1 to ${tiles}, counted left to right, top to bottom`;
  for (let asked = 1; ; asked += 1) {
    const again = asked > 1 ? 'That was no list of tiles. ' : refused ? 'The last answer was not taken. ' : '';
    const answer = await watch.during((withdraw) =>
      whilePutAway(watch.page, () => people.ask({ kind: 'captcha', title: `${again}${words} (${how})`, image, withdraw })),
    );
    const numbers = tileNumbers(answer, tiles);
    if (numbers) return numbers;
    if (asked >= 5) throw new SiteFailure('captcha_rejected', 'Five answers to the captcha were no tile numbers');
  }
}
