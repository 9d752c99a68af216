import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openBrowsers } from '../service/browsers.ts';
import { whilePutAway } from './put-away.ts';

const CONFIG = { idleBrowserS: 600, recycleJobs: 100, recycleMinutes: 60, recycleMb: 10_000 };

test('a page is put away while a person takes their time, goes on living, and is there again for what follows', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'muster-away-'));
  const browsers = await openBrowsers({ directory, config: () => CONFIG, now: () => Date.now(), tell: () => undefined });
  const { page, close } = await browsers.open({ blockedUrls: [] });
  await page.setContent('<p style="height:2000px">a page</p>');
  const state = () => page.evaluate(() => document.visibilityState);
  /** Ends when the page says so: what does not come fails the test by its time. */
  const untilHidden = () =>
    page.waitForFunction(() => document.visibilityState === 'hidden', { polling: 25, timeout: 30_000 }).then(() => 'answered');
  try {
    expect(await state()).toBe('visible');
    expect(await whilePutAway(page, untilHidden, 0)).toBe('answered');
    expect(await state()).toBe('visible');
    const png = await page.screenshot({ type: 'png', clip: { x: 0, y: 1_500, width: 100, height: 100 } });
    expect([...png.subarray(1, 4)]).toEqual([...Buffer.from('PNG')]);

    await expect(whilePutAway(page, () => untilHidden().then(() => Promise.reject(new Error('taken back'))), 0)).rejects.toThrow(
      'taken back',
    );
    expect(await state()).toBe('visible');

    // An answer that comes at once.
    expect(await whilePutAway(page, () => Promise.resolve('at once'))).toBe('at once');
    expect(await state()).toBe('visible');

    // One for a page that ended meanwhile.
    expect(await whilePutAway(page, () => untilHidden().then(close), 0)).toBeUndefined();
  } finally {
    await browsers.close();
    await rm(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
});
