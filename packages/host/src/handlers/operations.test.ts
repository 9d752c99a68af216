import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstValueFrom, filter } from 'rxjs';
import { ApiError, createClient, watch, type Client } from '@muster/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestHost, type TestHost } from '../testing/test-host.ts';

/** With the accounts ada and ben, for each test anew. */
let test: TestHost;
const file = async function* (...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield new TextEncoder().encode(text);
};
const collect = async <T>(values: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
};
const importTwo = () =>
  collect(
    test.client.stream(
      'importAccounts',
      { params: { plugin: 'farm' }, query: { name: 'a.csv' } },
      { upload: file('ada,s3cret\nbe', 'n,\n') },
    ),
  );
let imported: Awaited<ReturnType<typeof importTwo>>;
beforeEach(async () => {
  test = await openTestHost();
  imported = await importTwo();
});
afterEach(() => test[Symbol.asyncDispose]());

const ended = async (job: string) => {
  await expect.poll(async () => (await test.client.call('getJob', { params: { id: job } })).endedAt).not.toBeNull();
  return test.client.call('getJob', { params: { id: job } });
};

describe('accounts', () => {
  it('come in as a stream of lines, and are listed, filtered and counted', async () => {
    expect(imported.map(({ kind }) => kind)).toContain('file');
    expect(imported.findLast(({ kind }) => kind === 'counts')).toMatchObject({ read: 2, rejected: 0, outcomes: { new: 2 } });
    const { total, accounts } = await test.client.call('listAccounts', { query: { sort: '-label', limit: 1 } });
    expect([total, accounts[0]?.label, accounts[0]?.secretFields]).toEqual([2, 'ben', []]);
    expect((await test.client.call('listAccounts', { query: { where: 'ada' } })).accounts[0]).toMatchObject({
      data: { name: 'ada' },
      secretFields: ['password'],
    });
    expect(await test.client.call('tallyAccounts')).toEqual([{ plugin: 'farm', state: 'ready', count: 2 }]);
  });

  it('say which proxy they come back to, many at once', async () => {
    const call = test.client.call.bind(test.client);
    const { id } = await call('addProxy', { body: { address: '127.0.0.1:9', label: 'way-1' } });
    const { accounts } = await call('listAccounts', { query: {} });
    const [first = '', second = ''] = accounts.map((account) => account.id);
    await call('assignProxy', { body: { selection: { ids: [first] }, proxy: id } });
    const body = { accounts: [first, second, 'nobody'] };
    expect(await call('proxiesOfAccounts', { body })).toEqual({ labels: { [first]: 'way-1' } });
    await call('removeProxies', { body: { ids: [id] } });
    expect(await call('proxiesOfAccounts', { body })).toEqual({ labels: {} });
  });

  it('never carry a secret; it is revealed one by one, audited', async () => {
    const ada = await test.client.call('getAccount', { params: { id: 'ada' } });
    expect(JSON.stringify(ada)).not.toMatch(/s3cret|mv1:/);
    expect(await test.client.call('revealSecret', { params: { id: ada.id }, body: { field: 'password' } })).toEqual({
      value: 's3cret',
    });
    const audit = await test.client.call('queryEvents', { query: { account: ada.id, levels: 'audit' } });
    expect(audit.at(-1)).toMatchObject({ actor: 'local' });
  });

  it('go out in a format of the plugin, with secrets only when asked', async () => {
    const write = async (withSecrets: boolean): Promise<string> => {
      const answer = await test.client.bytes('exportAccounts', {
        params: { plugin: 'farm' },
        body: { format: 'list', withSecrets },
      });
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      return answer.text();
    };
    expect(await write(false)).toBe('ada,\nben,\n');
    expect(await write(true)).toBe('ada,s3cret\nben,\n');
    await expect(
      test.client.bytes('exportAccounts', { params: { plugin: 'farm' }, body: { format: '__proto__' } }),
    ).rejects.toMatchObject({ code: 'BAD_INPUT', message: /It writes: list/ });
  });

  it('with names that steer terminals, and keys that reach for prototypes, are data', async () => {
    const name = '\u001b]52;c;aGk=\u0007\u202egnp.exe\u0000\r\n';
    const account = await test.client.call('addAccount', { body: { plugin: 'farm', data: { name } } });
    expect((await test.client.call('getAccount', { params: { id: account.id } })).data).toEqual({ name });
    const answer = await test.host.fetch('http://localhost/v1/accounts', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"plugin":"farm","data":{"name":"proto","__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}}',
    });
    expect(answer.status).not.toBe(500);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
    await test.client.call('removeAccounts', { body: { selection: { where: 'id:' + account.id } } });
    if (answer.ok)
      await test.client.call('removeAccounts', { body: { selection: { ids: [((await answer.json()) as { id: string }).id] } } });
  });

  it('are changed only when some are chosen, or all are asked for', async () => {
    for (const selection of [{}, { plugin: 'farm' }, { where: '  ' }]) {
      await expect(test.client.call('removeAccounts', { body: { selection } })).rejects.toMatchObject({
        code: 'BAD_INPUT',
        message: /nothing is chosen/,
      });
    }
    await expect(test.client.call('removeAccounts', { body: { selection: { all: true, where: 'x' } } })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
    await expect(test.client.call('removeAccounts', { body: { selection: { where: 'level>>' } } })).rejects.toMatchObject({
      code: 'BAD_FILTER',
    });
    expect(await test.client.call('setAccountState', { body: { selection: { where: 'ben' }, state: 'paused' } })).toEqual({
      done: 1,
    });
    expect((await test.client.call('getAccount', { params: { id: 'ben' } })).state).toBe('paused');
    await test.client.call('setAccountState', { body: { selection: { all: true }, state: 'ready' } });
    const edited = await test.client.call('editAccount', { params: { id: 'ben' }, body: { tags: ['vip'], priority: 3 } });
    expect(edited).toMatchObject({ tags: ['vip'], priority: 3 });
  });
});

describe('an import', () => {
  it('that fails before its first line is an error, afterwards a last line', async () => {
    const load = (plugin: string, query: object, ...texts: string[]) =>
      collect(test.client.stream('importAccounts', { params: { plugin }, query }, { upload: file(...texts) }));
    await expect(load('nop', {}, 'a,b\n')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(load('farm', { options: '[]' }, 'a,b\n')).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(load('farm', { options: '{' }, 'a,b\n')).rejects.toMatchObject({ code: 'BAD_INPUT' });
    const lines = await load('farm', { dryRun: 'true' }, 'x,1\n'.repeat(5_000), 'explode,1\n');
    expect(lines.at(-1)).toEqual({ kind: 'error', code: 'INTERNAL', message: 'the file cannot be read further' });
    expect((await test.client.call('listAccounts', { query: {} })).total).toBe(2);
  });

  it('that is refused says why, however much of the file is still to come, and lets go of the file', async () => {
    const block = new Uint8Array(1024 * 1024);
    const refuse = async (client: Client): Promise<number> => {
      let sent = 0;
      let closed = false;
      const large = (async function* () {
        try {
          for (; sent < 500; sent += 1) yield block;
        } finally {
          closed = true;
        }
      })();
      const load = collect(client.stream('importAccounts', { params: { plugin: 'nop' } }, { upload: large }));
      await expect(load).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect.poll(() => closed).toBe(true);
      return sent;
    };
    expect(await refuse(test.client)).toBeLessThan(500);
    const { token } = await test.client.call('createToken', { body: { name: 'loader', scopes: ['read', 'operate'] } });
    expect(await refuse(createClient({ fetch, baseUrl: `http://${test.host.tcp}`, token }))).toBeLessThan(500);
  });

  it('of many lines is streamed, and stops with its client', async () => {
    await using own = await openTestHost();
    const stop = new AbortController();
    let sent = 0;
    const endless = (async function* () {
      for (;;) {
        sent += 1;
        yield* file(Array.from({ length: 1_000 }, (_, at) => `m${sent}-${at},p\n`).join(''));
      }
    })();
    const lines = own.client.stream('importAccounts', { params: { plugin: 'farm' } }, { upload: endless, signal: stop.signal });
    const read = async (): Promise<void> => {
      for await (const line of lines) if (line.kind === 'counts' && line.read >= 2_000) stop.abort();
    };
    await expect(read()).rejects.toMatchObject({ code: 'ABORTED' });
    const count = async (): Promise<number> => (await own.client.call('listAccounts', { query: {} })).total;
    let before = -1;
    await expect.poll(async () => [before, (before = await count())], { interval: 100 }).toSatisfy(([last, now]) => last === now);
    expect(before).toBeGreaterThanOrEqual(2_000);
  });
});

describe('jobs', () => {
  it('start from an action, and tell how they went', async () => {
    const job = await test.client.call('runAction', {
      params: { plugin: 'farm', action: 'feed' },
      body: { selection: { all: true }, input: { meal: 'hay' } },
    });
    expect(await ended(job.id)).toMatchObject({ state: 'done', counts: { done: 2 } });
    const { tasks } = await test.client.call('listTasks', { params: { id: job.id }, query: {} });
    expect(tasks.map(({ output }) => output)).toContainEqual({ fed: 'ada', with: 'hay' });
    expect((await test.client.call('listJobs', { query: {} })).jobs[0]?.id).toBe(job.id);
  });

  it('over the plugin as a whole need no selection, those over accounts do', async () => {
    const job = await test.client.call('runAction', { params: { plugin: 'farm', action: 'count' }, body: {} });
    expect((await ended(job.id)).output).toEqual({ ready: 2 });
    const feed = { plugin: 'farm', action: 'feed' };
    await expect(test.client.call('runAction', { params: feed, body: { input: { meal: 'hay' } } })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
    await expect(
      test.client.call('runAction', { params: feed, body: { selection: { plugin: 'x', all: true } } }),
    ).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(
      test.client.call('runAction', { params: feed, body: { selection: { all: true }, input: { meal: 'x' } } }),
    ).rejects.toMatchObject({ code: 'BAD_INPUT', message: /meal/ });
    await expect(test.client.call('runAction', { params: { plugin: 'farm', action: 'nop' }, body: {} })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('ask a person, are steered, and say what they could do', async () => {
    const watching = firstValueFrom(
      watch(test.client, { topics: ['prompts'] }).pipe(
        filter((message) => message.kind === 'prompts' && message.prompts.length > 0),
      ),
    );
    const { id } = await test.client.call('runAction', {
      params: { plugin: 'farm', action: 'wait' },
      body: { selection: { where: 'ada' }, concurrency: 1 },
    });
    expect(await watching).toMatchObject({ prompts: [{ title: 'Who?', kind: 'text', hasImage: false, label: 'ada' }] });
    const [prompt] = await test.client.call('listPrompts');
    expect((await test.client.call('setJobConcurrency', { params: { id }, body: { concurrency: 7 } })).concurrency).toBe(7);
    expect((await test.client.call('pauseJob', { params: { id } })).state).toBe('paused');
    expect((await test.client.call('resumeJob', { params: { id } })).state).toBe('running');
    await test.client.call('answerPrompt', { params: { id: prompt?.id ?? '' }, body: { text: 'me' } });
    expect(await ended(id)).toMatchObject({ counts: { done: 1 } });
    const applicable = await test.client.call('applicableActions', { body: { selection: {} } });
    expect(applicable.find(({ action }) => action === 'feed')).toMatchObject({ can: 2, dangerous: false });
  });
});

describe('the host', () => {
  it('says what it does', async () => {
    expect(await test.client.call('getStatus')).toMatchObject({
      version: '1.2.3',
      directory: test.host.directory,
      tcp: test.host.tcp,
      accounts: [{ plugin: 'farm', state: 'ready', count: 2 }],
      tasks: { running: 0, queued: 0, failed: 0 },
      plugins: { loaded: 1, broken: 1 },
      store: { kind: 'lowdb', failed: null },
      vault: { state: 'open' },
    });
  });

  it('lists plugins with their forms, and why one did not load', async () => {
    const [farm, ill] = await test.client.call('listPlugins');
    expect(farm?.actions.map(({ name, scope }) => `${name}/${scope}`)).toEqual(['feed/account', 'wait/account', 'count/plugin']);
    expect(farm?.actions[0]?.input).toMatchObject({
      properties: { meal: { type: 'string', minLength: 2, description: 'What it eats' } },
    });
    expect(farm).toMatchObject({ demo: true, exports: ['list'], account: { properties: { password: { secret: true } } } });
    expect(ill).toMatchObject({ state: 'broken', reason: 'It throws', account: null });
  });

  it('gives its figures as OpenMetrics', async () => {
    const text = await (await test.host.fetch('http://localhost/metrics')).text();
    expect(text).toContain('muster_accounts{plugin="farm",state="ready"} 2');
    expect(text).toMatch(
      /# TYPE muster_event_loop_delay_seconds gauge\n# UNIT .*\n# HELP .*\nmuster_event_loop_delay_seconds [\d.e-]+\n/,
    );
    expect(text.endsWith('# EOF\n')).toBe(true);
    for (const line of text.trim().split('\n'))
      expect(line).toMatch(/^(# (TYPE|UNIT|HELP|EOF)|[a-z_]+(\{[^}]*\})? -?[\d.e+-]+$)/);
  });

  it('describes itself as OpenAPI, with every action of every plugin', async () => {
    const document = (await (await test.host.fetch('http://localhost/openapi.json')).json()) as {
      openapi: string;
      paths: Record<
        string,
        Record<
          string,
          {
            operationId: string;
            parameters: { name: string; in: string }[];
            requestBody?: { content: Record<string, { schema: object }> };
          }
        >
      >;
      components: object;
    };
    expect(document.openapi).toBe('3.1.0');
    const feed = document.paths['/v1/plugins/farm/actions/feed']?.['post'];
    expect(feed?.requestBody?.content['application/json']?.schema).toMatchObject({
      properties: { input: { properties: { meal: { minLength: 2 } }, required: ['meal'] } },
      required: ['input'],
    });
    const operations = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.values(item).map((operation) => ({ path, operation })),
    );
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length);
    for (const { path, operation } of operations) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(operation.parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)).toEqual(named);
    }
    const references = JSON.stringify(document).match(/"\$ref":"[^"]*"/g) ?? [];
    expect([...new Set(references)]).toEqual(['"$ref":"#/components/schemas/Error"']);
    expect(document.components).toMatchObject({ schemas: { Error: { type: 'object' } } });
  });

  it('locks, opens and renews the vault, audited', async () => {
    await test.client.call('lockVault');
    expect((await test.client.call('vaultStatus')).state).toBe('locked');
    await expect(test.client.call('revealSecret', { params: { id: 'ada' }, body: { field: 'password' } })).rejects.toMatchObject({
      code: 'VAULT_LOCKED',
    });
    await expect(test.client.call('unlockVault', { body: {} })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(test.client.call('unlockVault', { body: { key: 'a', passphrase: 'b' } })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
    await expect(test.client.call('unlockVault', { body: { passphrase: 'not this one, surely' } })).rejects.toMatchObject({
      code: 'VAULT_LOCKED',
    });
    const key = (await readFile(join(test.directory, '.encryption_key'), 'utf8')).trim();
    await test.client.call('unlockVault', { body: { key } });
    expect(await test.client.call('rotateVault')).toEqual({ resealed: 1 });
    expect(await test.client.call('checkStore')).toMatchObject({ secrets: 1, problems: [] });
    const audit = await test.client.call('queryEvents', { query: { levels: 'audit', text: 'vault', limit: 10 } });
    expect(audit.map(({ type }) => type)).toEqual(['vault.locked', 'vault.unlocked', 'vault.rotated']);
    await expect(test.client.call('queryEvents', { query: { levels: 'loud' } })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('copies its store with the header of the vault, and never over something', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'muster-copy-'));
    const save = (directory: string) => test.client.call('backupStore', { body: { directory } });
    const { bytes } = await save(join(folder, 'new'));
    expect(bytes).toBeGreaterThan(100);
    expect((await stat(join(folder, 'new'))).mode & 0o777).toBe(0o700);
    expect(await readFile(join(folder, 'new', 'vault.json'), 'utf8')).toContain('vaultId');
    await expect(save(join(folder, 'new'))).rejects.toBeInstanceOf(ApiError);
    await expect(save('relative')).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await writeFile(join(folder, 'file'), '');
    for (const impossible of [join(folder, 'file'), '/proc/muster/copy', '/proc'])
      await expect(save(impossible)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await mkdir(join(folder, 'full/store'), { recursive: true });
    await writeFile(join(folder, 'full/store/x'), '');
    await expect(save(join(folder, 'full'))).rejects.toBeInstanceOf(ApiError);
    await rm(folder, { recursive: true });
  });

  it('tells what stands where in a pool, and when so many are ready', async () => {
    const params = { plugin: 'farm' };
    expect(await test.client.call('getPool', { params })).toMatchObject({
      stock: [{ rank: 0, count: 2 }],
      owners: [],
      states: { ready: 2 },
    });
    expect(await test.client.call('forecastPool', { params, query: { count: 3, maxRank: 5 } })).toEqual({
      wanted: 3,
      ready: 2,
      at: null,
      missing: 1,
    });
    await expect(test.client.call('getPool', { params: { plugin: 'none' } })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('keeps the demo away from accounts of the operator', async () => {
    await expect(test.client.call('loadDemo', { params: { plugin: 'farm' }, body: {} })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: /2 accounts/,
    });
  });
});
