import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { retryLater } from '@muster/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Config } from '../schemas.ts';
import type { CheckSubject } from './checker.ts';
import { createChecker } from './create-checker.ts';
import { createCommandChecker } from './command.ts';
import { createHttpChecker } from './http.ts';
import { createPatientChecker } from './patient.ts';

const SUBJECT: CheckSubject = {
  provider: 'ptc',
  username: 'heronmila',
  password: 'Reed$(id)4"lake',
  level: 30,
  model: null,
  ios: null,
  deviceId: null,
};
const never = new AbortController().signal;

describe('a service', () => {
  const ask = async (listener: RequestListener, { signal = never, timeoutMs = 60_000 } = {}): Promise<unknown> => {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/check`;
    try {
      return await createHttpChecker({ url, timeoutMs, fetch }).check(SUBJECT, signal);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  };

  test('gets the account as JSON and answers with a verdict', async () => {
    let body = '';
    const answer = await ask((request, response) => {
      request
        .on('data', (bytes: Buffer) => (body += bytes.toString()))
        .on('end', () => response.end('{"verdict":"blind","level":31}'));
    });
    expect(JSON.parse(body)).toEqual(SUBJECT);
    expect(answer).toEqual({ verdict: 'blind', level: 31 });
  });

  test.each([
    [429, '7', { code: 'RETRY_LATER', remedy: 'retry', retryAfterMs: 7_000 }],
    [503, '999999', { code: 'RETRY_LATER', retryAfterMs: 3_600_000 }],
    [500, 'soon', { code: 'RETRY_LATER', retryAfterMs: undefined }],
    [404, '', { code: 'CHECK_FAILED', remedy: 'fail' }],
    [302, '', { code: 'CHECK_FAILED' }],
  ])('that answers %i (Retry-After: %s) is not the fault of the account', async (status, wait, error) => {
    await expect(ask((_, response) => response.writeHead(status, { 'retry-after': wait }).end())).rejects.toMatchObject(error);
  });

  test.each([
    ['no JSON', 'verdict: good', /something else than JSON/],
    ['an unknown verdict', '{"verdict":"fine"}', /verdict is wrong/],
    ['a verdict and a bad level', '{"verdict":"good","level":"x"}', /level is wrong/],
    ['too much', 'x'.repeat(100_000), /more than 65536/],
  ])('that answers %s is told so, and the answer is not repeated', async (_, text, message) => {
    await expect(ask((_request, response) => response.end(text))).rejects.toThrow(message);
  });

  test('that does not answer in time, or is not there, is to be asked later', async () => {
    await expect(ask(() => undefined, { timeoutMs: 100 })).rejects.toMatchObject({
      code: 'RETRY_LATER',
      message: expect.stringContaining('within 100 ms') as string,
    });
    const gone = createHttpChecker({ url: 'http://127.0.0.1:9/check', timeoutMs: 60_000, fetch });
    await expect(gone.check(SUBJECT, never)).rejects.toMatchObject({ code: 'RETRY_LATER' });
  });

  test('is left at once when the task is stopped', async () => {
    const controller = new AbortController();
    const asked = ask(() => controller.abort(new Error('stopped')), { signal: controller.signal });
    await expect(asked).rejects.toThrow('stopped');
  });
});

describe('a command', () => {
  let folder: string;
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'muster-checker-'))));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const program = async (name: string, script: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o700);
    return path;
  };
  const ask = (path: string, { args = [] as string[], timeoutMs = 60_000, signal = never } = {}) =>
    createCommandChecker({ program: path, args, timeoutMs }).check(SUBJECT, signal);

  test('gets the account as one line on stdin, its arguments as they are, and nothing of the environment', async () => {
    process.env['MUSTER_TEST_SECRET'] = 'hidden';
    const path = await program(
      'look',
      `cat > "$1.in"; env > "$1.env"; printf '%s\\n' "$@" > "$1.args"; echo noise; echo '{"verdict":"good"}'`,
    );
    const out = join(folder, 'look');
    expect(await ask(path, { args: [out, '$(id)', 'a b'] })).toEqual({ verdict: 'good' });
    delete process.env['MUSTER_TEST_SECRET'];
    expect(await readFile(`${out}.in`, 'utf8')).toBe(`${JSON.stringify(SUBJECT)}\n`);
    expect(await readFile(`${out}.args`, 'utf8')).toBe(`${out}\n$(id)\na b\n`);
    expect(await readFile(`${out}.env`, 'utf8')).not.toMatch(/hidden/);
  });

  test('that fails says why, without the password', async () => {
    const path = await program('fail', 'cat >&2; echo " is bad" >&2; exit 3');
    const error = await ask(path).catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ code: 'CHECK_FAILED', message: expect.stringMatching(/ended with code 3.*is bad/) as string });
    expect((error as Error).message).not.toContain('Reed');
  });

  test('that ends with 75 is to be asked later', async () => {
    await expect(ask(await program('later', 'exit 75'))).rejects.toMatchObject({ code: 'RETRY_LATER' });
  });

  test('that does not read its input is judged by its answer', async () => {
    expect(await ask(await program('deaf', `exec 0<&-; echo '{"verdict":"unknown"}'`))).toEqual({ verdict: 'unknown' });
  });

  test.each([
    ['says nothing', 'exit 0', /something else than JSON/],
    ['never stops talking', 'yes', /more than 65536/],
  ])('that %s is refused', async (_, script, message) => {
    await expect(ask(await program('odd', script))).rejects.toThrow(message);
  });

  test('that is not there is told with the setting to look at', async () => {
    await expect(ask(join(folder, 'none'))).rejects.toThrow(/cannot be started. Look at checkCommand/);
  });

  test('is ended with all it started, in time and when the task is stopped', async () => {
    const mark = join(folder, 'child');
    const path = await program('slow', `sleep 600 & echo $! > '${mark}'; wait`);
    await expect(ask(path, { timeoutMs: 50 })).rejects.toThrow(/within 50 ms/);
    await rm(mark, { force: true });
    const controller = new AbortController();
    const asked = ask(path, { signal: controller.signal }).catch((error: unknown) => error);
    await expect.poll(() => readFile(mark, 'utf8').catch(() => '')).toMatch(/^\d+\n$/);
    const child = Number(await readFile(mark, 'utf8'));
    controller.abort(new Error('stopped'));
    expect(await asked).toMatchObject({ message: 'stopped' });
    await expect.poll(() => isRunning(child)).toBe(false);
  });
});

/** Neither gone nor waiting to be reaped. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe('patience', () => {
  const failing = (times: number, retryAfterMs?: number) => {
    let left = times;
    return {
      check: async () => {
        if (left-- > 0) throw retryLater('later', retryAfterMs === undefined ? {} : { retryAfterMs });
        return { verdict: 'good' as const };
      },
    };
  };
  const waits: number[] = [];
  const patient = (checker: ReturnType<typeof failing>) =>
    createPatientChecker(checker, { sleep: async (ms) => void waits.push(ms), random: () => 0.5 });

  test('asks three more times, with growing pauses or as long as it is told', async () => {
    expect(await patient(failing(3)).check(SUBJECT, never)).toEqual({ verdict: 'good' });
    expect(waits.splice(0)).toEqual([1_000, 2_000, 4_000]);
    await expect(patient(failing(4)).check(SUBJECT, never)).rejects.toThrow('later');
    waits.length = 0;
    expect(await patient(failing(1, 30_000)).check(SUBJECT, never)).toEqual({ verdict: 'good' });
    expect(waits).toEqual([30_000]);
  });

  test('ends where the pause would keep the accounts too long', async () => {
    await expect(patient(failing(1, 3_600_000)).check(SUBJECT, never)).rejects.toThrow('later');
  });
});

describe('settings', () => {
  test('without a checker nothing is checked', async () => {
    expect(await createChecker(Config.parse({}), fetch)).toBeUndefined();
  });
  test.each([
    [{ checker: 'http' }, /checkUrl is not set/],
    [{ checker: 'command' }, /checkCommand is empty/],
  ])('%j says what is missing', async (config, message) => {
    await expect(createChecker(Config.parse(config), fetch)).rejects.toThrow(message);
  });
  test('an address is http or https', () => {
    expect(Config.safeParse({ checkUrl: 'file:///etc/passwd' }).success).toBe(false);
  });
});
