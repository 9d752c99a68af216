import { expect, test } from 'vitest';
import handlers from './http.ts';
import { Config } from './schemas.ts';
import { openTestService } from './testing/test-service.ts';

test('a request without an end is refused as soon as it is too long, and read no further', async () => {
  const config = { maxBodyBytes: 2_048 };
  await using opened = await openTestService([], config);
  let given = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      given += 1_024;
      controller.enqueue(new Uint8Array(1_024));
    },
  });
  const request = new Request('http://localhost/k2think/v1/chat/completions', { method: 'POST', body, duplex: 'half' });
  const context = { service: async () => opened.service, signal: request.signal, config: Config.parse(config) };
  const answer = await handlers.chat(request, context as never);
  expect([answer.status, await answer.json()]).toMatchObject([413, { error: { code: 'request_too_large' } }]);
  expect(given).toBeLessThan(10_000);
});
