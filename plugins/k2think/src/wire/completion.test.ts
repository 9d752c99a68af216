import { expect, test } from 'vitest';
import { completionOf } from '../simulator/answers.ts';
import { Knobs } from '../simulator/knobs.ts';
import { translateCompletion, withAccount } from './completion.ts';

const WORDS = 'The heron waits in the reeds, and';
const THOUGHTS = 'Let me see what is asked.';
interface Completion {
  readonly _accountId: string;
  readonly choices: readonly { readonly message: { readonly content: string; readonly reasoning_content?: string } }[];
}

const translate = (shape: string, separate = true): Completion => {
  const json = JSON.stringify(completionOf(Knobs.parse({ shape }), 'm'));
  return JSON.parse(translateCompletion(json, { accountId: 'acc-7', separate })?.json ?? '') as Completion;
};

test.each(['think', 'think-answer', 'closing-only', 'reasoning-content', 'details'])(
  'thinking of shape %s comes as reasoning_content',
  (shape) => {
    const value = translate(shape);
    expect(value).toMatchObject({ _accountId: 'acc-7' });
    expect(value.choices[0]?.message).toMatchObject({ content: WORDS, reasoning_content: THOUGHTS });
  },
);

test('as it is: the text stays whole', () => {
  expect(translate('think', false).choices[0]?.message.content).toBe(`<think>${THOUGHTS}</think>\n${WORDS}`);
});

test('an answer without thinking keeps its bytes, and its tokens are read', () => {
  const json =
    '{ "id":"x",  "choices":[{"message":{"content":"say \\"usage\\": {\\"total_tokens\\": 9}"}}], "usage": {"prompt_tokens": 3, "completion_tokens": 4, "prompt_tokens_details": {"cached_tokens": 2}, "total_tokens": 7}}';
  const translated = translateCompletion(json, { accountId: 'a', separate: true });
  expect(translated?.json).toBe(`{"_accountId":"a",${json.slice(1)}`);
  expect(translated?.tokens).toBe(7);
});

test('tags that JSON wrote with escapes are seen too', () => {
  const json = '{"choices":[{"message":{"content":"\\u003cthink\\u003ea\\u003c/think\\u003eb"}}]}';
  const value = JSON.parse(translateCompletion(json, { accountId: 'a', separate: true })?.json ?? '') as Completion;
  expect(value.choices[0]?.message).toEqual({ content: 'b', reasoning_content: 'a' });
});

test.each(['', '[]', 'null', '<html></html>', '{"choices":[{"message":{"content":"<think>a</think>', '{"choices": ['])(
  '%j is no answer',
  (text) => {
    expect(translateCompletion(text, { accountId: 'a', separate: true })).toBeUndefined();
  },
);

test('an object without fields gets the account alone', () => {
  expect(withAccount('{}', 'a')).toBe('{"_accountId":"a"}');
});
