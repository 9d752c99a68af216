// One run of a peer over the same site: the same form, captcha and code, as one would write it for that library.
// node lib-bls-peer.mjs <crawlee|puppeteer-cluster> <folder of its packages> <site> <browser> <at once> <first> <count>
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import bls from '@muster/plugin-bls';

const [peer, folder, site, executablePath, atOnce, first, count] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${folder}/package.json`));
const load = (name) => import(pathToFileURL(require.resolve(name)).href);
const people = bls.demo(Number(first) + Number(count)).slice(Number(first));
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-sync',
];
const launch = { executablePath, headless: true, args };

const ask = async (path) => {
  for (;;) {
    const found = await (await fetch(site + path)).json();
    if (found.length > 0 || found.tiles?.length > 0) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
const answered = async (page, path, act) => {
  const [response] = await Promise.all([
    page.waitForResponse((one) => one.url().includes(path) && one.request().method() === 'POST'),
    act(),
  ]);
  const answer = await response.json();
  if (!answer.success) throw new Error(answer.error);
};

async function register(page, person) {
  await page.goto(`${site}/dza/account/RegisterUser`);
  await page.evaluate(() => {
    onBioDisclaimerAccept();
    onDpAccept();
  });
  await page.waitForFunction(() =>
    ['PassportType', 'BirthCountry'].every((id) => jQuery(`#${id}`).data('kendoDropDownList')?.dataSource.data().length > 0),
  );
  await page.evaluate((one) => {
    const set = (id, value) => {
      const field = document.getElementById(id);
      field.value = value;
      field.dispatchEvent(new Event('change', { bubbles: true }));
    };
    const setWidget = (id, kind, value) => {
      const widget = jQuery(`#${id}`).data(kind);
      widget.value(value(widget));
      widget.trigger('change');
    };
    const setDay = (id, day) => setWidget(id, 'kendoDatePicker', () => new Date(`${day}T00:00`));
    const choose = (id, text) =>
      setWidget(id, 'kendoDropDownList', ({ dataSource }) => dataSource.data().find(({ Name }) => Name.startsWith(text)).Id);
    set('FirstName', one.firstName);
    set('LastName', one.lastName);
    setDay('DateOfBirth', one.dateOfBirth);
    set('ppNo', one.passportNumber);
    setDay('PassportIssueDate', one.passportIssueDate);
    setDay('PassportExpiryDate', one.passportExpiryDate);
    set('IssuePlace', one.passportIssuePlace);
    set('Mobile', one.mobile);
    set('Email', one.email);
    choose('PassportType', one.passportType);
    choose('BirthCountry', one.passportIssueCountry);
    choose('CountryOfResidence', one.countryOfResidence);
  }, person);
  await page.evaluate(() => document.getElementById('btnVerify').click());
  const frame = await (await page.waitForSelector('iframe.k-content-frame')).contentFrame();
  await frame.waitForFunction(() => {
    const tiles = [...document.querySelectorAll('.captcha-img')];
    return tiles.length === 9 && tiles.every((tile) => tile.complete);
  });
  const { tiles } = await ask(`/__captcha?email=${encodeURIComponent(person.email)}`);
  await answered(page, '/SubmitCaptcha', () =>
    frame.evaluate((numbers) => {
      for (const number of numbers) document.querySelectorAll('.captcha-img')[number - 1].click();
      document.getElementById('btnSubmitCaptcha').click();
    }, tiles),
  );
  await answered(page, '/SendRegisterUserVerificationCode', () =>
    page.evaluate(() => document.getElementById('btnGenerate').click()),
  );
  const [mail] = await ask(`/__mail?to=${encodeURIComponent(person.email)}`);
  await answered(page, '/Account/RegisterUser', () =>
    page.evaluate((code) => {
      document.getElementById('EmailOtp').value = code;
      document.getElementById('btnSubmit').click();
    }, mail.code),
  );
}

let failed = 0;
let began = 0;
if (peer === 'crawlee') {
  process.env.CRAWLEE_PERSIST_STORAGE = 'false';
  const { PuppeteerCrawler, log } = await load('@crawlee/puppeteer');
  log.setLevel(log.LEVELS.OFF);
  const crawler = new PuppeteerCrawler({
    // Without it all pages share one set of cookies, and half of the registrations fail.
    launchContext: { launcher: (await load('puppeteer')).default, launchOptions: launch, useIncognitoPages: true },
    minConcurrency: Number(atOnce),
    maxConcurrency: Number(atOnce),
    navigationTimeoutSecs: 60,
    requestHandlerTimeoutSecs: 120,
    requestHandler: ({ page, request }) => register(page, request.userData),
    failedRequestHandler: (_context, error) => {
      failed++;
      console.error(error.message);
    },
  });
  began = performance.now();
  await crawler.run(
    people.map((person, at) => ({ url: `${site}/mail?run=${first}-${at}`, uniqueKey: person.email, userData: person })),
  );
} else {
  const { Cluster } = await load('puppeteer-cluster');
  const cluster = await Cluster.launch({
    puppeteer: (await load('puppeteer')).default,
    puppeteerOptions: launch,
    concurrency: Cluster.CONCURRENCY_CONTEXT,
    maxConcurrency: Number(atOnce),
    timeout: 120_000,
  });
  cluster.on('taskerror', () => failed++);
  await cluster.task(({ page, data }) => register(page, data));
  began = performance.now();
  for (const person of people) cluster.queue(person);
  await cluster.idle();
  await cluster.close();
}
console.log(JSON.stringify({ ms: performance.now() - began, failed }));
process.exit(0);
