import { createConnection } from 'node:net';
import { once } from 'node:events';
import { watch, type MusterEvent, type WatchEvent, type WatchMessage } from '@muster/api';
import { Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { openTestHost, type TestHost } from '../testing/test-host.ts';
import { createWatchQueue } from './watch-queue.ts';

const event = (seq: number): WatchMessage => ({ kind: 'event', event: { seq, at: 0, level: 'info', type: 't.t', message: 'm' } });
const record = (test: TestHost, message: string): Promise<unknown> =>
  test.client.call('addAccount', { body: { plugin: 'farm', data: { name: message } } });
const follow = (test: TestHost, ...options: Parameters<typeof watch> extends [unknown, ...infer R] ? R : never) => {
  const seen: WatchEvent[] = [];
  const subscription = watch(test.client, ...options).subscribe({
    next: (message) => seen.push(message),
    error: () => undefined,
  });
  return { seen, kinds: () => seen.map(({ kind }) => kind), [Symbol.dispose]: () => subscription.unsubscribe() };
};
const read = async (stream: ReadableStream<Uint8Array>): Promise<string> => {
  let text = '';
  for await (const bytes of stream) text += new TextDecoder().decode(bytes);
  return text;
};

describe('the queue of a client', () => {
  it('keeps events in order, and only the newest of everything else', async () => {
    const queue = createWatchQueue(() => undefined);
    queue.push({ kind: 'roster', tally: [{ plugin: 'a', state: 'ready', count: 1 }] });
    queue.push(event(1));
    queue.push({ kind: 'roster', tally: [] });
    queue.push(event(2));
    queue.beat();
    queue.end('over');
    queue.push(event(3));
    const text = await read(queue.stream);
    expect(text.match(/"(seq":\d|kind":"(?!event)\w+)/g)).toEqual(['"seq":1', '"seq":2', '"kind":"bye', '"kind":"roster']);
    expect(text).toContain('"tally":[]');
  });

  it('is bounded: a client that does not read is told that it lagged, and up to where', async () => {
    const queue = createWatchQueue(() => undefined);
    for (let seq = 1; seq <= 100_000; seq += 1) queue.push(event(seq));
    queue.end('over');
    const text = await read(queue.stream);
    const seqs = [...text.matchAll(/"seq":(\d+)/g)].map(([, seq]) => Number(seq));
    const lagged = Number(/"kind":"lagged","lastSeq":(\d+)/.exec(text)?.[1]);
    expect(seqs.length).toBeLessThanOrEqual(2_000);
    expect(seqs).toEqual(Array.from({ length: 100_000 - lagged }, (_, at) => lagged + 1 + at));
    expect(text.indexOf('lagged')).toBeLessThan(text.indexOf('"seq"'));
  });

  it('ends once, whoever ends it', async () => {
    let ends = 0;
    const queue = createWatchQueue(() => (ends += 1));
    await queue.stream.cancel();
    queue.end('over');
    expect(ends).toBe(1);
  });
});

