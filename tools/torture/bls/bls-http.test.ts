import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ACCOUNTS, openBlsHost, type BlsHost } from './bls-host.ts';
import { answerAll } from './person.ts';

let world: BlsHost;
beforeAll(async () => void (world = await openBlsHost()));
afterAll(() => world[Symbol.asyncDispose]());

const person = (number: number, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  first_name: 'Amina',
  last_name: 'Heron',
  email: `amina${number}@example.test`,
  mobile: '550000001',
  passport_number: `AB${1_000_000 + number}`,
  passport_issue_date: '2022-01-31',
  passport_expiry_date: '2032-01-30',
  passport_issue_place: 'Algiers',
  date_of_birth: '1990-04-05',
  password: 'Kept-out-of-sight-7',
  ...more,
});
const add = async (number: number, more = {}): Promise<string> =>
  String((await world.call('POST', `${ACCOUNTS}/create`, person(number, more))).body['id']);

test('an applicant is added, read, changed, found and deleted, and no secret comes back', async () => {
  const created = await world.call('POST', `${ACCOUNTS}/create`, person(1, { sur_name: 'Ait Heron', passport_type_guid: 'x' }));
  expect(created).toMatchObject({
    status: 201,
    body: {
      email: 'amina1@example.test',
      sur_name: 'Ait Heron',
      status: 'created',
      bls_status: 'not_created',
      processing_attempts: 0,
      phone_country_code: '+213',
    },
  });
  const id = String(created.body['id']);
  expect(await world.call('GET', `${ACCOUNTS}/${id}`)).toEqual({ status: 200, body: created.body });
  expect(await world.call('PUT', `${ACCOUNTS}/${id}`, { mobile: '0551112233', notes: 'calls back' })).toMatchObject({
    status: 200,
    body: { mobile: '0551112233', notes: 'calls back' },
  });
  for (const path of [ACCOUNTS, `${ACCOUNTS}/`, `${ACCOUNTS}?search=amina1&status=created&bls_status=not_created&limit=1`]) {
    const { status, body } = await world.call('GET', path);
    expect([path, status, body['total']]).toEqual([path, 200, 1]);
    expect(JSON.stringify(body)).not.toContain('Kept-out-of-sight');
  }
  expect(await world.call('GET', `${ACCOUNTS}?status=bls_failed`)).toMatchObject({
    status: 200,
    body: { total: 0, accounts: [] },
  });
  expect((await world.call('DELETE', `${ACCOUNTS}/${id}`)).status).toBe(200);
  for (const method of ['GET', 'DELETE'])
    expect(await world.call(method, `${ACCOUNTS}/${id}`)).toMatchObject({ status: 404, body: { detail: 'Account not found' } });
  expect((await world.call('PUT', `${ACCOUNTS}/${id}`, {})).status).toBe(404);
});

test('an address or a passport that is known is a 409 that says which of the two, and whose', async () => {
  const id = await add(2);
  expect(await world.call('POST', `${ACCOUNTS}/create`, person(3, { email: 'AMINA2@example.test' }))).toMatchObject({
    status: 409,
    body: { field: 'email', detail: 'Account with this email already exists', account_id: id },
  });
  expect(await world.call('POST', `${ACCOUNTS}/create`, person(3, { passport_number: 'ab1000002' }))).toMatchObject({
    status: 409,
    body: { field: 'passport_number', detail: 'Account with this passport number already exists', account_id: id },
  });
  const other = await add(4);
  expect(await world.call('PUT', `${ACCOUNTS}/${other}`, { email: 'amina2@example.test' })).toMatchObject({
    status: 409,
    body: { field: 'email' },
  });
});

test.each([
  [{ email: 'nobody' }, 'email'],
  [{ date_of_birth: '1990-02-30' }, 'date_of_birth'],
  [{ passport_expiry_date: '2021-01-01' }, 'passport_expiry_date'],
  [{ passport_number: 'a b' }, 'passport_number'],
  [{ first_name: '' }, 'first_name'],
  [{ gender: 'x' }, 'gender'],
  [{ favourite_colour: 'red' }, 'favourite_colour'],
  [{ bls_status: 'created' }, 'bls_status'],
])('a field that does not fit (%o) is a 422 with its path', async (more, path) => {
  const { status, body } = await world.call('POST', `${ACCOUNTS}/create`, person(5, more));
  expect([status, (body['detail'] as { path: string }[]).map((one) => one.path)]).toEqual([422, [path]]);
});

test.each([[[]], ['text'], [7]])('a body that is no account (%o) is a 422', async (body) => {
  expect((await world.call('POST', `${ACCOUNTS}/create`, body)).status).toBe(422);
});

