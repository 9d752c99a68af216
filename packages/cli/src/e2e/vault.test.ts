import { randomBytes } from 'node:crypto';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHome, secretOf, type Ended, type Home } from './home.ts';

const PASSPHRASE = 'otter lamp seven canyon violet';
const ACCOUNTS = 3_000;

let home: Home;
let before: string;
beforeAll(async () => {
  home = await createHome();
  await home.writeAccounts('accounts.csv', ACCOUNTS);
  await home.run(['import', 'pokepool', 'accounts.csv']);
  before = (await exported()).stdout;
});
afterAll(() => home[Symbol.asyncDispose]());

const exported = (): Promise<Ended> => home.run(['export', 'pokepool', '--format', 'rocketmap', '--with-secrets', '--yes']);
const code = async (args: readonly string[], input: string): Promise<unknown> => {
  const { stdout } = await home.run([...args, '--json'], input);
  return (JSON.parse(stdout) as { error?: { code: string } }).error?.code;
};

test('the status names the slots and where the key came from, never a key', async () => {
  const { value, code: ended } = await home.json('vault', 'status');
  expect([ended, value]).toEqual([
    0,
    expect.objectContaining({ state: 'open', openedBy: 'key-file', slots: [expect.objectContaining({ type: 'key' })] }),
  ]);
  const key = (await readFile(join(home.data, '.encryption_key'), 'utf8')).trim();
  expect(JSON.stringify(value)).not.toContain(key);
});

test('a rotation that is killed in its middle loses nothing, and the next one finishes it', async () => {
  const header = join(home.data, 'vault.json');
  const { mtimeMs } = await stat(header);
  const rotating = home.start(['vault', 'rotate']);
  // The new key is in the header, the secrets are being sealed anew.
  while ((await stat(header)).mtimeMs === mtimeMs) await sleep(1);
  await home.killHost();
  expect((await rotating.ended).code).toBe(1);
  expect((await exported()).stdout).toBe(before);
  const { value } = await home.json('vault', 'rotate');
  expect(value.resealed).toBe(ACCOUNTS);
  expect((await home.json('store', 'check')).value).toMatchObject({ secrets: ACCOUNTS, problems: [] });
  expect((await exported()).stdout).toBe(before);
});

describe('with a passphrase', () => {
  test('it is added from stdin; a weak one is refused with what is wrong', async () => {
    expect(await code(['vault', 'add-slot', '--stdin'], 'abc')).toBe('VAULT_WEAK_KEY');
    expect(await code(['vault', 'add-slot', '--stdin'], '')).toBe('BAD_INPUT');
    const { stderr } = await home.run(['vault', 'add-slot'], PASSPHRASE);
    expect(stderr).toContain('--stdin');
    expect((await home.run(['vault', 'add-slot', '--stdin'], `${PASSPHRASE}\n`)).code).toBe(0);
  });

  test('a locked vault opens no secret and says what to do; a wrong passphrase does not open it', async () => {
    await home.run(['vault', 'lock']);
    const { code: ended, stdout, stderr } = await exported();
    expect([ended, stdout, stderr]).toEqual([1, '', expect.stringContaining('muster vault unlock')]);
    expect((await home.run(['vault', 'status'])).stderr).toContain('muster vault unlock');
    expect(await code(['vault', 'unlock', '--stdin'], 'otter lamp seven canyon violet?')).toBe('VAULT_LOCKED');
    expect((await home.json('vault', 'status')).value.state).toBe('locked');
    expect(await code(['vault', 'unlock', '--stdin'], PASSPHRASE)).toBeUndefined();
    expect((await exported()).stdout).toBe(before);
  });

  test('a way to open the vault is taken away only when somebody says so, and never the last', async () => {
    const { value } = await home.json('vault', 'status');
    const ids: string[] = value.slots.map(({ id }: { id: string }) => id);
    const asked = await home.run(['vault', 'remove-slot', ids[0] ?? '']);
    expect([asked.code, asked.stderr]).toEqual([2, expect.stringContaining('--yes')]);
    expect((await home.json('vault', 'status')).value.slots).toHaveLength(ids.length);
    const codes = [];
    for (const id of ids) codes.push((await home.json('vault', 'remove-slot', id, '--yes')).code);
    expect(codes.filter((ended) => ended !== 0)).toHaveLength(1);
    expect((await home.json('vault', 'status')).value.slots).toHaveLength(1);
  });
});

test('a key file that others can read, and one that does not open the vault, are said at once with what to do', async () => {
  await using other = await createHome();
  await other.writeAccounts('accounts.csv', 1);
  await other.run(['import', 'pokepool', 'accounts.csv']);
  await other.run(['stop']);
  const file = join(other.data, '.encryption_key');
  await chmod(file, 0o644);
  const open = await other.json('accounts', 'list');
  expect([open.code, open.value.error]).toEqual([
    1,
    expect.objectContaining({ code: 'VAULT_KEY_FILE', message: expect.stringContaining('chmod 600') }),
  ]);
  await chmod(file, 0o600);
  const key = await readFile(file, 'utf8');
  await writeFile(file, `${randomBytes(32).toString('hex')}\n`);
  const wrong = await other.json('vault', 'status');
  expect([wrong.value.state, wrong.value.warnings]).toEqual(['locked', [expect.stringContaining('does not open it')]]);
  const { stderr } = await other.run(['export', 'pokepool', '--format', 'rocketmap', '--with-secrets', '--yes']);
  expect(stderr).toMatch(/vault/);
  await other.run(['stop']);
  await writeFile(file, key);
  expect((await other.run(['export', 'pokepool', '--format', 'rocketmap', '--with-secrets', '--yes'])).stdout).toContain(
    secretOf('heron1'),
  );
});
