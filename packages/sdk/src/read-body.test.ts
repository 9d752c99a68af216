import { expect, test } from 'vitest';
import { readBody } from './read-body.ts';

test('a body is read whole up to its limit, and no further beyond it', async () => {
  const post = (body: string | ReadableStream | null): Request =>
    new Request('http://localhost/', { method: 'POST', body, ...(body instanceof ReadableStream && { duplex: 'half' }) });
  expect(String(await readBody(post('12345'), 5))).toBe('12345');
  expect(await readBody(post('123456'), 5)).toBeUndefined();
  expect((await readBody(post(null), 5))?.length).toBe(0);
  let given = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      given += 1_024;
      controller.enqueue(new Uint8Array(1_024));
    },
  });
  expect(await readBody(post(endless), 2_048)).toBeUndefined();
  expect(given).toBeLessThan(10_000);
});
