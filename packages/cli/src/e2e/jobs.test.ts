import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHome, type Home, type Running } from './home.ts';
import { addQuiz } from './quiz-plugin.ts';

const MINUTE = 60_000;

let home: Home;
beforeAll(async () => {
  home = await createHome();
  await mkdir(home.data, { mode: 0o700 });
  await addQuiz(home.data);
  for (const name of ['mila', 'otto']) {
    await home.run(['accounts', 'add', 'quiz', `name=${name}`, '--secrets-stdin'], `pin-of-${name}`);
  }
});
afterAll(() => home[Symbol.asyncDispose]());

/** Starts a command that asks a question and waits; resolves with the id of the question. */
async function asking(args: readonly string[], input?: string): Promise<{ readonly running: Running; readonly id: string }> {
  const running = home.start(['run', 'quiz.ask', '--account', 'mila', '--attended', ...args], input);
  await running.says('prompts answer ');
  const { value } = await home.json('prompts', 'list');
  expect(value.prompts).toHaveLength(1);
  return { running, id: value.prompts[0].id };
}

test('a job whose tasks failed ends with 3, its errors counted by code', async () => {
  const { code, value } = await home.json('run', 'quiz.fail', '--all');
  expect(code).toBe(3);
  expect(value.job.errors).toEqual([expect.objectContaining({ code: 'QUIZ_LOST', count: 2 })]);
  expect(value.failed).toHaveLength(2);
  const { stdout, code: again } = await home.run(['jobs', 'watch', value.job.id]);
  expect([again, stdout]).toEqual([3, expect.stringMatching(/^Fail: 2 failed.*\n {2}2 × QUIZ_LOST: \w+ lost\n$/)]);
  const retried = await home.json('jobs', 'retry', value.job.id, '--failed', '--wait');
  expect([retried.code, retried.value.job.total]).toEqual([3, 2]);
});

test('a question that nobody is there for ends with 5 and the question; the job keeps waiting', async () => {
  const { code, value } = await home.json('run', 'quiz.ask', '--account', 'mila', '--title', 'What is on the card?');
  expect([code, value.error.code]).toEqual([5, 'PROMPT_UNATTENDED']);
  const [prompt] = value.error.details.prompts;
  expect(prompt).toMatchObject({ kind: 'text', title: 'What is on the card?' });
  const { value: list } = await home.json('jobs', 'list', '--state', 'running');
  expect(list.total).toBe(1);
  expect((await home.json('prompts', 'answer', prompt.id, 'a', 'heron')).value).toEqual({ answered: prompt.id });
  expect((await home.json('jobs', 'watch', list.jobs[0].id)).value.job).toMatchObject({ state: 'done' });
});

test('an answer may come from stdin; an empty one and one for a question that is gone are refused', async () => {
  const { running, id } = await asking([]);
  expect((await home.run(['prompts', 'answer', id], '')).code).toBe(2);
  expect((await home.run(['prompts', 'answer', id], 'blue\n')).code).toBe(0);
  expect((await running.ended).code).toBe(0);
  expect((await home.run(['prompts', 'answer', id, 'late'])).stderr).toMatch(/^muster: .+/);
});

test('a program answers one-time codes, and is never given a captcha', async () => {
  const seen = join(home.folder, 'seen.jsonl');
  const exec = `tee -a '${seen}' | sed 's/.*"title":"\\([^"]*\\)".*/42 \\1/'`;
  const watching = home.start(['prompts', 'watch', '--exec', exec]);
  await watching.says('watching for questions');
  const otp = await home.json('run', 'quiz.ask', '--account', 'mila', '--attended', '--kind', 'otp', '--title', 'Code?');
  expect(otp.value.job).toMatchObject({ state: 'done', counts: { done: 1 } });
  await watching.says('Answered otp');

  const { running, id } = await asking(['--kind', 'captcha', '--title', 'Which are boats?']);
  await watching.says('Which are boats?');
  await home.run(['prompts', 'answer', id, '1', '4']);
  expect((await running.ended).code).toBe(0);
  watching.child.kill('SIGINT');
  const { code, stdout } = await watching.ended;
  expect(code).toBe(0);
  expect(stdout).toContain(`${id}\tcaptcha\tmila\tWhich are boats?`);
  const handed = (await readFile(seen, 'utf8')).trimEnd().split('\n');
  expect(handed.map((line) => (JSON.parse(line) as { kind: string }).kind)).toEqual(['otp']);
});

