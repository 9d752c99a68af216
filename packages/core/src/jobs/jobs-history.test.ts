import { changeProxy, MusterError, restAccount, retireAccount, retryLater } from '@muster/sdk';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { openMemoryStore } from '../adapters/memory-store.ts';
import { cuttable } from '../testing/cuttable-store.ts';
import { COLLECTIONS, farm, openWorld } from '../testing/jobs-world.ts';
import type { Ctx, World } from '../testing/jobs-world.ts';
import { createTestClock } from '../testing/test-clock.ts';
import type { AccountRecord } from '../accounts/account-record.ts';
import type { TaskRecord } from './job-record.ts';

const FINAL = ['done', 'failed', 'cancelled', 'uncertain'];
const ACCOUNTS = 8;

const outcome = fc.constantFrom('ok', 'ok', 'ok', 'retry', 'rest', 'proxy', 'fail', 'ban', 'throw', 'hang', 'update');
type Outcome = 'ok' | 'retry' | 'rest' | 'proxy' | 'fail' | 'ban' | 'throw' | 'hang' | 'update';

const step = fc.oneof(
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 4_000 }) }),
  fc.record({ do: fc.constant('start' as const), concurrency: fc.integer({ min: 1, max: 6 }) }),
  fc.record({ do: fc.constantFrom('pause' as const, 'resume' as const, 'cancel' as const), job: fc.nat(3) }),
  fc.record({ do: fc.constant('concurrency' as const), job: fc.nat(3), to: fc.integer({ min: 1, max: 9 }) }),
  fc.record({
    do: fc.constantFrom('kill' as const, 'kill-in-cancel' as const),
    calls: fc.integer({ min: 0, max: 60 }),
    job: fc.nat(3),
  }),
  fc.record({ do: fc.constant('stop' as const) }),
);

/** What the outcomes of the tries, taken one after the other, make of a task. */
function script(outcomes: readonly Outcome[]) {
  let next = 0;
  return async (ctx: Ctx, leave: () => void): Promise<void> => {
    const what = outcomes[next++ % outcomes.length];
    await ctx.sleep(Math.floor(ctx.random() * 2_000));
    switch (what) {
      case 'retry':
        throw retryLater('busy');
      case 'rest':
        throw restAccount('slow', 1_500, { status: 'resting' });
      case 'proxy':
        throw changeProxy('dead');
      case 'fail':
        throw new MusterError('NO', 'no');
      case 'ban':
        throw retireAccount('BANNED', 'banned', { status: 'banned' });
      case 'throw':
        throw new Error('by mistake');
      case 'hang':
        // Ignores its signal for longer than the grace.
        await new Promise((resolve) => ctx.signal.addEventListener('abort', resolve));
        leave();
        return new Promise(() => undefined);
      case 'update':
        return ctx.update({ status: 'fine', data: { note: 'seen' } });
      default:
        return undefined;
    }
  };
}

