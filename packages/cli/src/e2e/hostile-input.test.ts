import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { safeText } from '@muster/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHome, type Home } from './home.ts';

let home: Home;
beforeAll(async () => {
  home = await createHome();
  await home.writeAccounts('accounts.csv', 2);
  await home.run(['import', 'pokepool', 'accounts.csv', '--level', '30']);
  await mkdir(join(home.folder, 'folder'));
  await writeFile(join(home.folder, 'empty.csv'), '');
  execFileSync('mkfifo', [join(home.folder, 'pipe')]);
});
afterAll(() => home[Symbol.asyncDispose]());

const LONG = 'x'.repeat(10_000);
const STEERING = 'a\u001b[2J\u202eb\u0007';

const CASES: readonly (readonly [line: string, code: number, message: RegExp])[] = [
  ['import __proto__ accounts.csv', 1, /There is no plugin "__proto__"/],
  ['import pokepol accounts.csv', 1, /Did you mean "pokepool"\?/],
  ['import pokepool folder', 2, /is a folder/],
  ['import pokepool /dev/zero', 1, /holds no account/],
  ['run constructor.check --all', 2, /There is no action "constructor\.check"/],
  ['accounts list --plugin pokepol', 1, /Did you mean "pokepool"\?/],
  ['accounts list --plugin pokepool --where levle>3', 2, /Did you mean "level"\?/],
  ['accounts list --where level>>3', 2, /column 1/],
  ['accounts show __proto__', 1, /There is no account/],
  ['accounts add pokepool __proto__=x', 2, /There is no field "__proto__"/],
  ['accounts edit heron1 constructor=x', 2, /There is no field "constructor"/],
  ['plugin config pokepool __proto__=null', 2, /There is no field/],
  ['plugin remove ../../x', 2, /is no name of a plugin/],
  ['vault remove-slot __proto__', 1, /no slot/],
  [`accounts show ${LONG}`, 2, /^muster: .{1,400}$/m],
  [`run ${LONG}`, 2, /There is no action "x{99}…"/],
  [`accounts show ${STEERING}`, 1, /There is no account "a�\[2J�b�"/],
];

test.each(CASES.map(([line, code, message]) => ({ title: safeText(line, 60), line, code, message })))('$title', async (one) => {
  const { code, stderr } = await home.run(one.line.split(' '));
  expect([code, stderr]).toEqual([one.code, expect.stringMatching(one.message)]);
  // oxlint-disable-next-line no-control-regex -- what must not come through
  expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202a-\u202e]/);
});

test('a file that is given up on in its middle is answered, however much of it is left', async () => {
  await writeFile(join(home.folder, 'zeros'), new Uint8Array(5_000_000));
  for (let round = 0; round < 4; round++) {
    const { stdout } = await home.run(['import', 'pokepool', 'zeros']);
    expect(stdout).toContain('zeros:0\trejected\tbinary-file');
  }
});

test('an import says by its code whether all lines were taken, some, or none', async () => {
  const head = 'email;passport no;first name;last name;mobile;issue date;expiry date;issue place;date of birth\n';
  const row = (email: string, passport: string): string =>
    `${email};${passport};Ada;Heron;+213550000001;2022-01-31;2032-01-30;Algiers;1990-04-05\n`;
  const some = [row('a@x.org', 'AB100001'), row('no mail', 'AB100002'), row('c@x.org', 'AB100001')];
  await writeFile(join(home.folder, 'some.csv'), head + some.join(''));
  await writeFile(join(home.folder, 'none.csv'), head + row('no mail', 'AB100002'));
  const dry = await home.run(['import', 'bls', 'some.csv', '--dry-run']);
  expect([dry.code, dry.stdout]).toEqual([0, expect.stringMatching(/:4\trejected\tpassportNumber: line 2 \(a@x\.org\)/)]);
  expect((await home.run(['import', 'bls', 'some.csv'])).code).toBe(3);
  expect((await home.run(['import', 'bls', 'none.csv'])).code).toBe(1);
  expect((await home.run(['import', 'bls', 'none.csv', '--dry-run'])).code).toBe(1);
});

test('an empty file holds no account, and that is no failure', async () => {
  expect(await home.run(['import', 'pokepool', 'empty.csv'])).toMatchObject({
    code: 0,
    stderr: 'muster: empty.csv holds no account.\n',
  });
});

test('a named pipe is read, and one that nobody writes to does not hold an interrupt', async () => {
  const reading = home.start(['import', 'pokepool', 'pipe', '--dry-run', '--json']);
  execFileSync('sh', ['-c', 'cat accounts.csv > pipe'], { cwd: home.folder });
  const { code, stdout } = await reading.ended;
  expect([code, JSON.parse(stdout).files[0].accounts.length]).toEqual([0, 2]);

  const stuck = home.start(['import', 'pokepool', 'accounts.csv', 'pipe', '--dry-run']);
  await stuck.says('accounts.csv:2');
  // Long enough for it to come to the pipe.
  await home.json('status');
  stuck.child.kill('SIGINT');
  expect((await stuck.ended).code).toBe(130);
});

test('text of an account that steers a terminal is shown harmless', async () => {
  const { code } = await home.json('accounts', 'edit', 'heron2', `model=${STEERING}`, '--tag', 'vip', STEERING);
  expect(code).toBe(0);
  const { stdout } = await home.run(['accounts', 'show', 'heron2']);
  expect(stdout).toContain('model     a�[2J�b�\n');
  expect(stdout).toContain('tags      vip a�[2J�b�\n');
  const json = (await home.run(['accounts', 'show', 'heron2', '--json'])).stdout;
  expect(json).not.toMatch(/[\p{Cf}\u007f-\u009f]/u);
  expect(JSON.parse(json).account.data.model).toBe(STEERING);
});

test('an account is edited, shown, disabled and enabled; a wrong value changes nothing', async () => {
  const edited = await home.json('accounts', 'edit', 'heron1', 'level=31', '--tag', 'vip', '--priority', '5');
  expect(edited.value.account).toMatchObject({ data: { level: 31 }, tags: ['vip'], priority: 5 });
  expect((await home.run(['accounts', 'edit', 'heron1', 'level=many'])).stderr).toContain('level=many: It takes a whole number');
  expect((await home.run(['accounts', 'edit', 'heron1', 'level=999'])).code).toBe(2);
  expect((await home.run(['accounts', 'edit', 'heron1'])).stderr).toContain('Nothing to change');
  expect((await home.run(['accounts', 'edit', 'heron1', 'password=x'])).stderr).toContain('is secret');
  const secret = await home.run(['accounts', 'edit', 'heron1', '--secrets-stdin'], 'New5barn\n');
  expect([secret.code, secret.stdout]).toEqual([0, 'Changed heron1.\n']);
  expect((await home.json('accounts', 'list', '--where', 'tag:vip level>=31')).value.accounts).toHaveLength(1);
  const { value } = await home.json('accounts', 'show', 'heron1');
  expect(value.account).toMatchObject({ label: 'heron1', data: { level: 31 }, secretFields: ['password'] });
  expect(value.events.length).toBeGreaterThan(0);
  expect(JSON.stringify(value)).not.toContain('New5barn');
});
