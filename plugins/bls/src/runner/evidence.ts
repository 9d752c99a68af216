import type { AccountTaskContext } from '@muster/sdk';
import type { Page } from 'puppeteer';
import type { SiteFailure } from './failure.ts';
import { hideTexts } from './page-functions.ts';

/** Texts that nobody but the site may see, and how they are taken out of others. */
export const createMask = (
  texts: readonly (string | undefined)[],
): { readonly texts: readonly string[]; hide(text: string): string } => {
  const known = texts.flatMap((text) => (text !== undefined && text.length >= 4 ? [text] : []));
  return {
    texts: known,
    hide: (text) =>
      known.reduce((masked, one) => masked.replace(new RegExp(one.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'gi'), '•••'), text),
  };
};
export type Mask = ReturnType<typeof createMask>;

const SHOT_WITHIN_MS = 5_000;

/** Keeps what a person needs to see why a step failed. What cannot be had (the browser is gone) is left out. */
export async function keepEvidence(
  context: Pick<AccountTaskContext<unknown, unknown, unknown>, 'evidence'>,
  {
    page,
    failure,
    mask,
    said,
  }: { readonly page: Page | undefined; readonly failure: SiteFailure; readonly mask: Mask; readonly said: readonly string[] },
): Promise<string[]> {
  const kept: string[] = [];
  const keep = async (name: string, content: Uint8Array | string): Promise<void> =>
    void kept.push(await context.evidence(name, typeof content === 'string' ? mask.hide(content) : content));
  const { facts, kind, message } = failure;
  await keep('failure.json', JSON.stringify({ kind, message, ...facts, said, at: page && safePath(page) }, null, 2));
  if (!page || page.isClosed()) return kept;
  const late = AbortSignal.timeout(SHOT_WITHIN_MS);
  const within = <T>(work: Promise<T>): Promise<T> =>
    Promise.race([
      work,
      new Promise<never>((_, reject) => late.addEventListener('abort', () => reject(late.reason as Error), { once: true })),
    ]);
  try {
    await within(page.evaluate(hideTexts, mask.texts));
    await keep('page.html', await within(page.content()));
    await keep('page.png', await within(page.screenshot({ type: 'png', fullPage: true })));
  } catch {
    // A page in such a state that it cannot be pictured.
  }
  return kept;
}

const safePath = (page: Page): string => {
  try {
    return new URL(page.url()).pathname;
  } catch {
    return '';
  }
};
