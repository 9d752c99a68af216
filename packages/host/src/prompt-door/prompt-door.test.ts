import { request } from 'node:http';
import type { PromptRecord } from '@muster/core';
import { createTestClock } from '@muster/core/testing';
import { MusterError } from '@muster/sdk';
import { afterEach, expect, it } from 'vitest';
import { createPromptDoor, type PromptDoor } from './prompt-door.ts';

const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 1]);
let opened: PromptDoor[] = [];
afterEach(async () => {
  for (const door of opened) await door.close();
  opened = [];
});

function open(more: Partial<PromptRecord> = {}) {
  const clock = createTestClock();
  const prompt: PromptRecord = {
    id: 'p1',
    kind: 'captcha',
    title: 'Which <b>letters</b>?',
    plugin: 'farm',
    job: 'j',
    task: 't',
    account: 'a',
    label: 'anna & co',
    text: null,
    image: 'p1.png',
    createdAt: clock.now(),
    expiresAt: clock.now() + 90_000,
    ...more,
  };
  let waiting = [prompt];
  const answers: string[] = [];
  const prompts = {
    list: async () => waiting,
    image: async () => PNG,
    async answer(id: string, text: string, actor: string) {
      if (text.trim() === '') throw new MusterError('BAD_INPUT', 'text: an answer needs at least one character.');
      waiting = waiting.filter((each) => each.id !== id);
      answers.push(`${actor}: ${text}`);
    },
  };
  const door = createPromptDoor({ prompts, clock } as never, 0);
  opened.push(door);
  return { door, prompt, answers, expire: () => (waiting = []) };
}

const form = (answer: string, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  body: new URLSearchParams({ answer }),
  headers,
});

it('shows the question with its picture and its deadline, and needs no script', async () => {
  const { door, prompt } = open();
  const link = (await door.linkOf(prompt)) ?? '';
  expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/p\/[\w-]{22}$/);
  expect(await door.linkOf(prompt)).toBe(link);
  const response = await fetch(link);
  const text = await response.text();
  expect(text).toContain('Which &lt;b&gt;letters&lt;/b&gt;?');
  expect(text).toContain('anna &amp; co');
  expect(text).toContain('--left: 90');
  expect(text).not.toContain('<script');
  const policy = response.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).toContain(/nonce="([^"]+)"/.exec(text)?.[1]);
  expect(response.headers.get('cache-control')).toBe('no-store');
  const picture = await fetch(`${link}/picture`);
  expect(picture.headers.get('content-type')).toBe('image/png');
  expect(new Uint8Array(await picture.arrayBuffer())).toEqual(PNG);
});

it('takes one answer, then the link is worth nothing', async () => {
  const { door, prompt, answers } = open();
  const link = (await door.linkOf(prompt)) ?? '';
  const empty = await fetch(link, form('  '));
  expect(empty.status).toBe(422);
  expect(await empty.text()).toContain('at least one character');
  expect((await fetch(link, form('abc'))).status).toBe(200);
  expect(answers).toEqual(['the link: abc']);
  expect((await fetch(link, form('again'))).status).toBe(410);
  expect((await fetch(link)).status).toBe(410);
  expect(answers).toHaveLength(1);
});

it('shows nothing once the question has expired', async () => {
  const { door, prompt, expire } = open();
  const link = (await door.linkOf(prompt)) ?? '';
  expire();
  expect((await fetch(link)).status).toBe(410);
  expect((await fetch(`${link}/picture`)).status).toBe(410);
});

it.each([
  ['confirm', 'value="yes"'],
  ['otp', 'one-time-code'],
  ['qr', 'I have scanned it'],
] as const)('asks for %s in its own way', async (kind, contains) => {
  const { door, prompt } = open({ kind });
  expect(await (await fetch((await door.linkOf(prompt)) ?? '')).text()).toContain(contains);
});

it('guesses, other paths and other methods lead nowhere', async () => {
  const { door, prompt } = open();
  const link = (await door.linkOf(prompt)) ?? '';
  const base = new URL(link).origin;
  expect((await fetch(`${base}/`)).status).toBe(404);
  expect((await fetch(`${base}/p/${'A'.repeat(22)}`)).status).toBe(410);
  expect((await fetch(`${base}/p/../v1/status`)).status).toBe(404);
  expect((await fetch(link, { method: 'DELETE' })).status).toBe(405);
  expect((await fetch(link, form('x'.repeat(100_000)))).status).toBe(413);
});

/** With headers that fetch does not let one set. */
const raw = (link: string, headers: Record<string, string>): Promise<number> =>
  new Promise((resolve, reject) => {
    request(link, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });

it('works behind a forwarded port, and not for pages of elsewhere', async () => {
  const { door, prompt, answers } = open();
  const link = (await door.linkOf(prompt)) ?? '';
  expect(await raw(link, { host: 'localhost:9999' })).toBe(200);
  expect(await raw(link, { host: 'localhost:9999', origin: 'http://localhost:9999' })).toBe(200);
  expect(await raw(link, { host: 'evil.example' })).toBe(403);
  expect(await raw(link, { host: '127.0.0.1.evil.example:80' })).toBe(403);
  expect((await fetch(link, form('abc', { origin: 'http://evil.example' }))).status).toBe(403);
  expect(answers).toEqual([]);
});

it('takes another port when the usual one is in use', async () => {
  const first = open();
  const link = new URL((await first.door.linkOf(first.prompt)) ?? '');
  const second = createPromptDoor(
    { prompts: { list: async () => [first.prompt] }, clock: createTestClock() } as never,
    Number(link.port),
  );
  opened.push(second);
  const other = new URL((await second.linkOf(first.prompt)) ?? '');
  expect(other.port).not.toBe(link.port);
});