describe('a watch', () => {
  it('begins with what there is, then tells what changes', async () => {
    await using test = await openTestHost();
    await record(test, 'before');
    using watching = follow(test);
    await expect.poll(watching.kinds).toEqual(['up', 'hello', 'roster', 'prompts', 'sessions', 'status']);
    await record(test, 'after');
    await expect.poll(watching.kinds).toContain('event');
    await expect.poll(() => watching.seen.findLast(({ kind }) => kind === 'roster')).toMatchObject({ tally: [{ count: 2 }] });
    await expect
      .poll(() => watching.seen.findLast(({ kind }) => kind === 'status'))
      .toMatchObject({ status: { accounts: [{ count: 2 }] } });
  });

  it('is silent when nothing changes', async () => {
    await using test = await openTestHost();
    using watching = follow(test);
    await expect.poll(watching.kinds).toContain('status');
    const { length } = watching.seen;
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(watching.seen.slice(length)).toEqual([]);
  });

  it('sends the events after a number first, without a gap or a double', async () => {
    await using test = await openTestHost();
    const { lastSeq } = await test.client.call('getStatus');
    for (let n = 0; n < 20; n += 1) await record(test, `r${n}`);
    using watching = follow(test, { topics: ['event'], after: lastSeq });
    await Promise.all(Array.from({ length: 20 }, (_, n) => record(test, `s${n}`)));
    const target = (await test.client.call('getStatus')).lastSeq;
    const seqs = () => watching.seen.flatMap((message) => (message.kind === 'event' ? [message.event.seq] : []));
    await expect.poll(() => seqs().at(-1)).toBe(target);
    expect(seqs()).toEqual(Array.from({ length: target - lastSeq }, (_, at) => lastSeq + 1 + at));
  });

  it('of a client that is too far behind, or ahead of a restored log, says to list anew', async () => {
    await using test = await openTestHost();
    using ahead = follow(test, { topics: ['event'], after: 1_000_000 });
    await expect.poll(ahead.kinds).toEqual(['up', 'hello', 'lagged']);
  });

  it('of one job tells nothing of others', async () => {
    await using test = await openTestHost();
    await record(test, 'ada');
    const run = () =>
      test.client.call('runAction', { params: { plugin: 'farm', action: 'wait' }, body: { selection: { all: true } } });
    const { id } = await run();
    using watching = follow(test, { topics: ['job', 'event'], job: id });
    await expect.poll(watching.kinds).toContain('job');
    const other = await run();
    await test.client.call('cancelJob', { params: { id: other.id } });
    await test.client.call('cancelJob', { params: { id } });
    await expect
      .poll(() => watching.seen.findLast((message) => message.kind === 'job'))
      .toMatchObject({ job: { state: 'cancelled' } });
    const jobs = watching.seen.flatMap((message) =>
      message.kind === 'job' ? [message.job.id] : message.kind === 'event' ? [message.event.job] : [],
    );
    expect(new Set(jobs)).toEqual(new Set([id]));
  });

  it('whose head alone is asked for leaves nobody listening', async () => {
    await using test = await openTestHost();
    const { event$ } = test.core.events;
    const heard: string[] = [];
    const counted = new Observable<MusterEvent>((to) => {
      heard.push('on');
      const inner = event$.subscribe(to);
      return () => {
        heard.push('off');
        inner.unsubscribe();
      };
    });
    Object.defineProperty(test.core.events, 'event$', { value: counted });
    const { token } = await test.client.call('createToken', { body: { name: 'reader', scopes: ['read'] } });
    const answer = await test.http('/v1/watch', { method: 'HEAD', headers: { authorization: `Bearer ${token}` } });
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    await expect.poll(() => heard).toEqual(['on', 'off']);
  });

  it('refuses topics that do not exist', async () => {
    await using test = await openTestHost();
    const answer = await test.host.fetch('http://localhost/v1/watch?topics=event,nothing');
    expect(answer.status).toBe(422);
  });

  it('tells a client whose socket is stuck that it lagged, and holds nothing more for it', async () => {
    await using test = await openTestHost();
    const socket = createConnection(test.host.socket ?? '');
    socket.write('GET /v1/watch?topics=event HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(socket, 'readable');
    socket.pause();
    const long = 'x'.repeat(900);
    const { events } = test.core;
    for (let n = 0; n < 6_000; n += 1) await events.record({ level: 'info', type: 'test.noise', message: long });
    let text = '';
    socket.on('data', (bytes: Buffer) => (text += bytes.toString('latin1'))).resume();
    await expect.poll(() => /"kind":"lagged","lastSeq":\d+/.exec(text)?.[0]).toBeDefined();
    await events.record({ level: 'info', type: 'test.last', message: 'after that it goes on' });
    await expect.poll(() => text.includes('test.last')).toBe(true);
    socket.destroy();
  });

  it('says goodbye when the host ends, and finds the next one', async () => {
    const first = await openTestHost();
    const { directory } = first;
    using watching = follow(first, { topics: ['event'], retryMs: 5 });
    await expect.poll(watching.kinds).toContain('hello');
    await first.host.stop('maintenance');
    await expect.poll(watching.kinds).toContain('down');
    expect(watching.seen).toContainEqual({ kind: 'bye', reason: 'maintenance' });
    await using second = await openTestHost({ directory });
    await expect.poll(() => watching.kinds().filter((kind) => kind === 'up').length).toBe(2);
    await record(second, 'new');
    await expect
      .poll(() => watching.seen.some((message) => message.kind === 'event' && message.event.type.startsWith('account')))
      .toBe(true);
  });
});