test('the fixed paths are not taken for an id', async () => {
  expect(await world.call('GET', `${ACCOUNTS}/processing-status`)).toMatchObject({
    status: 200,
    body: {
      status_summary: {
        total: expect.any(Number) as number,
        not_created: expect.any(Number) as number,
        creating: 0,
        created: 0,
        failed: 0,
      },
    },
  });
  expect(await world.call('GET', `${ACCOUNTS}/stats/summary`)).toMatchObject({
    status: 200,
    body: { total_accounts: expect.any(Number) as number, bls_created: 0, bls_not_created: expect.any(Number) as number },
  });
});

test('registrations that nobody can make are refused at once', async () => {
  expect(await world.call('POST', `${ACCOUNTS}/create-bls`, { account_ids: ['nobody'] })).toMatchObject({
    status: 400,
    body: {
      detail: 'No valid accounts found for BLS creation',
      skipped: [{ account_id: 'nobody', reason: 'Account not found' }],
    },
  });
  expect(await world.call('POST', `${ACCOUNTS}/create-bls`, {})).toMatchObject({
    status: 422,
    body: { detail: [{ path: 'account_ids' }] },
  });
  expect(await world.call('POST', `${ACCOUNTS}/create-bls`, { account_ids: [], max_concurrent: 0 })).toMatchObject({
    status: 422,
    body: { detail: [{ path: 'max_concurrent' }] },
  });
  expect(await world.call('POST', `${ACCOUNTS}/retry-failed-bls`, {})).toMatchObject({ status: 400 });
});

test('many are registered in the background, followed by polling, and shown in the statistics', async () => {
  const ids = [await add(10), await add(11), await add(12)];
  const someone = answerAll(() => world.host.client, world.site);
  const started = await world.call('POST', `${ACCOUNTS}/create-bls`, { account_ids: [...ids, 'nobody'], max_concurrent: 2 });
  expect(started).toMatchObject({ status: 202, body: { accepted: 3, skipped: [{ account_id: 'nobody' }] } });
  // Answered before anybody is registered: the work is not in the request.
  expect((await world.site.applicants()).filter(({ registrations }) => registrations > 0)).toEqual([]);
  const { status } = started.body['links'] as { readonly status: string };
  await vi.waitFor(async () => expect(await world.call('GET', status)).toMatchObject({ body: { state: 'done' } }), {
    timeout: 60_000,
    interval: 200,
  });
  await someone.stop();
  for (const id of ids)
    expect(await world.call('GET', `${ACCOUNTS}/${id}`)).toMatchObject({
      body: {
        status: 'bls_created',
        bls_status: 'created',
        bls_username: expect.stringContaining('amina1') as string,
        bls_created_at: expect.any(String) as string,
      },
    });
  expect((await world.call('GET', `${ACCOUNTS}/stats/summary`)).body).toMatchObject({ bls_created: 3 });
  expect((await world.call('POST', `${ACCOUNTS}/create-bls`, { account_ids: ids })).body).toMatchObject({
    skipped: ids.map((id) => ({ account_id: id, reason: 'is registered already' })),
  });
  const view = await world.host.client.call('readView', { params: { plugin: 'bls', view: 'statistics' }, query: {} });
  const facts = view.sections.find((section) => section.kind === 'facts' && section.title === 'Registrations');
  expect(facts).toMatchObject({
    facts: expect.arrayContaining([
      expect.objectContaining({ label: 'Registered', value: 3 }),
      expect.objectContaining({ label: 'Success rate', value: '100.0 %' }),
    ]) as unknown[],
  });
});

test('what failed is retried, all or some, and nothing else', async () => {
  const id = await add(20, { passport_type: 'Library card' });
  const someone = answerAll(() => world.host.client, world.site);
  const failing = await world.call('POST', `${ACCOUNTS}/create-bls`, { account_ids: [id] });
  const ended = async (links: unknown): Promise<void> =>
    vi.waitFor(
      async () =>
        expect(await world.call('GET', (links as { status: string }).status)).toMatchObject({ body: { state: 'done' } }),
      { timeout: 60_000, interval: 200 },
    );
  await ended(failing.body['links']);
  expect((await world.call('GET', `${ACCOUNTS}/${id}`)).body).toMatchObject({
    status: 'bls_failed',
    state: 'failed',
    bls_status: 'failed',
    bls_error_message: expect.stringContaining('no entry “Library card”') as string,
    processing_attempts: 1,
  });
  await world.call('PUT', `${ACCOUNTS}/${id}`, { passport_type: 'Diplomatic' });
  const again = await world.call('POST', `${ACCOUNTS}/retry-failed-bls`, {});
  expect(again).toMatchObject({ status: 202, body: { account_ids: [id] } });
  await ended(again.body['links']);
  await someone.stop();
  expect((await world.call('GET', `${ACCOUNTS}/${id}`)).body).toMatchObject({ bls_status: 'created', processing_attempts: 2 });
  expect((await world.site.applicants()).filter(({ email }) => email === 'amina20@example.test')).toMatchObject([
    { registrations: 1 },
  ]);
});
