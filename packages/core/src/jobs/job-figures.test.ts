import { expect, test } from 'vitest';
import { createFigures } from './job-figures.ts';
import type { JobRecord } from './job-record.ts';

const job = (more: Partial<JobRecord> = {}): JobRecord => ({
  id: 'j',
  plugin: 'farm',
  action: 'work',
  title: 'Work',
  input: {},
  state: 'running',
  concurrency: 5,
  total: 100,
  actor: 'local',
  retryOf: null,
  selection: {},
  series: null,
  startAt: null,
  everyMs: null,
  createdAt: 0,
  startedAt: 0,
  endedAt: null,
  result: null,
  ...more,
});

/** A job of which `done` of 100 tasks have ended, evenly up to `until`. */
function worked(done: number, { from = 0, until }: { from?: number; until: number }) {
  const figures = createFigures();
  figures.add('queued', 100);
  figures.goesFrom(from);
  for (let n = 1; n <= done; n += 1) {
    figures.move('queued', 'done');
    figures.ended(from + ((until - from) * n) / done);
  }
  return figures;
}

test('the rate of a young job is measured over its age, and says what is left', () => {
  const { ratePerMinute, leftMs } = worked(20, { until: 10_000 }).snapshot(job(), [], 10_000);
  expect(ratePerMinute).toBe(120);
  expect(leftMs).toBe(40_000);
});

test('the rate of an older job is that of the last minute', () => {
  const figures = worked(50, { until: 10_000 });
  figures.ended(100_000);
  expect(figures.snapshot(job(), [], 110_000).ratePerMinute).toBe(1);
});

test('after a restart or a pause the rate is that of the time since', () => {
  const figures = worked(10, { from: 3_600_000, until: 3_605_000 });
  expect(figures.snapshot(job(), [], 3_605_000)).toMatchObject({ ratePerMinute: 120, leftMs: 45_000 });
});

test('nothing is said to be left of a job that stands, or has not ended a task', () => {
  expect(worked(20, { until: 10_000 }).snapshot(job({ state: 'paused' }), [], 10_000).leftMs).toBeNull();
  expect(worked(0, { until: 0 }).snapshot(job(), [], 10_000)).toMatchObject({ ratePerMinute: 0, leftMs: null });
});

test('errors are counted by code, most first, with the first message as the example', () => {
  const figures = createFigures();
  figures.failed({ code: 'RARE', message: 'once' });
  figures.failed({ code: 'OFTEN', message: 'first' });
  figures.failed({ code: 'OFTEN', message: 'second' }, 4);
  expect(figures.result().errors).toEqual([
    { code: 'OFTEN', count: 5, example: 'first' },
    { code: 'RARE', count: 1, example: 'once' },
  ]);
});

test('an output that is no object is still shown', () => {
  const figures = createFigures();
  figures.output = [1, 2];
  expect(figures.snapshot(job(), [], 0).output).toEqual({ value: [1, 2] });
});

test('no more than a hundred running tasks are shown', () => {
  const running = Array.from({ length: 500 }, (_, n) => ({
    task: String(n),
    account: null,
    label: '',
    attempt: 1,
    done: 0,
    total: 0,
    note: '',
    sinceMs: 0,
  }));
  expect(
    createFigures()
      .snapshot(job(), running, 0)
      .running.map(({ task }) => task),
  ).toEqual(running.slice(0, 100).map(({ task }) => task));
});
