import type { HttpContext } from '@muster/sdk';
import { expect, test } from 'vitest';
import { createRedactor } from '../events/create-redactor.ts';
import { openRoster, testEvents, testParts, testPlugins, testVault } from '../testing/roster-things.ts';
import { createTestRandom } from '../testing/test-random.ts';
import { createPluginHttp } from './plugin-http.ts';

type Context = HttpContext<Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>>;

async function open() {
  const roster = await openRoster();
  for (const username of ['a', 'b']) await roster.accounts.add('test', { username, password: 'x' }, 'local');
  const parts = { events: testEvents(), redactor: createRedactor(), plugins: testPlugins(), vault: testVault() };
  const http = createPluginHttp({ ...roster, ...parts, parts: testParts(roster), random: createTestRandom() });
  const asked = { actor: 'token-1', params: {}, query: {}, body: undefined, signal: new AbortController().signal };
  const states = async (): Promise<string[]> =>
    (await roster.accounts.list({ sort: { by: 'label' } })).accounts.map(({ state }) => state);
  const serve = (answer: (context: Context) => Promise<Response>) => http.serve('test', asked, answer);
  return { serve, states, events: parts.events };
}

test('what a request leased and did not hand out is given back with its answer, or its failure', async () => {
  const { serve, states, events } = await open();
  let kept: Context | undefined;
  const answer = await serve(async (context) => {
    kept = context;
    const [first] = await context.pool.lease({ count: 2 });
    if (first) await context.pool.handOut([first], { owner: 'ann', expiresAt: context.now() + 60_000 });
    return Response.json({ got: first?.label });
  });
  expect(await answer.json()).toEqual({ got: 'a' });
  expect(await states()).toEqual(['busy', 'ready']);
  expect(events.all).toMatchObject([{ type: 'account.handed-out', level: 'audit', actor: 'token-1' }]);
  await expect(kept?.pool.lease({ count: 1 })).rejects.toMatchObject({ code: 'ABORTED' });
  const failing = serve(async (context) => {
    await context.pool.lease({ count: 1 });
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(await states()).toEqual(['busy', 'ready']);
});

test.each(['read to its end', 'left by its reader', 'broken'])('a stream keeps its leases until it is %s', async (how) => {
  const { serve, states } = await open();
  const answer = await serve(async ({ pool }) => {
    await pool.lease({ count: 1 });
    let pieces = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (++pieces < 3) controller.enqueue(new Uint8Array([pieces]));
        else if (how === 'broken') controller.error(new Error('it broke'));
        else controller.close();
      },
    });
    return new Response(body, { status: 201, headers: { 'content-type': 'text/event-stream' } });
  });
  expect(answer.status).toBe(201);
  expect(await states()).toEqual(['busy', 'ready']);
  if (how === 'left by its reader') await answer.body?.cancel();
  else await answer.bytes().catch(() => undefined);
  expect(await states()).toEqual(['ready', 'ready']);
});
