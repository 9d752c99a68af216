import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CANARY, commandLines, holders } from './canary.ts';
import { createHome } from './home.ts';

test.each(['lowdb', 'sqlite'])(
  'keys, sign-ins, proxies, addresses of hooks and of services are in no file, event or output, on %s',
  async (store) => {
    await using home = await createHome({ MUSTER_DEBUG: '1' });
    await mkdir(home.data, { mode: 0o700 });
    await writeFile(join(home.data, 'config.json'), JSON.stringify({ store }), { mode: 0o600 });
    let printed = '';
    const say = async (args: readonly string[], input?: string): Promise<number | null> => {
      const { code, stdout, stderr } = await home.run(args, input);
      printed += stdout + stderr;
      return code;
    };
    const service = home.start(['sim', 'k2think', '--json']);
    let said = '';
    service.child.stdout.on('data', (text: string) => (said += text));
    await service.says('}}\n');
    const { config } = JSON.parse(said) as { readonly config: Readonly<Record<string, string>> };

    expect(await say(['plugin', 'config', 'k2think', ...Object.entries(config).map(([name, value]) => `${name}=${value}`)])).toBe(
      0,
    );
    expect(
      await say(['accounts', 'add', 'k2think', 'name=key', '--secrets-stdin'], JSON.stringify({ apiKey: `${CANARY}key` })),
    ).toBe(0);
    const signIn = [
      'accounts',
      'add',
      'k2think',
      'kind=sign-in',
      'name=ann@example.test',
      'consent=me, today',
      '--secrets-stdin',
    ];
    expect(await say(signIn, JSON.stringify({ password: `${CANARY}password` }))).toBe(0);
    await say(['run', 'k2think.validate', '--all', '--json']);
    expect(await say(['proxies', 'add', '--json'], `http://${CANARY}user:${CANARY}pass@127.0.0.1:9`)).toBe(0);
    await say(['proxies', 'check', '--json']);
    await say(['proxies', 'list', '--json']);
    expect(
      await say(['hooks', 'add', 'webhook', '--name', 'chat', '--event', '*'], `http://127.0.0.1:9/${CANARY}path?a=${CANARY}`),
    ).toBe(0);
    expect(await say(['hooks', 'test', 'chat'])).toBe(1);
    await say(['hooks', 'list', '--json']);
    await say(['hooks', 'deliveries', 'chat', '--json']);
    await home.killHost();
    for (const args of [
      ['vault', 'rotate'],
      ['store', 'check'],
      ['accounts', 'list'],
      ['jobs', 'list'],
      ['doctor'],
      ['plugin', 'list'],
    ])
      await say([...args, '--json']);
    await say(['events', '--no-follow', '--json', '--limit', '5000']);

    const processes = await commandLines();
    service.child.kill();
    await service.ended;
    expect(printed).toContain('ann@example.test');
    expect(printed).not.toContain(CANARY);
    expect(processes).not.toContain(CANARY);
    expect(await holders(home.folder)).toEqual([]);
    // All of them are there, and come out where they are asked for.
    expect((await home.run(['hooks', 'show', 'chat', '--show-secrets'])).stdout).toContain(`/${CANARY}path?a=${CANARY}`);
    expect((await home.run(['proxies', 'list', '--show-secrets'])).stdout).toContain(`${CANARY}pass`);
  },
  5 * 60_000,
);