test.each(['again', 'uncertain'] as const)(
  'whatever happens in between, every task ends once and every account is free (after a crash: %s)',
  async (afterCrash) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(outcome, { minLength: 1, maxLength: 20 }),
        fc.array(step, { minLength: 4, maxLength: 25 }),
        fc.integer(),
        async (outcomes, steps, seed) => {
          const store = await openMemoryStore({ collections: COLLECTIONS });
          const play = script(outcomes);
          /** Tasks in the middle of their action, and those that were when their host was killed. */
          const inside = new Map<string, string>();
          const interrupted = new Set<string>();
          const ends: string[] = [];
          // Told at the end: what is thrown inside an action is the engine's to handle.
          const broken: string[] = [];
          const work = async (ctx: Ctx): Promise<void> => {
            const { id } = ctx.account;
            if (inside.has(id)) broken.push(`two tasks on ${id}`);
            if (interrupted.has(ctx.taskId)) broken.push(`uncertain task ${ctx.taskId} ran again`);
            inside.set(id, ctx.taskId);
            const leave = (): void => {
              if (inside.get(id) === ctx.taskId) inside.delete(id);
            };
            await play(ctx, leave).finally(leave);
          };
          const plugin = farm({ work, as: { afterCrash, concurrency: 3 } });

          let lives = 0;
          let clock = createTestClock();
          let life = cuttable(store);
          const open = async (accounts: number): Promise<World> => {
            lives += 1;
            const options = { plugin, accounts, store: life.store, clock, seed: `${seed}/${lives}` };
            const world = await openWorld({ ...options, policy: { maxDetours: 4 } });
            await world.jobs.recover();
            await world.pool.start();
            return world;
          };
          let world = await open(ACCOUNTS);
          const jobs: string[] = [];

          const endLife = async (): Promise<void> => {
            life.cut();
            ends.push(
              ...world.events
                .filter(({ type }) => /^task\.(done|failed|cancelled|interrupted)$/.test(type))
                .map(({ task }) => task ?? ''),
            );
            if (afterCrash === 'uncertain') for (const task of inside.values()) interrupted.add(task);
            inside.clear();
            // What the dead host still had to do waits on a clock that nobody turns any more.
            clock = createTestClock(clock.now() + 1_000);
            life = cuttable(store);
          };
          /** Steering what has ended is refused; that is no part of this. */
          const steer = async (work: Promise<unknown>): Promise<void> => {
            let settled = false;
            const done = work.then(
              () => (settled = true),
              (error: unknown) => {
                expect(error).toMatchObject({ code: 'CONFLICT' });
                settled = true;
              },
            );
            await world.until(() => settled);
            await done;
          };

          for (const each of steps) {
            const job = 'job' in each ? jobs[each.job] : undefined;
            if (each.do === 'wait') await clock.advance(each.ms);
            else if (each.do === 'start' && jobs.length < 4) jobs.push((await world.start({ concurrency: each.concurrency })).id);
            else if (each.do === 'pause' && job) await steer(world.jobs.pause(job, 'test'));
            else if (each.do === 'resume' && job) await steer(world.jobs.resume(job, 'test'));
            else if (each.do === 'cancel' && job) await steer(world.jobs.cancel(job, 'test'));
            else if (each.do === 'concurrency' && job) await steer(world.jobs.setConcurrency(job, each.to, 'test'));
            else if (each.do === 'kill' || each.do === 'kill-in-cancel') {
              life.cut(each.calls);
              if (each.do === 'kill-in-cancel' && job) void world.jobs.cancel(job, 'test').catch(() => undefined);
              await clock.advance(5_000);
              await endLife();
              world = await open(0);
            } else if (each.do === 'stop') {
              await steer(world.jobs.stop(3_000));
              inside.clear();
              await world.pool.stop();
              await endLife();
              world = await open(0);
            }
          }

          for (const job of jobs) {
            const { state } = await world.jobs.get(job);
            if (state === 'paused') await world.jobs.resume(job, 'test');
          }
          await clock.advance(120_000);
          // What hangs for ever ends only by hand.
          for (const job of jobs) {
            const { endedAt } = await world.jobs.get(job);
            if (endedAt === null) await steer(world.jobs.cancel(job, 'test'));
          }
          await world.jobs.stop(0);
          await endLife();

          expect(broken).toEqual([]);
          const tasks = await store.list<TaskRecord>('tasks');
          expect(tasks).toHaveLength(jobs.length * ACCOUNTS);
          expect(tasks.filter(({ state }) => !FINAL.includes(state))).toEqual([]);
          expect(tasks.filter(({ attempt }) => attempt < 0 || attempt > 3)).toEqual([]);
          const accounts = await store.list<AccountRecord>('accounts');
          expect(accounts.filter(({ lease, state }) => lease !== null || state === 'busy' || state === 'needs-you')).toEqual([]);
          expect(ends.length).toBe(new Set(ends).size);
          for (const job of jobs) {
            const { counts, total } = (await openWorld({ plugin, store }).then(({ jobs }) => jobs.get(job))) ?? {};
            expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(total);
            for (const state of FINAL) {
              const stored = tasks.filter((task) => task.job === job && task.state === state).length;
              expect(counts[state as keyof typeof counts]).toBe(stored);
            }
          }
          await world.pool.stop();
        },
      ),
      { numRuns: 50 },
    );
  },
);
