import { gzipSync } from 'node:zlib';
import OpenAI, { AuthenticationError, BadRequestError, NotFoundError } from 'openai';
import { describe, expect, test } from 'vitest';
import { messages, MODEL, openGateway, thrown, WORDS } from '../testing/test-gateway.ts';
import { keyAccounts, TOKEN } from '../testing/test-service.ts';
import { openUpstream } from '../testing/test-upstream.ts';

const usage = { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 };
const completion = (choices: readonly object[]): object => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_767_225_600,
  model: MODEL,
  choices,
  usage,
});
const sse = (...data: readonly (object | string)[]): string =>
  data.map((each) => `data: ${typeof each === 'string' ? each : JSON.stringify(each)}\n\n`).join('');
const chunk = (index: number, delta: object, finish_reason: string | null = null): object => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1_767_225_600,
  model: MODEL,
  choices: [{ index, delta, finish_reason }],
});
const call = { id: 'call_1', type: 'function' as const, function: { name: 'weather', arguments: '{"city":"Ulm"}' } };
const JSON_TYPE = { 'content-type': 'application/json' };
const SSE_TYPE = { 'content-type': 'text/event-stream' };

describe('what the official client asks', () => {
  test('reaches the service as it was written: tools, n, stop, both limits, formats, pictures, what nobody knows', async () => {
    await using service = await openUpstream((response) =>
      response.writeHead(200, JSON_TYPE).end(
        JSON.stringify(
          completion([
            { index: 0, message: { role: 'assistant', content: 'one' }, finish_reason: 'stop' },
            { index: 1, message: { role: 'assistant', content: null, tool_calls: [call] }, finish_reason: 'tool_calls' },
          ]),
        ),
      ),
    );
    await using set = await openGateway(keyAccounts(1), { config: service.config });
    const asks = {
      model: MODEL,
      messages: [
        { role: 'system' as const, content: 'Be brief.' },
        {
          role: 'user' as const,
          content: [
            { type: 'text' as const, text: 'What is it? Ünï 日本 🦆' },
            { type: 'image_url' as const, image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
          ],
        },
        { role: 'assistant' as const, content: null, tool_calls: [call] },
        { role: 'tool' as const, tool_call_id: 'call_1', content: '{}' },
      ],
      tools: [{ type: 'function' as const, function: { name: 'weather', parameters: { type: 'object' } } }],
      tool_choice: 'auto' as const,
      n: 2,
      stop: ['\n', 'END'],
      max_tokens: 50,
      max_completion_tokens: 60,
      response_format: { type: 'json_object' as const },
      chat_template_kwargs: { reasoning_effort: 'high' },
    };
    const { data: answer, request_id: id } = await set.openai.chat.completions.create(asks).withResponse();
    expect(JSON.parse(String(service.asked[0]?.body))).toEqual(asks);
    expect(service.asked[0]?.headers).toMatchObject({ authorization: 'Bearer IFM-1', 'accept-encoding': 'identity' });
    expect(answer.choices.map(({ message }) => message.content)).toEqual(['one', null]);
    expect(answer.choices[1]?.message.tool_calls).toEqual([call]);
    expect(answer.usage).toEqual(usage);
    expect(id).toMatch(/^mst-/);
  });

  test('comes back as a stream of several choices and calls of tools, with the usage it asked for', async () => {
    const pieces = [
      chunk(0, { role: 'assistant', content: '' }),
      chunk(1, { role: 'assistant', content: null }),
      chunk(0, { content: 'o' }),
      chunk(1, { tool_calls: [{ ...call, index: 0, function: { name: 'weather', arguments: '' } }] }),
      chunk(0, { content: 'ne' }),
      chunk(1, { tool_calls: [{ index: 0, function: { arguments: call.function.arguments } }] }),
      chunk(0, {}, 'stop'),
      chunk(1, {}, 'tool_calls'),
      { ...chunk(0, {}), choices: [], usage },
    ];
    await using service = await openUpstream((response) => response.writeHead(200, SSE_TYPE).end(sse(...pieces, '[DONE]')));
    await using set = await openGateway(keyAccounts(1), { config: service.config });
    const stream = set.openai.chat.completions.stream({
      model: MODEL,
      messages,
      n: 2,
      stream_options: { include_usage: true },
    });
    const { choices, usage: told } = await stream.finalChatCompletion();
    expect(choices[0]?.message.content).toBe('one');
    expect(choices[1]).toMatchObject({
      finish_reason: 'tool_calls',
      message: { tool_calls: [{ id: 'call_1', function: call.function }] },
    });
    expect(told).toEqual(usage);
  });

  test('is streamed with its calls of tools and its usage where the service gives whole answers only', async () => {
    const message = { role: 'assistant', content: null, tool_calls: [call, { ...call, id: 'call_2' }] };
    await using service = await openUpstream((response) =>
      response.writeHead(200, JSON_TYPE).end(JSON.stringify(completion([{ index: 0, message, finish_reason: 'tool_calls' }]))),
    );
    await using set = await openGateway(keyAccounts(1), { config: service.config });
    const asks = { model: MODEL, messages };
    const stream = set.openai.chat.completions.stream({ ...asks, stream_options: { include_usage: true } });
    const final = await stream.finalChatCompletion();
    expect(final).toMatchObject({
      usage,
      choices: [
        { finish_reason: 'tool_calls', message: { tool_calls: [{ id: 'call_1', function: call.function }, { id: 'call_2' }] } },
      ],
    });
    for await (const { choices, usage: told } of await set.openai.chat.completions.create({ ...asks, stream: true })) {
      expect(choices).toHaveLength(1);
      expect(told).toBeUndefined();
    }
  });

  test('models are listed, and one is retrieved by its name, slashes and all', async () => {
    await using set = await openGateway(keyAccounts(1));
    expect((await set.openai.models.list()).data.map(({ id }) => id)).toContain(MODEL);
    expect(await set.openai.models.retrieve(MODEL)).toMatchObject({ id: MODEL, object: 'model' });
    const headers = { authorization: `Bearer ${TOKEN}` };
    expect((await fetch(`${set.url}/models/${MODEL}`, { headers })).status).toBe(200);
    expect((await fetch(`${set.url}/models/${MODEL}`, { headers, method: 'DELETE' })).headers.get('allow')).toBe('GET, HEAD');
    for (const name of ['none', '%', '%E0%A4%A']) {
      const answer = await fetch(`${set.url}/models/${name}`, { headers });
      expect([answer.status, await answer.json()]).toMatchObject([404, { error: { code: 'model_not_found', param: 'model' } }]);
    }
    expect(await thrown(set.openai.models.retrieve('none'))).toBeInstanceOf(NotFoundError);
  });

  test.each([
    ['embeddings', (openai: OpenAI) => openai.embeddings.create({ model: MODEL, input: 'x' })],
    ['responses', (openai: OpenAI) => openai.responses.create({ model: MODEL, input: 'x' })],
    ['completions', (openai: OpenAI) => openai.completions.create({ model: MODEL, prompt: 'x' })],
    ['files', (openai: OpenAI) => openai.files.list()],
  ])('%s: a clear 404', async (path, asking) => {
    await using set = await openGateway(keyAccounts(1), { maxRetries: 2 });
    const error = await thrown(asking(set.openai));
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ code: 'unknown_url', type: 'invalid_request_error' });
    expect(error.message).toContain(`There is no /v1/${path}; the gateway has POST /v1/chat/completions`);
  });

  test('with a wrong key is an AuthenticationError that says how to make one', async () => {
    await using set = await openGateway(keyAccounts(1));
    const stranger = new OpenAI({ baseURL: set.url, apiKey: 'sk-other', maxRetries: 2 });
    const error = await thrown(stranger.models.list());
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error).toMatchObject({ code: 'invalid_api_key', requestID: expect.stringMatching(/^mst-/) as string });
    expect(error.message).toContain('muster token create');
  });
});

