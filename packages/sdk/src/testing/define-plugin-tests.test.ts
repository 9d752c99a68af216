import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';

const folder = fileURLToPath(new URL('faulty', import.meta.url));
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

/** Names of the tests that failed, by plugin. */
const failed = new Map<string, string[]>();

beforeAll(async () => {
  const out = await mkdtemp(join(tmpdir(), 'muster-kit-'));
  const file = join(out, 'report.json');
  const args = [
    'run',
    '--config',
    join(folder, 'vitest.config.ts'),
    '--root',
    folder,
    '--reporter',
    'json',
    '--outputFile',
    file,
  ];
  // It ends with an error, since tests fail: the report says which.
  await new Promise<void>((resolve) => execFile(process.execPath, [vitest, ...args], () => resolve()));
  const report = JSON.parse(await readFile(file, 'utf8')) as Report;
  await rm(out, { recursive: true });
  for (const { ancestorTitles, title, status } of report.testResults.flatMap(({ assertionResults }) => assertionResults)) {
    const id = ancestorTitles[0]?.replace('plugin ', '') ?? '';
    failed.set(id, [...(failed.get(id) ?? []), ...(status === 'failed' ? [title] : [])]);
  }
});

test.each([
  ['sound', []],
  ['leaks', ['lets no secret out (undefined)']],
  ['goes-back', ['finishes against the simulator, its progress going one way, and reaches nothing beyond this machine']],
  ['blames', ['blames no account for a rate-limit of the service', 'blames no account for a server-error of the service']],
  ['deaf', ['stops when it is cancelled, and holds nothing any more']],
  ['wanders', ['finishes against the simulator, its progress going one way, and reaches nothing beyond this machine']],
  ['empty', ['the handler of every path is there when it is loaded', 'the view mails is there when it is loaded']],
  ['differs', ['check: run again after its end was not noted, it comes to the same']],
])('a plugin that %s fails where it is at fault, and nowhere else', (id, names) => {
  expect(failed.get(id)).toEqual(names);
});

test('an action that is not tried is found', () => {
  expect(failed.get('without-input')).toContain('every action has an input to be tried with');
});
