/// <reference lib="dom" />
// What runs inside the page: each function is sent there as text, so it uses nothing from outside itself.

/** Clicks without a mouse, one after the other; gives those of which the page has nothing to click. */
export function clickOn(...selectors: readonly string[]): string[] {
  return selectors.filter((selector) => {
    const element = document.querySelector(selector);
    if (!(element instanceof HTMLElement)) return true;
    element.click();
    return false;
  });
}

/** Clicks, where what the click is to bring is not to be seen already; false when there is nothing to click. */
export function clickUnless({ selector, seen }: { readonly selector: string; readonly seen: string }): 'seen' | boolean {
  const [element, brought] = [selector, seen].map((one) => document.querySelector(one));
  if (brought instanceof HTMLElement && brought.getClientRects().length > 0) return 'seen';
  if (!(element instanceof HTMLElement)) return false;
  element.click();
  return true;
}

/** Whether the page has it, within the time. */
export async function appears(selector: string, withinMs: number): Promise<boolean> {
  const until = Date.now() + withinMs;
  while (document.querySelector(selector) === null) {
    if (Date.now() >= until) return false;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return true;
}

export interface FramePlace {
  /** As its element says; it may have been led elsewhere. */
  readonly url: string;
  /** Where its own page begins, in CSS pixels of the page around it. */
  readonly x: number;
  readonly y: number;
}

export function placeOfFrame(selector: string): FramePlace | undefined {
  const element = document.querySelector(selector);
  if (!(element instanceof HTMLIFrameElement)) return undefined;
  const { left, top } = element.getBoundingClientRect();
  const { paddingLeft, paddingTop } = getComputedStyle(element);
  return {
    url: element.src,
    x: left + scrollX + element.clientLeft + Number.parseFloat(paddingLeft),
    y: top + scrollY + element.clientTop + Number.parseFloat(paddingTop),
  };
}

export interface CaptchaFacts {
  readonly words: string;
  readonly tiles: number;
  /** One of its pictures will never be there. */
  readonly broken: boolean;
  /** Where its tiles are in the frame, in CSS pixels. */
  readonly area: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

/** The words of a captcha, once all its pictures are there; undefined when they are not within the time. */
export async function readCaptcha({
  instruction,
  tile,
  withinMs,
}: {
  readonly instruction: string;
  readonly tile: string;
  readonly withinMs: number;
}): Promise<CaptchaFacts | undefined> {
  const until = Date.now() + withinMs;
  let before = 0;
  for (;;) {
    const tiles = [...document.querySelectorAll(tile)];
    const pictures = tiles.filter((one) => one instanceof HTMLImageElement);
    const answered = document.documentElement.dataset['answered'] !== undefined;
    // Half of a page that is still coming looks like a whole captcha of fewer tiles.
    const whole = document.readyState === 'complete' || (document.readyState === 'interactive' && tiles.length === before);
    before = tiles.length;
    if (whole && !answered && tiles.length > 0 && pictures.every((picture) => picture.complete)) {
      const boxes = tiles.map((one) => one.getBoundingClientRect());
      const x = Math.min(...boxes.map((box) => box.left));
      const y = Math.min(...boxes.map((box) => box.top));
      const width = Math.max(...boxes.map((box) => box.right)) - x;
      const height = Math.max(...boxes.map((box) => box.bottom)) - y;
      return {
        area: { x, y, width, height },
        words: (document.querySelector(instruction)?.textContent ?? '').trim().slice(0, 200),
        tiles: tiles.length,
        broken: pictures.some((picture) => picture.naturalWidth === 0),
      };
    }
    if (Date.now() >= until) return undefined;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Chooses tiles, counted from 1, marks the captcha as answered and hands it in; false when there is nothing to hand it in with. */
export function handIn({
  tile,
  numbers,
  submit,
}: {
  readonly tile: string;
  readonly numbers: readonly number[];
  readonly submit: string;
}): boolean {
  const tiles = document.querySelectorAll(tile);
  for (const number of numbers) {
    const element = tiles[number - 1];
    if (element instanceof HTMLElement) element.click();
  }
  document.documentElement.dataset['answered'] = 'yes';
  const button = document.querySelector(submit);
  if (!(button instanceof HTMLElement)) return false;
  button.click();
  return true;
}

/** Takes texts out of a page's fields before it is pictured. */
export function hideTexts(texts: readonly string[]): void {
  const wanted = texts.map((text) => text.toLowerCase());
  for (const field of document.querySelectorAll('input, textarea')) {
    if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) continue;
    if (wanted.some((text) => field.value.toLowerCase().includes(text))) field.value = '•••';
  }
}

export function missingSelectors(selectors: readonly string[]): string[] {
  return selectors.filter((selector) => {
    try {
      return document.querySelector(selector) === null;
    } catch {
      return true;
    }
  });
}
