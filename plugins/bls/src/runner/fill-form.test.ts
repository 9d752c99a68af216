import type { Page } from 'puppeteer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FieldWork } from '../profile/render.ts';
import type { OpenPage } from '../service/browsers.ts';
import { openWorld, type World } from '../testing/registration.ts';
import { fillForm, missingWidgets } from './fill-form.ts';

let world: World;
beforeAll(async () => void (world = await openWorld()));
afterAll(() => world[Symbol.asyncDispose]());

/** The site's form, its lists and days drawn in one of the two ways. */
async function openForm(widgets: 'kendo' | 'plain'): Promise<OpenPage & AsyncDisposable> {
  await world.turn({ widgets });
  const opened = await world.service.browsers().open({ blockedUrls: [] });
  await opened.page.goto(`${world.simulator.url}/dza/account/RegisterUser`, { waitUntil: 'domcontentloaded' });
  return { ...opened, [Symbol.asyncDispose]: () => opened.close() };
}

const work = (selector: string, kind: FieldWork['kind'], value: string): FieldWork => ({
  selector,
  kind,
  value,
  optional: false,
});
const fill = (page: Page, ...works: readonly FieldWork[]): Promise<unknown> => page.evaluate(fillForm, works, 10_000);

/** What the form would send. */
const sent = (page: Page): Promise<Record<string, string>> =>
  page.evaluate(() => {
    const form = document.querySelector('form');
    return Object.fromEntries(new URLSearchParams(new FormData(form ?? undefined) as never));
  });
const GUID = /^[0-9a-f]{8}-/;

test.each([
  ['kendo', 'kendo-date', 'kendo-dropdown'],
  ['plain', 'text', 'choice'],
] as const)('days and lists of %s fields are set as the page wants them', async (widgets, day, list) => {
  await using form = await openForm(widgets);
  const works = [
    work('#FirstName', 'text', 'Amina'),
    work('#DateOfBirth', day, '1990-04-05'),
    work('#PassportType', list, 'ordinary'),
    work('#CountryOfResidence', list, 'Spain'),
  ];
  expect(await fill(form.page, ...works)).toEqual([]);
  expect(await sent(form.page)).toMatchObject({
    FirstName: 'Amina',
    DateOfBirth: '1990-04-05',
    // Filled by the page itself when it is told of the change.
    ServerDateOfBirth: '1990-04-05',
    PassportType: expect.stringMatching(GUID),
    CountryOfResidence: expect.stringMatching(GUID),
  });
  const shown = await form.page.$$eval('.k-input-value-text', (all) => all.map((one) => one.textContent));
  expect(shown).toEqual(widgets === 'kendo' ? ['Ordinary Passport', '--Select--', 'Spain'] : []);
});

test('a field under a widget is not set by writing into it', async () => {
  await using form = await openForm('kendo');
  await fill(form.page, work('#DateOfBirth', 'text', '1990-04-05'));
  expect(await sent(form.page)).toMatchObject({ ServerDateOfBirth: '' });
});

test.each([
  ['#PassportType', 'kendo-dropdown', 'Passport of nobody', 'entry'],
  ['#DateOfBirth', 'kendo-date', '2199-01-01', 'entry'],
  ['#FirstName', 'kendo-dropdown', 'Amina', 'widget'],
  ['#Nothing', 'kendo-date', '1990-04-05', 'element'],
] as const)('%s is not filled as %s with “%s”: it lacks the %s', async (selector, kind, value, lacks) => {
  await using form = await openForm('kendo');
  const unfilled = await form.page.evaluate(fillForm, [work(selector, kind, value)], 500);
  expect(unfilled).toEqual([{ selector, value, lacks }]);
});

test('plain fields where a profile expects widgets are named', async () => {
  await using form = await openForm('plain');
  const found = await form.page.evaluate(missingWidgets, [['#DateOfBirth', 'kendo-date']] as const, 100);
  expect(found).toEqual(['#DateOfBirth (as kendo-date)']);
});
