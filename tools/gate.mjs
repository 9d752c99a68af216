// `npm test`: the lock file, then build, lint and tests of every project, and the sum of the tests as the last line.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { lockFileProblems } from './lock-file.mjs';

const root = new URL('../', import.meta.url);
// Written by vitest.config.ts; nx keeps them with its cached results and puts them back.
const reports = new URL('node_modules/.cache/muster-tests/', root);

const readJson = (url) => JSON.parse(readFileSync(url, 'utf8'));

/** The projects that have tests, as [name, folder]: each must have left a report. The root has those of `tools`. */
function projects() {
  const folders = ['packages', 'plugins'].flatMap((parent) =>
    readdirSync(new URL(`${parent}/`, root)).map((name) => `${parent}/${name}`),
  );
  const found = folders.flatMap((folder) => {
    const manifest = new URL(`${folder}/package.json`, root);
    const { name, scripts } = existsSync(manifest) ? readJson(manifest) : {};
    return scripts?.test ? [[name, folder]] : [];
  });
  return [...found, ['tools', 'tools']];
}

/** What the runs left behind; a project that ran no test counts as a problem. */
function sum() {
  const total = { passed: 0, failed: 0, problems: [] };
  for (const [name, folder] of projects()) {
    const file = new URL(`${folder}/report.json`, reports);
    const report = existsSync(file) ? readJson(file) : undefined;
    if (report === undefined) total.problems.push(`${name}: its tests did not run to the end`);
    else if (report.numTotalTests === 0) total.problems.push(`${name}: has no test`);
    else if (!report.success && report.numFailedTests === 0) total.problems.push(`${name}: failed outside of its tests`);
    const skipped = report === undefined ? 0 : report.numPendingTests + report.numTodoTests;
    // Some need what a machine may lack (another user than root, a free file system): said, so that nobody takes them for passed.
    if (skipped > 0) console.log(`muster: ${name}: ${skipped} tests were skipped on this machine`);
    total.passed += report?.numPassedTests ?? 0;
    total.failed += report?.numFailedTests ?? 0;
  }
  return total;
}

/** The tests that failed so far, by project and full name. */
function failedTests() {
  return projects().flatMap(([name, folder]) => {
    const file = new URL(`${folder}/report.json`, reports);
    const results = existsSync(file) ? readJson(file).testResults : [];
    return results
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ status }) => status === 'failed')
      .map(({ fullName }) => `${name}: ${fullName}`);
  });
}

/** Builds, lints and tests what has no good result in nx's cache yet. */
const run = () =>
  spawnSync(
    process.execPath,
    [fileURLToPath(new URL('node_modules/nx/dist/bin/nx.js', root)), 'run-many', '-t', 'build', 'lint', 'test'],
    {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, NX_TUI: 'false', NX_DAEMON: 'false', FORCE_COLOR: process.stdout.isTTY ? '1' : '0' },
    },
  );

const problems = lockFileProblems(readJson(new URL('package-lock.json', root))).map((text) => `package-lock.json: ${text}`);

rmSync(reports, { recursive: true, force: true });
let nx = run();
const failedAtFirst = failedTests();
if (nx.status !== 0 && nx.signal === null) {
  console.log('muster: what failed is run once more');
  nx = run();
}
if (nx.status !== 0) problems.push(nx.signal ? `the run was ended by ${nx.signal}` : 'a target failed; its output stands above');

const { passed, failed, problems: missing } = sum();
const failedAgain = new Set(failedTests());
// Such a test is a defect of its own: it is named, so that somebody mends it.
for (const test of failedAtFirst.filter((name) => !failedAgain.has(name)))
  console.log(`muster: passed only at the second run: ${test}`);
for (const problem of [...problems, ...missing]) console.log(`muster: ${problem}`);
const good = problems.length === 0 && missing.length === 0 && failed === 0 && passed > 0;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = good ? 0 : 1;
