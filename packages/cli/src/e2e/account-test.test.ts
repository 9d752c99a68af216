import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHome, type Home } from './home.ts';
import { addQuiz } from './quiz-plugin.ts';

let home: Home;
beforeAll(async () => {
  home = await createHome();
  await addQuiz(home.data);
  for (const name of ['ada', 'ben', 'cleo']) {
    await home.run(['accounts', 'add', 'quiz', `name=${name}`, '--secrets-stdin'], `pin-of-${name}`);
  }
});
afterAll(() => home[Symbol.asyncDispose]());

test('accounts that an operator paused are skipped with a word, unless they are named', async () => {
  expect((await home.json('accounts', 'disable', '--account', 'ben')).code).toBe(0);
  const { code, value, stderr } = await home.json('accounts', 'test', 'quiz', '--all');
  expect([code, value.job.total, value.job.counts.done]).toEqual([0, 2, 2]);
  expect(stderr).toContain('1 paused or retired account is skipped');
  const some = await home.json('accounts', 'test', 'quiz', '--where', 'label:ada or label:ben');
  expect([some.code, some.value.job.total]).toEqual([0, 1]);
  expect((await home.json('accounts', 'test', 'quiz', '--account', 'ben')).code).toBe(3);
});

test('with none left there is nothing to be had, and it says why', async () => {
  const { code, value } = await home.json('accounts', 'test', 'quiz', '--where', 'label:ben');
  expect([code, value.error.code]).toEqual([4, 'NOTHING_AVAILABLE']);
  expect(value.error.message).toContain('paused or retired');
});