describe('a body', () => {
  const post = async (url: string, body: string | Buffer<ArrayBuffer>, type: string): Promise<[number, unknown]> => {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': type };
    const answer = await fetch(`${url}/chat/completions`, { method: 'POST', body, headers });
    return [answer.status, await answer.json()];
  };
  const body = JSON.stringify({ model: MODEL, messages });

  test('is read for what it is, whatever it is called: curl calls it a form', async () => {
    await using set = await openGateway(keyAccounts(1));
    for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'application/json; charset=UTF-8'])
      expect(await post(set.url, body, type)).toMatchObject([200, { choices: [{ message: { content: WORDS } }] }]);
  });

  test.each([
    ['bytes that are no UTF-8', Buffer.from(body.replace('lake', '\xff\xfe'), 'latin1'), 'UTF-8'],
    ['UTF-16', Buffer.from(`\uFEFF${body}`, 'utf16le'), 'UTF-8'],
    ['half of it', body.slice(0, 20), 'no JSON'],
    ['nothing', '', 'no JSON'],
    ['a form', 'model=m&messages=x', 'no JSON'],
  ])('%s is refused, and nobody is asked', async (_, text, why) => {
    await using set = await openGateway(keyAccounts(1));
    const error = { type: 'invalid_request_error', code: 'invalid_request', message: expect.stringContaining(why) as string };
    expect(await post(set.url, text, 'application/json')).toMatchObject([400, { error }]);
    expect(set.simulator.counters()['chats'] ?? 0).toBe(0);
  });

  test('of many megabytes goes through', async () => {
    await using service = await openUpstream((response, asked) =>
      response
        .writeHead(200, JSON_TYPE)
        .end(JSON.stringify(completion([{ index: 0, message: { role: 'assistant', content: String(asked.body.length) } }]))),
    );
    await using set = await openGateway(keyAccounts(1), { config: service.config });
    const long = JSON.stringify({ model: MODEL, messages: [{ role: 'user', content: 'x'.repeat(15_000_000) }] });
    expect(await post(set.url, long, 'application/json')).toMatchObject([
      200,
      { choices: [{ message: { content: String(long.length) } }] },
    ]);
  });
});

