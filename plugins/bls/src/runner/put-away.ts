import type { Page } from 'puppeteer';

/** Whoever needs longer than this is waited for with the window put away. */
const AFTER_MS = 1_500;

/**
 * Waits for a person with the page's window minimized, as theirs would be meanwhile: pictures of it, drawn for nobody, cost 3 MB each.
 * Its scripts and timers go on, and it is shown again before anything is done with it.
 */
export async function whilePutAway<T>(page: Page, wait: () => Promise<T>, afterMs = AFTER_MS): Promise<T> {
  let away: Promise<boolean> | undefined;
  const timer = setTimeout(() => {
    away = show(page, 'minimized');
  }, afterMs);
  try {
    return await wait();
  } finally {
    clearTimeout(timer);
    if (await away) await show(page, 'normal');
  }
}

/** False where it cannot be: a browser without windows, or a page that is gone, which the next step tells. */
async function show(page: Page, windowState: 'minimized' | 'normal'): Promise<boolean> {
  try {
    await page.browser().setWindowBounds(await page.windowId(), { windowState });
    return true;
  } catch {
    return false;
  }
}
