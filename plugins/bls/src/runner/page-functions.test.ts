import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { openWorld } from '../testing/registration.ts';
import { appears, clickOn, clickUnless, placeOfFrame, readCaptcha } from './page-functions.ts';

const tiles = (count: number): string => '<div class=tile style="width:100px;height:20px"></div>'.repeat(count);

/** A page that comes in parts, as long as the connection is open. */
async function openParts(first: string) {
  const world = await openWorld();
  let rest: ServerResponse | undefined;
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).write(first);
    rest = response;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { page, close } = await world.service.browsers().open({ blockedUrls: [] });
  const whole = page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await page.waitForSelector('#first');
  return {
    page,
    async finish(text: string) {
      rest?.end(text);
      await whole;
    },
    async [Symbol.asyncDispose]() {
      rest?.end();
      await whole.catch(() => undefined);
      await close();
      server.closeAllConnections();
      server.close();
      await world[Symbol.asyncDispose]();
    },
  };
}

test('a captcha is not read before all of its page is there', async () => {
  await using parts = await openParts(`<p id=first>Select 123</p>${tiles(4)}${' '.repeat(2_000)}`);
  const read = (withinMs: number) => parts.page.evaluate(readCaptcha, { instruction: '#first', tile: '.tile', withinMs });
  expect(await parts.page.$$eval('.tile', (all) => all.length)).toBe(4);
  expect(await read(300)).toBeUndefined();
  await parts.finish(tiles(5));
  expect(await read(10_000)).toMatchObject({ words: 'Select 123', tiles: 9, broken: false, area: { height: 180 } });
});

test('what there is to click is clicked, and what there is not is told', async () => {
  await using parts = await openParts('<p id=first></p>');
  const { page } = parts;
  await parts.finish(
    '<button id=a onclick="this.dataset.n = 1">a</button><p id=shown>b</p><p id=hid hidden>c</p><iframe id=f></iframe>',
  );
  expect(await page.evaluate(clickOn, '#a', '#none', '#first')).toEqual(['#none']);
  expect(await page.$eval('#a', (button) => button.getAttribute('data-n'))).toBe('1');
  expect(await page.evaluate(clickUnless, { selector: '#a', seen: '#shown' })).toBe('seen');
  expect(await page.evaluate(clickUnless, { selector: '#a', seen: '#hid' })).toBe(true);
  expect(await page.evaluate(clickUnless, { selector: '#none', seen: '#hid' })).toBe(false);
  expect(await page.evaluate(appears, '#none', 50)).toBe(false);
  expect(await page.evaluate(placeOfFrame, '#a')).toBeUndefined();
  expect(await page.evaluate(placeOfFrame, '#f')).toMatchObject({ url: '' });
});
