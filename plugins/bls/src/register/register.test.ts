import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { answerLikeAPerson } from '../testing/person.ts';
import { emailOf, lastNote, openWorld, type World } from '../testing/registration.ts';

let world: World;
beforeAll(async () => void (world = await openWorld()));
afterAll(() => world[Symbol.asyncDispose]());
afterEach(() => world.quiet());

// Each test has applicants of its own: numbers are never used twice.

test('an applicant is registered with every field in its place, and the account says so', async () => {
  const tried = await world.register(1, { account: { familyName: 'Ait Heron' } });
  expect(tried.error).toBeUndefined();
  const applicant = await world.applicant(emailOf(1));
  expect(applicant).toMatchObject({ registrations: 1, posts: 1, codesSent: 1 });
  expect(applicant?.['fields']).toMatchObject({
    // The surname, which the older system lost on its way.
    SurName: 'Ait Heron',
    FirstName: 'Amina',
    LastName: 'Heron',
    PassportNumber: 'DEMO100000',
    ServerDateOfBirth: '1960-01-01',
    ServerPassportExpiryDate: '2032-01-01',
    CountryCode: '+213',
    Email: emailOf(1),
    PassportType: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
  });
  expect(tried.seen.updates.at(-1)).toMatchObject({
    status: 'bls_created',
    data: { blsStatus: 'created', blsUsername: emailOf(1) },
  });
  expect(tried.seen.asked.map(({ kind }) => kind)).toEqual(['captcha', 'otp']);
  expect(tried.seen.asked[0]?.title).toMatch(/select all boxes with number \d{3}.*left to right/);
  expect([...(tried.seen.asked[0]?.image ?? [])].slice(1, 4)).toEqual([...Buffer.from('PNG')]);
  expect(tried.seen.saved.map((note) => (note as { step: string }).step)).toEqual(['posting', 'registered']);
});

test('no text of success is taken for success: only the flag of the site is', async () => {
  await world.turn({ otpWrongFirst: 9 });
  const tried = await world.register(2);
  expect(tried.error).toMatchObject({ code: 'OTP_INVALID' });
  expect(tried.seen.updates.at(-1)).toMatchObject({
    status: 'bls_failed',
    data: { blsStatus: 'failed', blsErrorKind: 'otp_invalid' },
  });
  // Asked three times, then the site itself whether it did anything.
  expect(tried.seen.asked.map(({ kind }) => kind)).toEqual(['captcha', 'otp', 'otp', 'otp']);
  expect(await world.applicant(emailOf(2))).toMatchObject({ registrations: 0, loginChecks: 1 });
});

test('a wrong answer to the captcha is asked again, with the next picture', async () => {
  const answers = ['nonsense', '1'];
  const tried = await world.register(3, {
    answer: async (prompt) => (prompt.kind === 'captcha' && answers.shift()) || answerLikeAPerson(prompt, world.simulator.url),
  });
  expect(tried.error).toBeUndefined();
  expect(tried.seen.asked.filter(({ kind }) => kind === 'captcha')).toHaveLength(3);
  expect(tried.seen.asked[1]?.title).toMatch(/^That was no list of tiles/);
  expect(tried.seen.asked[2]?.title).toMatch(/^The last answer was not taken/);
});

test('captchas refused too often rest the account, not the site', async () => {
  await world.turn({ captchaTries: 1 });
  const tried = await world.register(4, {
    answer: async (prompt) => (prompt.kind === 'captcha' ? '1' : answerLikeAPerson(prompt, world.simulator.url)),
  });
  expect(tried.error).toMatchObject({ code: 'ACCOUNT_RESTS', remedy: 'rest-account', retryAfterMs: 30 * 60_000 });
});

test('a code that came too late is sent anew, once', async () => {
  await world.turn({ otpExpiredFirst: 1 });
  const tried = await world.register(5);
  expect(tried.error).toBeUndefined();
  expect(await world.applicant(emailOf(5))).toMatchObject({ registrations: 1, codesSent: 2 });
});

test('a session that is lost begins again from the first page, and registers once', async () => {
  await world.turn({ sessionsLostFirst: 1 });
  const tried = await world.register(6);
  expect(tried.error).toBeUndefined();
  expect(await world.applicant(emailOf(6))).toMatchObject({ registrations: 1, doublePosts: 0, loginChecks: 1 });
});

test.each([
  ['before', 7, 2],
  ['after', 8, 1],
] as const)(
  'a post whose answer is lost %s it took effect is never repeated blindly: the site is asked',
  async (moment, applicant, codes) => {
    await world.turn({ breakAnswer: moment });
    const tried = await world.register(applicant);
    expect(tried.error).toBeUndefined();
    expect(await world.applicant(emailOf(applicant))).toMatchObject({
      registrations: 1,
      doublePosts: 0,
      codesSent: codes,
      loginChecks: 1,
    });
  },
);

