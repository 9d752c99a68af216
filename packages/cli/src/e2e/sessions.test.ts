import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { addWirePlugin, openWireServer, type WireServer } from '@muster/core/testing';
import jsqr from 'jsqr';
import { PNG } from 'pngjs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createHome, type Home } from './home.ts';

const PATIENCE = { timeout: 30_000, interval: 50 };
let server: WireServer;
let home: Home;

beforeEach(async () => {
  server = await openWireServer();
  home = await createHome();
  await addWirePlugin(home.data);
  await home.run(['plugin', 'config', 'wire', `port=${server.port}`]);
  for (const name of ['ann', 'ben']) await home.run(['accounts', 'add', 'wire', `name=${name}`]);
});
afterEach(async () => {
  await home[Symbol.asyncDispose]();
  await server.close();
});

const stateOf = async (name: string): Promise<string> => (await home.json('sessions', 'show', name)).value.session.state;
const see = (name: string, state: string): Promise<void> =>
  vi.waitFor(async () => expect(await stateOf(name)).toBe(state), PATIENCE);

describe('muster sessions', () => {
  test('opens, lists, shows and closes', async () => {
    server.know('ann', 'ben');
    expect(await home.run(['sessions'])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('No session is open') as string,
    });
    expect(await home.run(['sessions', 'open', 'ann', 'ben'])).toMatchObject({ code: 0 });
    await see('ann', 'ready');
    await see('ben', 'ready');
    const { value } = await home.json('sessions', 'list');
    expect(value.sessions).toMatchObject([
      { label: 'ann', state: 'ready' },
      { label: 'ben', state: 'ready' },
    ]);
    const shown = await home.run(['sessions', 'show', 'ann']);
    expect(shown.stdout).toMatch(/ready \(online\)[^]*opening/);
    expect((await home.run(['sessions', 'close', 'ann'])).stdout).toContain('Closed ann');
    expect((await home.json('sessions', 'list')).value.sessions).toHaveLength(1);
    expect((await home.json('sessions', 'list', '--all')).value.sessions).toHaveLength(2);
    expect((await home.run(['sessions', 'close', '--all'])).stdout).toContain('Closed ben');
    expect(server.goodbyes).toEqual(['ann', 'ben']);
  });

  test('says what is wrong, and opens the others all the same', async () => {
    server.know('ann');
    const opened = await home.run(['sessions', 'open', 'ann', 'nobody']);
    expect(opened).toMatchObject({ code: 1, stdout: expect.stringContaining('Opening ann') as string });
    expect(opened.stderr).toContain('nobody');
    await see('ann', 'ready');
    expect(await home.run(['sessions', 'open', 'ann'])).toMatchObject({ code: 1 });
    expect(await home.run(['sessions', 'close', 'ben'])).toMatchObject({ code: 1 });
    expect(await home.run(['sessions', 'close'])).toMatchObject({ code: 2 });
    expect((await home.run(['sessions', 'open', 'ben', '--input', 'x'])).code).toBe(2);
    expect(await home.run(['sessions', 'qr', 'ann'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('ready already') as string,
    });
  });

  test('qr prints each text, keeps the picture, and ends when it was scanned', async () => {
    const running = home.start(['sessions', 'qr', 'ann', '--png', 'ann.png']);
    await running.says('2@ann-1');
    server.renew('ann');
    await running.says('2@ann-2');
    await vi.waitFor(async () => {
      const { data, width, height } = PNG.sync.read(await readFile(join(home.folder, 'ann.png')));
      expect(jsqr.default(new Uint8ClampedArray(data), width, height)?.data).toBe('2@ann-2');
    }, PATIENCE);
    expect((await stat(join(home.folder, 'ann.png'))).mode & 0o777).toBe(0o600);
    server.scan('ann');
    const { code, stdout } = await running.ended;
    expect([code, stdout.trim().split('\n')]).toEqual([0, ['2@ann-1', '2@ann-2', 'ann is ready (online).']]);
  });

  test('pair asks for a code in the place of what is shown already', async () => {
    await home.run(['sessions', 'open', 'ann']);
    await see('ann', 'needs-operator');
    const { code, value } = await home.json('sessions', 'pair', 'ann', '--no-wait');
    expect([code, value.challenge]).toMatchObject([0, { kind: 'code', text: '2@ann-2' }]);
    expect(server.goodbyes).toEqual(['ann']);
  });

  test('qr ends with 5 when the session ends unscanned', async () => {
    const running = home.start(['sessions', 'qr', 'ann']);
    await running.says('2@ann-1');
    server.forget('ann');
    expect(await running.ended).toMatchObject({ code: 5, stderr: expect.stringContaining('Logged out on the phone') as string });
  });

  test('come back after the host was killed, and keep away what was closed', async () => {
    server.know('ann', 'ben');
    await home.run(['sessions', 'open', 'ann', 'ben']);
    await see('ann', 'ready');
    await see('ben', 'ready');
    await home.run(['sessions', 'close', 'ben']);
    await home.killHost();
    await see('ann', 'ready');
    expect(server.visits('ann')).toBe(2);
    expect(await stateOf('ben')).toBe('closed');
    const { value } = await home.json('sessions', 'show', 'ann');
    expect(value.session.history.map(({ why }: { why: string | null }) => why)).toContain('the host ended without closing it');
    expect((await home.run(['stop'])).code).toBe(0);
    expect(server.goodbyes).toEqual(['ben', 'ann']);
    await see('ann', 'ready');
    expect(server.visits('ben')).toBe(1);
  });

  test('export and import give the passphrase from stdin to the action of the plugin', async () => {
    const file = join(home.folder, 'ann.session');
    const passphrase = 'CaNaRy three words';
    const exported = await home.run(['sessions', 'export', 'ann', 'ann.session'], `${passphrase}\n`);
    expect(exported).toMatchObject({ code: 0 });
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ name: 'ann', passphrase });
    expect(await home.run(['sessions', 'import', 'ann', 'ann.session'], 'another')).toMatchObject({
      code: 3,
      stdout: expect.stringContaining('not that of the file') as string,
    });
    const imported = await home.run(['--json', 'sessions', 'import', 'ann', 'ann.session', '--replace'], passphrase);
    expect(JSON.parse(imported.stdout)).toMatchObject({ job: { state: 'done', output: { replaced: true } } });
    const events = await home.run(['events', '--since', '1h', '--no-follow']);
    expect(events.stdout).toContain('answered "Passphrase"');
    expect(`${events.stdout}${exported.stdout}${exported.stderr}`).not.toContain('CaNaRy');
  });

  test('export without a passphrase cancels its job; an open session and a file too many are refused', async () => {
    expect(await home.run(['sessions', 'export', 'ann', 'ann.session'])).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('stdin') as string,
    });
    expect((await home.json('jobs', 'list')).value.jobs).toMatchObject([{ state: 'cancelled' }]);
    server.know('ann');
    await home.run(['sessions', 'open', 'ann']);
    await see('ann', 'ready');
    expect(await home.run(['sessions', 'export', 'ann', 'ann.session'], 'words')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('muster sessions close ann') as string,
    });
    expect(await home.run(['sessions', 'import', 'nobody', 'ann.session'], 'words')).toMatchObject({ code: 1 });
    expect(await home.run(['sessions', 'export', 'ben', 'a', 'b'])).toMatchObject({ code: 2 });
  });

  test('token create limits a token to sessions', async () => {
    const made = await home.json(
      'token',
      'create',
      'tenant',
      '--scope',
      'read',
      'operate',
      '--sessions',
      'ann,ben',
      '--max-sessions',
      '1',
    );
    expect(made.value.info).toMatchObject({ sessions: ['ann', 'ben'], maxSessions: 1 });
    expect((await home.run(['token', 'create', 'x', '--sessions', 'ann,'])).code).toBe(2);
    expect((await home.run(['token', 'create', 'x', '--max-sessions', '0'])).code).toBe(2);
    expect((await home.run(['token', 'create', 'x', '--scope', 'admin', '--sessions', 'ann'])).code).toBe(2);
  });
});