test('a program that fails leaves the question to a person', async () => {
  const watching = home.start(['prompts', 'watch', '--exec', 'echo wrong; exit 3']);
  await watching.says('watching for questions');
  const { running, id } = await asking([]);
  await watching.says('gave no answer');
  await home.run(['prompts', 'answer', id, 'right']);
  expect((await running.ended).code).toBe(0);
  watching.child.kill('SIGINT');
  await watching.ended;
});

test('events stream as lines of JSON until Ctrl-C', async () => {
  const watching = home.start(['events', '--json', '--limit', '5']);
  await watching.says('"type"');
  const { value } = await home.json('run', 'quiz.fail', '--account', 'otto');
  await watching.says(value.job.id);
  watching.child.kill('SIGINT');
  const { code, stdout, stderr } = await watching.ended;
  expect([code, stderr]).toEqual([0, '']);
  for (const line of stdout.trimEnd().split('\n')) expect(JSON.parse(line)).toHaveProperty('type');
});

test('a job is scheduled for later or again and again, and a time that is none is refused', async () => {
  const now = Date.now();
  const at = await home.json('run', 'quiz.fail', '--account', 'otto', '--at', '15m');
  expect(at.value.job).toMatchObject({ state: 'scheduled', startAt: expect.any(Number) });
  expect(at.value.job.startAt).toBeGreaterThanOrEqual(now + 15 * MINUTE);
  expect(at.value.job.startAt).toBeLessThanOrEqual(Date.now() + 15 * MINUTE);
  const every = await home.run(['run', 'quiz.fail', '--account', 'otto', '--at', '2h', '--every', '1d']);
  expect([every.code, every.stdout]).toEqual([0, expect.stringMatching(/^Job \w+: Fail, scheduled\.$/m)]);
  const { value } = await home.json('jobs', 'list', '--state', 'scheduled');
  expect(value.jobs.map(({ everyMs }: { everyMs: number | null }) => everyMs).toSorted()).toEqual([86_400_000, null]);
  for (const { id } of value.jobs) expect((await home.json('jobs', 'cancel', id)).value.job.state).toBe('cancelled');
  expect((await home.run(['run', 'quiz.fail', '--account', 'otto', '--at', 'soon'])).stderr).toContain('It takes 15m');
  expect((await home.run(['run', 'quiz.fail', '--account', 'otto', '--every', '0s'])).stderr).toContain('It takes 30s');
});

test('when all there is rests, it ends with 4 and says in how long to come again', async () => {
  await writeFile(join(home.folder, 'rest.csv'), 'ptc,wrenlow22,Coal5barn\n');
  await home.run(['import', 'pokepool', 'rest.csv', '--level', '30']);
  const banned = JSON.stringify(['sed', '-u', 's/.*/{"verdict":"temp-banned"}/']);
  const configured = await home.json('plugin', 'config', 'pokepool', 'checker=command', `checkCommand=${banned}`);
  expect(configured.value.settings).toMatchObject({ checker: 'command' });
  const args = ['run', 'pokepool.allocate', '--count', '1', '--accountcsv', 'none.csv'];
  const { code, value } = await home.json(...args);
  expect([code, value.retryAfterMs]).toEqual([4, expect.any(Number)]);
  expect(value.retryAfterMs).toBeGreaterThan(9 * 86_400_000);
  const { stderr } = await home.run(args);
  expect(stderr).toMatch(/^muster: try again in 9d 23h\.$/m);
  expect((await home.run(['plugin', 'config', 'pokepool', 'cheker=http'])).stderr).toContain('checker');
});

test('settings are shown, and go back to their default', async () => {
  const back = await home.json('plugin', 'config', 'pokepool', 'checker=null');
  expect(back.value.settings).toMatchObject({ checker: 'none' });
  expect((await home.run(['plugin', 'config', 'pokepool'])).stdout).toContain('checker="none"\n');
});
