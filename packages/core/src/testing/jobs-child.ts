import { appendFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { createClock } from '../adapters/clock.ts';
import { openLowdbStore } from '../adapters/lowdb-store.ts';
import { COLLECTIONS, farm, openWorld } from './jobs-world.ts';

/**
 * A host reduced to its jobs, to be killed: works on 60 accounts in the folder, starting the job where there is none.
 * Says `acknowledged <task>` when a task's end is durable, and `over` when the job has ended; what its actions do stands in
 * the file, a line for each begin and end.
 */
const [directory = '', effects = '', afterCrash = 'uncertain'] = process.argv.slice(2);
const clock = createClock();
const store = await openLowdbStore({ directory, collections: COLLECTIONS, now: () => clock.now() });
const known = await store.count('accounts');
const world = await openWorld({
  plugin: farm({
    async work(ctx) {
      const round = typeof ctx.checkpoint.last === 'number' ? ctx.checkpoint.last + 1 : 1;
      await ctx.checkpoint.save(round);
      appendFileSync(effects, `begin ${ctx.account.label} ${round}\n`);
      await ctx.sleep(Math.floor(ctx.random() * 6));
      await ctx.update({ data: { note: `round ${round}` } });
      appendFileSync(effects, `end ${ctx.account.label} ${round}\n`);
    },
    as: { afterCrash: afterCrash === 'again' ? 'again' : 'uncertain', concurrency: 6 },
  }),
  accounts: known === 0 ? 60 : 0,
  store,
  clock: { ...clock, advance: (ms) => setTimeout(Math.max(1, ms)), waiting: 0 },
  seed: process.pid,
  onEvent: ({ type, task }) => {
    if (type === 'task.done') process.stdout.write(`acknowledged ${task}\n`);
  },
});
await world.jobs.recover();
await world.pool.start();
const [job = await world.start()] = (await world.jobs.list()).jobs;
process.stdout.write('working\n');
await world.finish(job.id);
process.stdout.write('over\n');
await world.jobs.stop(1_000);
await world.pool.stop();
await store.close();
