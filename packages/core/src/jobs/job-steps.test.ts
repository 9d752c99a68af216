import { expect, test } from 'vitest';
import { createSteps } from './job-steps.ts';

test('tells how many tasks passed each step and how long it takes in the middle, in the order of the work', () => {
  const steps = createSteps();
  for (const ms of [900, 100, 300]) steps.passed({ done: 1, total: 3, note: 'contact' }, ms);
  for (const ms of [10, 20]) steps.passed({ done: 0, total: 3, note: 'open form' }, ms);
  expect(steps.list()).toEqual([
    { name: 'open form', count: 2, medianMs: 15 },
    { name: 'contact', count: 3, medianMs: 300 },
  ]);
});

test('what a note says beside the step makes no other step', () => {
  const steps = createSteps();
  for (const proxy of ['mad-1', 'mad-2']) steps.passed({ done: 0, total: 1, note: `opening · ${proxy}` }, 40);
  expect(steps.list()).toEqual([{ name: 'opening', count: 2, medianMs: 40 }]);
});

test('what is done has no step, nor has what names none', () => {
  const steps = createSteps();
  steps.passed({ done: 3, total: 3, note: 'registered' }, 5);
  steps.passed({ done: 0, total: 3, note: '' }, 5);
  steps.passed({ done: 0, total: 0, note: 'waits' }, 5);
  expect(steps.list()).toEqual([]);
});

test('texts that change with each task are no steps', () => {
  const steps = createSteps();
  for (let call = 0; call < 1_000; call++) steps.passed({ done: 0, total: 1, note: `${call} calls` }, call);
  expect(steps.list()).toEqual([]);
});

test('tells how it goes now: of many the newest count', () => {
  const steps = createSteps();
  for (let task = 0; task < 1_000; task++) steps.passed({ done: 0, total: 1, note: 'asking' }, task < 800 ? 1 : 70);
  expect(steps.list()).toEqual([{ name: 'asking', count: 1_000, medianMs: 70 }]);
});
