import { describe, expect, it } from 'vitest';
import { openWireWorld, type WireWorld } from '../testing/wire/wire-world.ts';

const say = (world: WireWorld, text: string, names = Object.keys(world.ids)) =>
  world.core.jobs.start({
    plugin: 'wire',
    action: 'say',
    selection: { ids: names.map((name) => world.ids[name] ?? '') },
    input: { text },
    actor: 'test',
  });
const finished = async (world: WireWorld, id: string) => {
  await world.until(async () => (await world.core.jobs.get(id)).endedAt !== null, 'the job ends');
  return (await world.core.jobs.tasks({ job: id })).tasks;
};

describe('an action that goes through the session', () => {
  it('runs over an account that its session holds, and leaves its lease alone', async () => {
    await using world = await openWireWorld();
    world.server.know('ann');
    await world.open('ann');
    await world.see('ann', 'ready');
    const before = await world.core.accounts.get(world.ids['ann'] ?? '');
    const { id } = await say(world, 'hello');
    expect(await finished(world, id)).toMatchObject([{ state: 'done', output: { from: 'ann' } }]);
    await world.until(() => world.server.sent.length > 0);
    expect(world.server.sent).toEqual(['ann: hello']);
    expect(await world.core.accounts.get(world.ids['ann'] ?? '')).toMatchObject({ fence: before.fence, state: 'busy' });
  });

  it('waits through a short reconnect', async () => {
    await using world = await openWireWorld();
    world.server.know('ann');
    await world.open('ann');
    await world.see('ann', 'ready');
    world.server.cut('ann');
    await world.until(() => world.session('ann')?.state === 'lost');
    const { id } = await say(world, 'still there');
    expect(await finished(world, id)).toMatchObject([{ state: 'done', attempt: 1 }]);
    expect(world.server.visits('ann')).toBe(2);
  });

  it('fails where no session is open, and tries again where one waits for a person', async () => {
    await using world = await openWireWorld({ names: ['ann', 'ben'] });
    await world.open('ben');
    await world.see('ben', 'needs-operator');
    const closed = await say(world, 'hi', ['ann']);
    const [refused] = await finished(world, closed.id);
    expect(refused?.error?.message).toContain('ann has no open session');
    expect([refused]).toMatchObject([{ state: 'failed', attempt: 1, error: { code: 'SESSION_NOT_READY' } }]);
    const waiting = await say(world, 'hi', ['ben']);
    await world.until(async () => (await world.core.jobs.tasks({ job: waiting.id })).tasks[0]?.state === 'waiting');
    world.server.scan('ben');
    expect(await finished(world, waiting.id)).toMatchObject([{ state: 'done' }]);
  });

  it('gives up after a while on a session that does not come back', async () => {
    await using world = await openWireWorld({ policy: { readyMs: 5_000 } });
    world.server.know('ann');
    await world.open('ann');
    await world.see('ann', 'ready');
    world.server.refuse(1_000_000);
    world.server.cut('ann');
    const { id } = await say(world, 'hello?');
    const [task] = await finished(world, id);
    expect(task).toMatchObject({ state: 'failed', attempt: 3, error: { code: 'SESSION_NOT_READY' } });
    expect(task?.error?.message).toContain('within 5 s');
  });

  it('is told of before it runs: how many have a session that is ready', async () => {
    await using world = await openWireWorld({ names: ['ann', 'ben', 'cid'] });
    world.server.know('ann');
    await world.open('ann');
    await world.see('ann', 'ready');
    const applicable = await world.core.jobs.applicable({ plugin: 'wire' });
    const of = (name: string) => applicable.find(({ action }) => action === name);
    expect(of('say')).toMatchObject({ can: 1, cannot: [{ reason: 'no session ready', count: 2 }] });
    expect(of('look')).toMatchObject({ can: 2, cannot: [{ reason: 'busy', count: 1 }] });
  });
});

describe('any other action', () => {
  it('is told that the session has the account', async () => {
    await using world = await openWireWorld();
    world.server.know('ann');
    await world.open('ann');
    await world.see('ann', 'ready');
    const { id } = await world.core.jobs.start({
      plugin: 'wire',
      action: 'look',
      selection: { ids: [world.ids['ann'] ?? ''] },
      input: {},
      actor: 'test',
    });
    const [task] = await finished(world, id);
    expect(task).toMatchObject({ state: 'failed', error: { code: 'ACCOUNT_BUSY' } });
    expect(task?.error?.message).toContain('session open');
  });
});
