import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ask, openGateway } from '../testing/test-gateway.ts';
import { keyAccounts, openTestService } from '../testing/test-service.ts';

const portOf = (url: string): number => Number(new URL(url).port);

describe('a second job on the port of a gateway', () => {
  test('is refused with the name of the first, and how to end it', async () => {
    await using opened = await openTestService([], {});
    const { url } = await opened.service.listen({ job: 'first' }, 0);
    const second = opened.service.listen({ job: 'second' }, portOf(url));
    await expect(second).rejects.toMatchObject({
      code: 'CONFLICT',
      message: `Job first keeps the gateway open already, at ${url}: \`muster jobs cancel first\` closes it, --port opens one more beside it.`,
    });
    expect(opened.service.urls?.()).toEqual([url]);
  });

  test('is refused too while the first is still opening', async () => {
    await using opened = await openTestService([], {});
    const { url, close } = await opened.service.listen({ job: 'first' }, 0);
    await close();
    const first = opened.service.listen({ job: 'first' }, portOf(url));
    await expect(opened.service.listen({ job: 'second' }, portOf(url))).rejects.toThrow(`at port ${portOf(url)}`);
    expect((await first).url).toBe(url);
  });

  test('may have it once the first has ended, and any other port at once', async () => {
    await using opened = await openTestService([], {});
    const first = await opened.service.listen({ job: 'first' }, 0);
    const beside = await opened.service.listen({ job: 'second' }, 0);
    expect(beside.url).not.toBe(first.url);
    const closed = first.close();
    expect((await opened.service.listen({ job: 'second' }, portOf(first.url))).url).toBe(first.url);
    await closed;
    expect(opened.service.urls?.()).toEqual([beside.url, first.url]);
  });

  test('finds itself when it is the first, tried again', async () => {
    await using set = await openGateway(keyAccounts(1));
    const first = await set.test.service.listen({ job: 'one' }, 0);
    const again = await set.test.service.listen({ job: 'one' }, portOf(first.url));
    expect(again.url).toBe(first.url);
  });
});

test('the settings and a job keep one gateway open between them, until neither does', async () => {
  await using set = await openGateway(keyAccounts(1));
  const { service, events } = set.test;
  const job = await service.listen({ job: 'one' }, portOf(set.url));
  await job.close();
  expect(await ask(set)).toMatchObject({ _accountId: 'acc-1' });
  expect(events.at(-1)).toMatchObject({ type: 'gateway.kept', message: expect.stringContaining('gatewayAtStart') as string });
});

test('a port that another program has is told of, and another can be opened', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;
  await using opened = await openTestService([], {});
  const message = `Port ${port} of 127.0.0.1 is taken by another program: name another (--port, or setting gatewayPort).`;
  await expect(opened.service.listen({ job: 'one' }, port)).rejects.toMatchObject({ code: 'CONFLICT', message });
  expect(opened.service.urls?.()).toEqual([]);
  expect((await opened.service.listen({ job: 'one' }, 0)).url).toMatch(/^http/);
});

test('a port that was taken is tried again with the next change of settings', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port: gatewayPort } = other.address() as AddressInfo;
  await using opened = await openTestService([], { gatewayAtStart: true, gatewayPort });
  await expect
    .poll(() => opened.events)
    .toMatchObject([{ type: 'gateway.failed', message: expect.stringContaining('is taken') as string }]);
  await new Promise((resolve) => other.close(resolve));
  opened.configure({ maxRetries: 1 });
  await expect.poll(() => opened.service.stats().urls).toEqual([`http://127.0.0.1:${gatewayPort}/v1`]);
});
