// A service that answers at once: 1 kB of JSON, or a stream of 53 frames sent in one piece. With LIMITED, that key gets 429.
import { createServer } from 'node:http';

const { LIMITED } = process.env;
const head = { id: 'chatcmpl-1', created: 1_767_225_600, model: 'm' };
const usage = { prompt_tokens: 7, completion_tokens: 50, total_tokens: 57 };
const whole = (content) =>
  JSON.stringify({
    ...head,
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage,
  });
const answer = Buffer.from(whole('x'.repeat(1024 - whole('').length)));
const frame = (delta, finish = null) =>
  `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const frames = [
  frame({ role: 'assistant', content: '' }),
  ...Array.from({ length: 50 }, (_, n) => frame({ content: ` word-${n} and some more` })),
  frame({}, 'stop'),
  'data: [DONE]\n\n',
];
const stream = Buffer.from(frames.join(''));
const refusal = Buffer.from(
  JSON.stringify({ error: { message: 'Rate limit reached.', type: 'rate_limit_error', code: 'rate_limit_exceeded' } }),
);

const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('latin1').on('data', (piece) => (body += piece));
  request.on('end', () => {
    if (LIMITED !== undefined && request.headers.authorization === `Bearer ${LIMITED}`) {
      response
        .writeHead(429, { 'content-type': 'application/json', 'content-length': refusal.length, 'retry-after': '1' })
        .end(refusal);
    } else if (body.includes('"stream":true')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(stream);
    } else {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length }).end(answer);
    }
  });
});
server.keepAliveTimeout = 600_000;
server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log('ready'));
