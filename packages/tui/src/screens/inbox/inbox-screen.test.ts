import { crc32, deflateSync } from 'node:zlib';
import type { Prompt } from '@muster/api';
import { expect, test } from 'vitest';
import { createFakeHost } from '../../testing/fake-client.ts';
import { openConsole } from '../../testing/open-console.ts';
import { NOW } from '../../testing/now.ts';

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** From black above to white below. */
function png(width: number, height: number): Uint8Array {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 0, 0, 0, 0], 8);
  const row = (y: number): Buffer => Buffer.concat([Buffer.from([0]), Buffer.alloc(width, (255 * y) / height)]);
  const pixels = Buffer.concat(Array.from({ length: height }, (_, y) => row(y)));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', deflateSync(pixels)), chunk('IEND', Buffer.alloc(0))]);
}

const captcha = (change: Partial<Prompt> = {}): Prompt => ({
  id: 'p1',
  kind: 'captcha',
  title: 'Which letters are these?',
  plugin: 'demo',
  job: 'j1',
  task: 't1',
  account: 'a1',
  label: 'user-00000',
  text: null,
  hasImage: true,
  imagePath: '/data/prompts/p1.png',
  link: 'http://127.0.0.1:7788/p/token',
  createdAt: NOW,
  expiresAt: NOW + 300_000,
  ...change,
});

test('a question with a picture draws it, with its deadline, its link and its file, and takes the answer', async () => {
  const host = createFakeHost({ accounts: 1 });
  host.prompts = [captcha()];
  host.picture = png(40, 24);
  await using console = await openConsole({ screen: 'inbox', host, columns: 140, rows: 40 });
  await console.see('Which letters are these?');
  await console.see('http://127.0.0.1:7788/p/token');
  await console.see('/data/prompts/p1.png');
  await console.see(/[▀▄█]{8}/);
  await console.see(/expires in/);
  await console.send('\r', 'abc', '\r');
  await console.see('answered user-00000');
});

test('a picture larger than the terminal is drawn small, and it is said where it is sharp', async () => {
  const host = createFakeHost({ accounts: 1 });
  host.prompts = [captcha()];
  host.picture = png(600, 400);
  await using console = await openConsole({ screen: 'inbox', host, columns: 80, rows: 24 });
  await console.see('drawn small');
  await console.see(/[▀▄█]{8}/);
  await console.see('http://127.0.0.1:7788/p/token');
});

test('a picture that is larger beside the question than below it stands there', async () => {
  const host = createFakeHost({ accounts: 1 });
  host.prompts = [captcha()];
  host.picture = png(300, 300);
  await using console = await openConsole({ screen: 'inbox', host, columns: 80, rows: 24 });
  await console.see(/(?:letters are these|drawn small|have it sharp|types the answer|expires in) .*[▀▄█]{8}/);
});

test('on the smallest terminal a picture and a long question leave room for the answer', async () => {
  const host = createFakeHost({ accounts: 1 });
  host.prompts = [captcha({ title: 'Which letters are these? '.repeat(20) })];
  host.picture = png(600, 400);
  await using console = await openConsole({ screen: 'inbox', host, columns: 60, rows: 16 });
  await console.see(/letters .*[▀▄█]{8}/);
  await console.see('http://127.0.0.1:7788/p/token');
  await console.send('\r', 'abc');
  await console.see(/answer +abc/);
  await console.send('\r');
  await console.see('answered user-00000');
});

test('the end of a long answer stays in view, whether a picture stands beside it or not', async () => {
  const host = createFakeHost({ accounts: 1 });
  const letters = 'abcdefghijklmnopqrstuvwxyz'.repeat(3);
  for (const [columns, rows, hasImage] of [
    [80, 24, true],
    [80, 24, false],
    [120, 36, false],
  ] as const) {
    host.prompts = [captcha({ hasImage })];
    host.picture = png(300, 300);
    await using console = await openConsole({ screen: 'inbox', host, columns, rows });
    await console.see(hasImage ? /[▀▄█]{8}/ : 'letters are these');
    await console.send('\r', letters, 'END');
    await console.see(/⏎ send +esc leave it +\? help/);
    await console.see(/answer +(?:…[a-z]+)?xyzEND /);
    await console.send('\u001b[H', '.');
    await console.see(/answer +\.abcdefghijk/);
  }
});

test('accounts whose names begin alike are told apart in the list of questions', async () => {
  const host = createFakeHost({ accounts: 2 });
  host.prompts = [1, 2].map((at) => captcha({ id: `p${at}`, hasImage: false, label: `a-common-beginning-of-all-names-${at}` }));
  await using console = await openConsole({ screen: 'inbox', host, columns: 120, rows: 36 });
  await console.see(/a-common\S*…\S*names-1 /);
  await console.see(/a-common\S*…\S*names-2 /);
});

test('a picture that is no PNG is told of, and the question can be answered all the same', async () => {
  const host = createFakeHost({ accounts: 1 });
  host.prompts = [captcha()];
  host.picture = new Uint8Array([0xff, 0xd8, 0xff, 1]);
  await using console = await openConsole({ screen: 'inbox', host, columns: 120, rows: 40 });
  await console.see('cannot be drawn here');
  await console.send('\r', 'abc', '\r');
  await console.see('answered user-00000');
});

test('a code to scan is confirmed with y', async () => {
  const host = createFakeHost({ accounts: 1 });
  host.prompts = [captcha({ kind: 'qr', title: 'Scan it' })];
  host.picture = png(40, 40);
  await using console = await openConsole({ screen: 'inbox', host, columns: 120, rows: 40 });
  await console.see('it is scanned');
  await console.send('y');
  await console.see('answered user-00000');
  expect(host.calls.find(({ operation }) => operation === 'answerPrompt')?.args.body).toEqual({ text: '' });
});