test('a task that was killed between post and answer asks the site first when it runs again', async () => {
  // Its last note is all that is left of it.
  await world.turn({ breakAnswer: 'after' });
  const first = await world.register(9);
  expect(first.error).toBeUndefined();
  const posting = first.seen.saved.find((note) => (note as { step: string }).step === 'posting');
  await world.restart();
  const again = await world.register(9, { ...(posting !== undefined && { checkpoint: posting }) });
  expect(again.error).toBeUndefined();
  expect(again.output).toEqual(first.output);
  expect(await world.applicant(emailOf(9))).toMatchObject({
    registrations: 1,
    posts: expect.any(Number) as number,
    doublePosts: 0,
  });
});

test('an account that an older system left in the middle is asked for at the site, not forgotten', async () => {
  const tried = await world.register(10, { account: { blsStatus: 'creating' } });
  expect(tried.error).toBeUndefined();
  expect(await world.applicant(emailOf(10))).toMatchObject({ registrations: 1, loginChecks: 1 });
});

test('where the site cannot be asked, a person is, and their no is needed before another try', async () => {
  await writeProfile(world, 'mute', (profile) => ({ ...profile, login: undefined }));
  await world.turn({ breakAnswer: 'after' });
  const confirm = vi.fn<(title: string) => string>(() => 'yes');
  const tried = await world.register(11, {
    config: { profile: 'mute' },
    account: { consentAt: '2026-01-01T00:00:00Z', consentStatement: 'on paper, kept by the agency' },
    answer: async (prompt) =>
      prompt.kind === 'confirm' ? confirm(prompt.title) : answerLikeAPerson(prompt, world.simulator.url),
  });
  expect(tried.error).toBeUndefined();
  expect(confirm).toHaveBeenCalledExactlyOnceWith(expect.stringContaining(emailOf(11)));
  expect(await world.applicant(emailOf(11))).toMatchObject({ registrations: 1, doublePosts: 0, codesSent: 1 });
});

test('an address or a passport that the site knows is not tried again, and says which of them', async () => {
  await world.register(12);
  const email = await world.register(12, { id: 'another', account: { email: emailOf(12), passportNumber: 'OTHER12' } });
  expect(email.error).toMatchObject({
    code: 'CONFLICT',
    remedy: 'retire-account',
    details: { field: 'email', account: 'account-12' },
  });
  const passport = await world.register(13, { account: { passportNumber: 'DEMO100011' } });
  expect(passport.error).toMatchObject({ code: 'CONFLICT', details: { field: 'passportNumber', account: 'account-12' } });
  // Known to the site, not to us: its own word.
  await world.register(14);
  const fresh = await openWorldOn(world);
  const known = await fresh.register(14);
  await fresh.close();
  expect(known.error).toMatchObject({ code: 'DUPLICATE_EMAIL', remedy: 'retire-account' });
});

test('data that cannot be registered never reach the site', async () => {
  const requests = world.simulator.counters()['requests'];
  const incomplete = await world.register(15, {
    account: { blsStatus: 'created', passportNumber: undefined, mobile: undefined },
  });
  expect(incomplete.output).toMatchObject({ blsStatus: 'created' });
  const expired = await world.register(16, { account: { passportIssueDate: '2010-01-01', passportExpiryDate: '2020-01-01' } });
  expect(expired.error).toMatchObject({
    code: 'FIELD_INVALID',
    remedy: 'retire-account',
    message: expect.stringContaining('passportExpiryDate') as string,
  });
  const unknown = await world.register(17, { account: { passportType: 'Library card' } });
  expect(unknown.error).toMatchObject({
    code: 'FIELD_INVALID',
    message: expect.stringContaining('no entry “Library card”') as string,
  });
  expect(world.simulator.counters()['requests']).toBe((requests ?? 0) + 3);
});

test('a selector that the page lacks is named, with a picture and the page, and the passport hidden in both', async () => {
  await world.turn({ hide: ['EmailOtp'] });
  const tried = await world.register(24);
  expect(tried.error).toMatchObject({ code: 'SELECTOR_MISSING', details: { page: 'register', selector: '#EmailOtp' } });
  const kept = new Map(tried.seen.evidence.map(({ name, content }) => [name, content]));
  expect([...kept.keys()]).toEqual(['failure.json', 'page.html', 'page.png']);
  expect(JSON.parse(String(kept.get('failure.json')))).toMatchObject({
    kind: 'selector_missing',
    selector: '#EmailOtp',
    page: 'register',
  });
  for (const content of kept.values()) expect(String(content)).not.toContain('DEMO100023');
  expect(JSON.stringify([tried.seen.logs, tried.seen.progress, tried.error?.message])).not.toContain('DEMO100023');
});

