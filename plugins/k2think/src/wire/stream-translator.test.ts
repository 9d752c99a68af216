import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { framesOf } from '../simulator/answers.ts';
import { Knobs } from '../simulator/knobs.ts';
import { createStreamTranslator, type StreamEnd, type StreamOptions } from './stream-translator.ts';

const OPTIONS: StreamOptions = { accountId: 'acc-7', separate: true, implied: false, mayRepeat: false, withUsage: true };
const THOUGHTS = 'Let me see what is asked.';
const WORDS = 'The heron waits in the reeds, and the lake is still. Ünï 日本';

interface Heard extends StreamEnd {
  readonly content: string;
  readonly reasoning: string;
  readonly accounts: readonly (string | undefined)[];
  readonly marks: number;
  readonly text: string;
}

function hear(text: string, options: Partial<StreamOptions> = {}, sizes: readonly number[] = [1_000_000]): Heard {
  const translator = createStreamTranslator({ ...OPTIONS, ...options });
  const bytes = Buffer.from(text);
  const out: Buffer[] = [];
  let at = 0;
  for (let index = 0; at < bytes.length; index++) {
    const size = sizes[index % sizes.length] ?? 1;
    out.push(...translator.push(bytes.subarray(at, at + size)));
    at += size;
  }
  out.push(...translator.end());
  const heard = { content: '', reasoning: '', accounts: [] as (string | undefined)[], marks: 0 };
  const said = Buffer.concat(out).toString('utf8');
  for (const line of said.split('\n\n').filter((each) => each.startsWith('data: '))) {
    const data = line.slice(6);
    if (data === '[DONE]') {
      heard.marks++;
      continue;
    }
    const { _accountId: account, choices } = JSON.parse(data) as {
      _accountId?: string;
      choices: { delta: { content?: string; reasoning_content?: string } }[];
    };
    heard.accounts.push(account);
    heard.content += choices[0]?.delta.content ?? '';
    heard.reasoning += choices[0]?.delta.reasoning_content ?? '';
  }
  return { ...heard, ...translator.result(), text: said };
}

const frames = (knobs: Record<string, unknown>, end = '\n\n'): string =>
  framesOf(Knobs.parse({ frames: 15, ...knobs }), 'm', true)
    .map((frame) => `data: ${frame}${end}`)
    .join('');

const sizes = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 6 });

describe.each([
  ['plain', {}, '', {}],
  ['think', { shape: 'think' }, THOUGHTS, {}],
  ['think-answer', { shape: 'think-answer' }, THOUGHTS, {}],
  ['details', { shape: 'details' }, THOUGHTS, {}],
  ['reasoning-content', { shape: 'reasoning-content' }, THOUGHTS, {}],
  ['closing-only, known', { shape: 'closing-only' }, THOUGHTS, { implied: true }],
  ['cumulative details', { shape: 'details', stream: 'cumulative' }, THOUGHTS, { mayRepeat: true }],
  ['cumulative plain', { stream: 'cumulative' }, '', { mayRepeat: true }],
  ['pieces where the whole was possible', { shape: 'think' }, THOUGHTS, { mayRepeat: true }],
] as const)('a stream of shape %s', (_, knobs, reasoning, options) => {
  test.each(['\n\n', '\r\n\r\n', '\r\r'])('comes out the same wherever it is cut (lines end in %j)', (end) => {
    const text = frames(knobs, end);
    fc.assert(
      fc.property(sizes, (cuts) => {
        const heard = hear(text, options, cuts);
        expect(heard).toMatchObject({ content: WORDS, reasoning, marks: 1, finished: true, error: undefined });
        expect(heard.tokens).toBeGreaterThan(7);
        expect(heard.accounts[0]).toBe('acc-7');
        expect(heard.accounts.at(-1)).toBe('acc-7');
      }),
      { numRuns: 40 },
    );
  });
});

test('as it is: nothing is taken apart, and the account is named first and last', () => {
  const heard = hear(frames({ shape: 'think' }), { separate: false });
  expect(heard.content).toBe(`<think>${THOUGHTS}</think>\n${WORDS}`);
  expect(heard.reasoning).toBe('');
  expect([heard.accounts[0], heard.accounts.at(-1)]).toEqual(['acc-7', 'acc-7']);
});

test('once it is known to be plain, what comes is passed on byte for byte', () => {
  const odd = 'data: {"choices" : [ {"index":0, "delta":{"content":"x"},  "finish_reason":null} ]}\n\n';
  expect(hear(odd.repeat(9)).text.split(odd)).toHaveLength(9);
});

test('a text that speaks of errors, usage and ends is only a text', () => {
  const content = '"error": "usage": {"total_tokens": 9} "finish_reason":"stop" data: [DONE]';
  const chunk = JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
  const heard = hear(`data: ${chunk}\n\n`.repeat(3));
  expect(heard).toMatchObject({ content: content.repeat(3), tokens: undefined, finished: false, error: undefined });
});

test('an error in the middle is held for the one who knows what to say of it', () => {
  const broken = `${frames({}).split('\n\n').slice(0, 4).join('\n\n')}\n\ndata: {"error":{"message":"gone ü","code":"x"}}\n\ndata: [DONE]\n\n`;
  const heard = hear(broken);
  expect(JSON.parse(heard.error ?? '')).toEqual({ error: { message: 'gone ü', code: 'x' } });
  expect(heard.marks).toBe(0);
  expect(heard.finished).toBe(false);
});

test('a stream that is cut has no end mark, and one that forgot it gets it', () => {
  const whole = frames({});
  expect(hear(whole.slice(0, whole.length / 2))).toMatchObject({ marks: 0, finished: false });
  expect(hear(whole.replace('data: [DONE]\n\n', ''))).toMatchObject({ marks: 1, finished: true });
});

test('comments pass, and what is no JSON is passed on as it came', () => {
  const heard = createStreamTranslator(OPTIONS);
  expect(String(Buffer.concat(heard.push(Buffer.from(': ping\n\ndata: not json\n\n'))))).toBe(': ping\n\ndata: not json\n\n');
});

test('tokens that the client did not ask for are noted, and no chunk without choices reaches it', () => {
  const heard = hear(frames({}), { withUsage: false });
  expect(heard.tokens).toBeGreaterThan(7);
  expect(heard.text).not.toContain('"choices":[]');
  expect(heard.accounts.at(-1)).toBe('acc-7');
  expect(hear(frames({})).text).toContain('"choices":[]');
});
