import { createHmac } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHome, type Home } from './home.ts';
import { addQuiz } from './quiz-plugin.ts';

const MINUTE = 60_000;

let home: Home;
const servers: Server[] = [];
beforeAll(async () => {
  home = await createHome();
  await mkdir(home.data, { mode: 0o700 });
  await addQuiz(home.data);
  await home.run(['accounts', 'add', 'quiz', 'name=mila', '--secrets-stdin'], 'pin-of-mila');
});
afterAll(async () => {
  await home[Symbol.asyncDispose]();
  for (const server of servers) server.close();
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Answers every wish for a tunnel, once the password is right. */
const proxyServer = (): Promise<number> =>
  listen(
    createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', (bytes: Buffer) => {
        const right = bytes.toString().includes(Buffer.from('anna:open-sesame').toString('base64'));
        socket.end(right ? 'HTTP/1.1 502 Bad Gateway\r\n\r\n' : 'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      });
    }),
  );

test(
  'proxies are imported, checked, shown without their credentials, and changed',
  async () => {
    const port = await proxyServer();
    const list = `127.0.0.1:${port}:anna:open-sesame,DZ\nanna:wrong-word@127.0.0.1:${port} Spain\nnonsense open-sesame\n`;
    await writeFile(join(home.folder, 'list.txt'), list);
    const imported = await home.run(['proxies', 'import', 'list.txt', '--check']);
    expect(imported.code).toBe(1);
    expect(imported.stdout).toContain('2 added, 0 known already, 1 refused.');
    expect(imported.stdout).toMatch(/^ok .*127\.0\.0\.1/m);
    expect(imported.stdout).toMatch(/^auth .*407/m);
    const { value } = await home.json('proxies', 'list', '--country', 'Algeria');
    expect(value.proxies).toMatchObject([{ state: 'good', country: 'DZ', hasCredentials: true }]);
    const all = await home.run(['proxies', 'list']);
    expect(imported.stdout + imported.stderr + all.stdout + JSON.stringify(value)).not.toMatch(/sesame|wrong-word/);

    const { id } = value.proxies[0];
    expect((await home.run(['proxies', 'show', id, '--show-secrets'])).stdout).toContain('anna:open-sesame@');
    expect((await home.run(['events', '--level', 'audit', '--no-follow'])).stdout).toContain('proxy.revealed');
    expect((await home.run(['proxies', 'disable', id])).stdout).toContain('disabled');
    expect((await home.run(['proxies', 'edit', id, '--label', 'algiers', '--country', 'none'])).code).toBe(0);
    expect((await home.run(['proxies', 'remove', 'algiers', '--yes'])).stdout).toBe('1 proxy removed.\n');
  },
  2 * MINUTE,
);

test(
  'credentials are never taken from the command line, and are from stdin',
  async () => {
    const refused = await home.run(['proxies', 'add', 'anna:open-sesame@10.0.0.1:80']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).not.toContain('sesame');
    expect((await home.run(['proxies', 'add', '10.0.0.1:80:anna:open-sesame'])).code).toBe(2);
    const added = await home.run(['proxies', 'add', '--label', 'piped'], 'anna:open-sesame@10.0.0.1:80\n');
    expect(added.stdout).toMatch(/^Added piped/);
    expect((await home.run(['proxies', 'add', '10.0.0.1:80', '--country', 'Atlantis'])).stderr).toContain('Atlantis');
    expect((await home.run(['proxies', 'settings', 'echoUrl=ftp://x'])).code).toBe(2);
    expect((await home.run(['proxies', 'settings', 'checkEveryMs=30m'])).stdout).toContain('checkEveryMs=1800000');
  },
  2 * MINUTE,
);

test(
  'a webhook hears of the end of a job, signed; its deliveries can be looked at',
  async () => {
    const got: { readonly headers: IncomingMessage['headers']; readonly body: string }[] = [];
    const port = await listen(
      createServer((request, response) => {
        let body = '';
        request.on('data', (text: Buffer) => (body += text.toString()));
        request.on('end', () => {
          got.push({ headers: request.headers, body });
          response.writeHead(204).end();
        });
      }),
    );
    const url = `http://127.0.0.1:${port}/services/CANARY-of-the-address`;
    const added = await home.run(['hooks', 'add', 'webhook', '--name', 'ops'], `${url}\n`);
    const key = added.stdout.trim();
    expect((await home.run(['hooks', 'test', 'ops'])).stdout).toBe('It arrived: answered 204\n');
    await home.run(['run', 'quiz.fail', '--all']);
    await expect.poll(() => got.length, { timeout: MINUTE }).toBe(2);
    const { headers, body } = got[1] ?? { headers: {}, body: '' };
    expect(JSON.parse(body)).toMatchObject({ event: { type: 'job.done' }, job: { counts: { failed: 1 } } });
    const [, at, sum] = /^t=(\d+),v1=(\w+)$/.exec(String(headers['muster-signature'])) ?? [];
    expect(sum).toBe(createHmac('sha256', key).update(`${at}.${body}`).digest('hex'));
    expect(body).not.toContain('pin-of-mila');
    const { value } = await home.json('hooks', 'deliveries', 'ops');
    expect(value.deliveries.map(({ state }: { state: string }) => state)).toEqual(['sent', 'sent']);
    const store = await readFile(join(home.data, 'store', 'journal.ndjson'), 'utf8').catch(() => '');
    const shown = await Promise.all([
      home.run(['hooks', 'list']),
      home.run(['hooks', 'list', '--json']),
      home.run(['hooks', 'show', 'ops']),
    ]);
    expect(shown[2].stdout).toContain(`webhook  http://127.0.0.1:${port}/…`);
    const open = store + shown.map(({ stdout, stderr }) => stdout + stderr).join('');
    expect(open).not.toContain(key);
    expect(open).not.toContain('CANARY');
    expect((await home.run(['hooks', 'show', 'ops', '--show-secrets'])).stdout).toContain(`webhook  ${url}`);
    expect((await home.run(['hooks', 'remove', 'ops', '--yes'])).code).toBe(0);
    expect((await home.run(['hooks', 'add', 'webhook', 'http://anna:x@example.org/'])).code).toBe(2);
  },
  2 * MINUTE,
);

test(
  'a schedule is made, shown with its next run, paused, run by hand and removed',
  async () => {
    const nightly = [
      'schedules',
      'add',
      'quiz.fail',
      '--all',
      '--daily',
      '02:30',
      '--zone',
      'Africa/Algiers',
      '--name',
      'nightly',
    ];
    expect((await home.run(nightly)).stdout).toContain('daily at 02:30 (Africa/Algiers); next at ');
    const { value } = await home.json('schedules', 'list');
    expect(new Date(value.schedules[0].nextAt).toISOString()).toMatch(/T01:30:00\.000Z$/);
    expect((await home.run(['schedules', 'pause', 'nightly'])).stdout).toContain('paused');
    expect((await home.run(['schedules', 'run', 'nightly'])).stdout).toMatch(/^Job \w+ started/);
    expect((await home.run(['schedules', 'remove', 'nightly', '--yes'])).code).toBe(0);
    for (const wrong of [
      ['--daily', '25:00'],
      ['--cron', '* *'],
      ['--zone', 'Mars/X', '--daily', '01:00'],
      ['--at', '1m', '--every', '1m'],
      [],
    ]) {
      expect((await home.run(['schedules', 'add', 'quiz.fail', '--all', ...wrong])).code).toBe(2);
    }
  },
  2 * MINUTE,
);

test(
  'a question can be answered behind its link',
  async () => {
    const running = home.start(['run', 'quiz.ask', '--account', 'mila', '--attended']);
    await running.says('prompts answer ');
    const { value } = await home.json('prompts', 'list');
    const { link } = value.prompts[0];
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/p\/[\w-]{22}$/);
    expect(await (await fetch(link)).text()).toContain('Which colour?');
    expect((await fetch(link, { method: 'POST', body: new URLSearchParams({ answer: 'blue' }) })).status).toBe(200);
    expect((await running.ended).code).toBe(0);
    expect((await fetch(link)).status).toBe(410);
    expect((await home.run(['events', '--level', 'audit', '--no-follow'])).stdout).toContain('the link answered');
  },
  2 * MINUTE,
);
