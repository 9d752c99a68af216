import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readRewriting, rewritingLine, rewritingText } from './rewriting.ts';

test('what a host says of its store last counts, whatever else it prints', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'muster-rewriting-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const file = join(directory, 'host.out');
  expect(await readRewriting(file)).toBeUndefined();
  await writeFile(file, 'warning: x\n');
  expect(await readRewriting(file)).toBeUndefined();
  const lines = [0, 500].map((done) => rewritingLine({ done, total: 1_000_000 }));
  await writeFile(file, `${lines.join('')}another line\n{"rewriting":{"done":9`);
  const last = await readRewriting(file);
  expect(last).toEqual({ done: 500, total: 1_000_000 });
  expect(last && rewritingText(last)).toBe('the store is being rewritten for this version (500 of 1,000,000) …');
});