test('a live profile needs to be enabled, and the consent of the applicant', async () => {
  await writeProfile(world, 'live', (profile) => profile, false);
  const disabled = await world.register(25, { config: { profile: 'live' } });
  expect(disabled.error).toMatchObject({
    code: 'PROFILE_DISABLED',
    message: expect.stringContaining('enable-profile') as string,
  });
  await world.service.profiles.enable('live', {
    statement: 'a test of ours against our own simulator, with leave',
    by: 'tester',
  });
  const without = await world.register(25, { config: { profile: 'live' } });
  expect(without.error).toMatchObject({ code: 'NO_CONSENT', remedy: 'retire-account' });
  const consent = { consentAt: '2026-01-01T00:00:00Z', consentStatement: 'signed on paper, kept by the agency' };
  expect((await world.register(25, { config: { profile: 'live' }, account: consent })).error).toBeUndefined();
  await writeProfile(world, 'live', (profile) => ({ ...profile, title: 'Changed' }), false);
  expect((await world.register(26, { config: { profile: 'live' }, account: consent })).error).toMatchObject({
    code: 'PROFILE_DISABLED',
    message: expect.stringContaining('has changed') as string,
  });
});

test('the bundled profile leads nowhere but to this machine', async () => {
  const tried = await world.register(27, { config: { siteUrl: 'https://visa.example.test' } });
  expect(tried.error).toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining('on this machine only') as string });
});

test('the code comes from a program of the operator where there is one, also the password that follows', async () => {
  const program = join(world.folder, 'mail.mjs');
  await writeFile(
    program,
    `let text = ''; for await (const part of process.stdin) text += part;
     const { kind, email } = JSON.parse(text);
     for (;;) {
       const mails = await (await fetch('${world.simulator.url}/__mail?to=' + encodeURIComponent(email))).json();
       const mail = mails.find(({ subject }) => /password/.test(subject) === (kind === 'password'));
       if (mail) { console.log('found it:', mail.code); break; }
     }`,
  );
  const tried = await world.register(28, { config: { otpCommand: [process.execPath, program] } });
  expect(tried.error).toBeUndefined();
  expect(tried.seen.asked.map(({ kind }) => kind)).toEqual(['captcha']);
  expect(tried.seen.updates.at(-1)?.data).toMatchObject({ blsPassword: expect.stringMatching(/^\d{6}$/) as string });
});

test('a program that fails is no end: a person is asked', async () => {
  const tried = await world.register(29, { config: { otpCommand: ['/no/such/program'] } });
  expect(tried.error).toBeUndefined();
  expect(tried.seen.asked.map(({ kind }) => kind)).toEqual(['captcha', 'otp']);
  expect(tried.seen.logs.some(({ message }) => message.includes('could not be started'))).toBe(true);
});

test('broken connections on the way are begun again, and registered once', async () => {
  await world.turn({ networkFaultRate: 0.05 });
  for (const applicant of [30, 31, 32, 33]) {
    let note: ReturnType<typeof lastNote>;
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      const tried = await world.register(applicant, { attempt, ...(note !== undefined && { checkpoint: note }) });
      note = lastNote(tried) ?? note;
      if (tried.error === undefined) break;
      expect(tried.error).toMatchObject({ remedy: 'retry' });
    }
    expect(await world.applicant(emailOf(applicant))).toMatchObject({ registrations: 1, doublePosts: 0 });
  }
});

/** A profile of the operator's own, at the same simulator. */
async function writeProfile(
  { folder, simulator, service }: World,
  id: string,
  change: (profile: Record<string, unknown>) => Record<string, unknown>,
  enable = true,
): Promise<void> {
  const { SIMULATOR_PROFILE } = await import('../profile/simulator-profile.ts');
  const profile = change({ ...SIMULATOR_PROFILE, id, baseUrl: simulator.url });
  await writeFile(join(folder, 'profiles', `${id}.json`), JSON.stringify(profile));
  if (enable)
    await service.profiles.enable(id, { statement: 'a test of ours against our own simulator, with leave', by: 'tester' });
}

/** Another roster that knows nothing, at the same site. */
async function openWorldOn(known: World) {
  const other = await openWorld();
  return {
    register: (applicant: number) =>
      other.register(applicant, {
        config: { siteUrl: known.simulator.url },
        answer: (prompt) => answerLikeAPerson(prompt, known.simulator.url),
      }),
    close: () => other[Symbol.asyncDispose](),
  };
}
