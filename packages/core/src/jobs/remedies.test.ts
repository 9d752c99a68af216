import { changeProxy, MusterError, restAccount, retireAccount, retryLater } from '@muster/sdk';
import { expect, test } from 'vitest';
import { JOB_POLICY } from './policy.ts';
import { nextStep } from './remedies.ts';

const policy = { ...JOB_POLICY, backoffMs: 1_000, backoffLimitMs: 10_000, maxDetours: 2 };
const task = { attempt: 1, detours: 0, maxAttempts: 3 };
const middle = { policy, random: () => 0.5 };

test('an error without a remedy fails the task and counts a try of the account', () => {
  expect(nextStep(new MusterError('INTERNAL', 'broken'), task, middle)).toEqual({ kind: 'fail', account: 'tried' });
});

test('an unusable account fails with its task', () => {
  expect(nextStep(retireAccount('BANNED', 'banned'), task, middle)).toEqual({ kind: 'fail', account: 'failed' });
});

test('the bound of the backoff doubles with each attempt, up to a limit', () => {
  const bounds = [1, 2, 3, 4, 5, 6].map((attempt) => {
    const step = nextStep(retryLater('busy'), { ...task, attempt, maxAttempts: 9 }, { policy, random: () => 0.999_999 });
    return step.kind === 'again' ? step.afterMs : undefined;
  });
  expect(bounds).toEqual([999, 1_999, 3_999, 7_999, 9_999, 9_999]);
});

test('the jitter is full: a retry may come at once', () => {
  expect(nextStep(retryLater('busy'), task, { policy, random: () => 0 })).toMatchObject({
    kind: 'again',
    afterMs: 0,
    cost: 'attempt',
  });
});

test('a retry never comes before the time that the service named', () => {
  const step = nextStep(retryLater('busy', { retryAfterMs: 60_000 }), task, middle);
  expect(step).toMatchObject({ kind: 'again', afterMs: 60_500 });
});

test('the last attempt that fails is the end', () => {
  expect(nextStep(retryLater('busy'), { ...task, attempt: 3 }, middle)).toEqual({ kind: 'fail', account: 'tried' });
});

test('a resting account takes its task along, at no cost, until the detours are spent', () => {
  const rest = restAccount('slow down', 30_000);
  const expected = { kind: 'again', afterMs: 30_000, cost: 'detour', account: { restMs: 30_000 } };
  expect(nextStep(rest, { ...task, attempt: 3 }, middle)).toEqual(expected);
  expect(nextStep(rest, { ...task, detours: 2 }, middle)).toEqual({ kind: 'fail', account: { restMs: 30_000 } });
});

test('a faulty proxy costs no attempt and leaves the account as it was', () => {
  expect(nextStep(changeProxy('dead'), task, middle)).toEqual({ kind: 'again', afterMs: 0, cost: 'detour', account: 'unused' });
  expect(nextStep(changeProxy('dead'), { ...task, detours: 1 }, middle)).toMatchObject({ kind: 'again', afterMs: 500 });
  expect(nextStep(changeProxy('dead'), { ...task, detours: 2 }, middle)).toEqual({ kind: 'fail', account: 'unused' });
});

test('a time to wait that makes no sense is none', () => {
  const step = nextStep(retryLater('busy', { retryAfterMs: -5 }), task, { policy, random: () => 0 });
  expect(step).toMatchObject({ afterMs: 0 });
});
