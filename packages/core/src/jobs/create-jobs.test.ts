import { expect, test } from 'vitest';
import { farm, openWorld } from '../testing/jobs-world.ts';

test('a job does its action on every account of the selection, in the order of the circle', async () => {
  const seen: string[] = [];
  const world = await openWorld({
    plugin: farm({
      async work(ctx) {
        seen.push(ctx.account.label);
        return { said: `${ctx.config.greeting} ${ctx.input.word}` };
      },
      as: { concurrency: 1 },
    }),
    accounts: 5,
  });
  const started = await world.start({ input: { word: 'there' } });
  expect(started).toMatchObject({ state: 'running', total: 5, title: 'Work', actor: 'test' });
  const ended = await world.finish(started.id);
  expect(ended).toMatchObject({ state: 'done', counts: { done: 5, failed: 0, queued: 0, running: 0 } });
  expect(seen).toEqual(['a000', 'a001', 'a002', 'a003', 'a004']);
  const tasks = await world.tasks(started.id);
  expect(tasks.map(({ state, attempt, output }) => ({ state, attempt, output }))).toEqual(
    Array.from({ length: 5 }, () => ({ state: 'done', attempt: 1, output: { said: 'hello there' } })),
  );
  for (const id of world.ids) expect(await world.account(id)).toMatchObject({ state: 'ready', lease: null, uses: 1 });
  expect((await world.jobs.list()).jobs.map(({ id }) => id)).toEqual([started.id]);
});