describe('a service that answers', () => {
  const packed = { ...JSON_TYPE, 'content-encoding': 'gzip' };
  const whole = JSON.stringify(completion([{ index: 0, message: { role: 'assistant', content: 'one' }, finish_reason: 'stop' }]));
  test.each([
    ['a page', 200, { 'content-type': 'text/html' }, '<html>hello</html>', 'no completion'],
    ['an error page', 502, { 'content-type': 'text/html' }, '<html>nginx</html>', 'gave no reason'],
    [
      'a redirect',
      302,
      { location: 'https://elsewhere.example/?key=IFM-1' },
      '',
      'redirects (302): it is elsewhere than setting baseUrl',
    ],
    ['what is packed', 200, packed, gzipSync(whole), 'packed'],
    ['an error that is packed', 500, packed, gzipSync('{"error":{"message":"x"}}'), 'gave no reason'],
    ['nothing at all', 200, {}, '', 'no completion'],
    ['a stream that was not asked for', 200, SSE_TYPE, sse(chunk(0, { content: 'x' }), '[DONE]'), 'no completion'],
  ])('%s: an error that says so, on each account once, and nobody is blamed', async (_, status, headers, body, why) => {
    await using service = await openUpstream((response) =>
      response.writeHead(status, headers as Record<string, string>).end(body),
    );
    await using set = await openGateway(keyAccounts(3), { config: { ...service.config, maxRetries: 1 } });
    const error = await thrown(set.openai.chat.completions.create({ model: MODEL, messages }));
    expect(error).toMatchObject({ status: status === 500 ? 500 : 502, type: 'server_error', code: 'SERVICE_ERROR' });
    expect(error.message).toContain(why);
    expect(error.message).not.toContain('IFM-');
    expect(service.asked).toHaveLength(2);
    expect(set.test.rotation.members.every(({ out, restUntil }) => !out && restUntil === 0)).toBe(true);
  });

  test('429, packed: the account rests all the same', async () => {
    await using service = await openUpstream((response) =>
      response.writeHead(429, { ...packed, 'retry-after': '60' }).end(gzipSync('{"error":{"message":"slow down"}}')),
    );
    await using set = await openGateway(keyAccounts(1), { config: { ...service.config, maxRetries: 0 } });
    const error = await thrown(set.openai.chat.completions.create({ model: MODEL, messages }));
    expect(error).toMatchObject({ status: 429, code: 'RATE_LIMIT_EXCEEDED' });
    expect(set.test.rotation.members[0]?.restUntil).toBeGreaterThan(Date.now() + 50_000);
  });

  test.each([
    ['and closes its half', { ...SSE_TYPE, connection: 'close' }],
    ['and ends it as if it were whole', SSE_TYPE],
  ])('half a stream %s: the client is told that it is not whole', async (_, headers) => {
    await using service = await openUpstream((response) => {
      if ('connection' in headers) response.useChunkedEncodingByDefault = false;
      response.writeHead(200, headers).end(sse(chunk(0, { content: 'half' })));
    });
    await using set = await openGateway(keyAccounts(1), { config: service.config });
    const stream = await set.openai.chat.completions.create({ model: MODEL, messages, stream: true });
    let text = '';
    const error = await thrown(
      (async () => {
        for await (const { choices } of stream) text += choices[0]?.delta.content ?? '';
      })(),
    );
    expect(text).toBe('half');
    expect(error.error).toMatchObject({
      code: 'SERVICE_ERROR',
      accountId: 'acc-1',
      message: expect.stringContaining('before') as string,
    });
  });

  test('400 with a parameter: a BadRequestError that names it', async () => {
    const said = { message: 'n is too large', type: 'invalid_request_error', param: 'n', code: 'too_large' };
    await using service = await openUpstream((response) =>
      response.writeHead(400, JSON_TYPE).end(JSON.stringify({ error: said })),
    );
    await using set = await openGateway(keyAccounts(1), { config: service.config, maxRetries: 2 });
    const error = await thrown(set.openai.chat.completions.create({ model: MODEL, messages, n: 99 }));
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ param: 'n', code: 'too_large', type: 'invalid_request_error' });
    expect(service.asked).toHaveLength(1);
  });
});
