import type { Knobs } from './knobs.ts';

const WORDS = [
  'The',
  ' heron',
  ' waits',
  ' in',
  ' the',
  ' reeds',
  ',',
  ' and',
  ' the',
  ' lake',
  ' is',
  ' still',
  '.',
  ' Ünï',
  ' 日本',
];
const THOUGHTS = ['Let', ' me', ' see', ' what', ' is', ' asked', '.'];

const fill = (words: readonly string[], count: number): string[] =>
  Array.from({ length: count }, (_, index) => words[index % words.length] as string);

/** Thinking and answer as tokens, and as the one text that the shape makes of them. */
export interface Answer {
  readonly thoughts: readonly string[];
  readonly words: readonly string[];
  /** What `content` holds, in pieces. */
  readonly content: readonly string[];
}

export function makeAnswer({ shape, frames, answer, answerBytes }: Knobs): Answer {
  const words = answer === undefined ? fill(WORDS, frames) : (answer.match(/\s*\S+|\s+$/g) ?? [answer]);
  if (answerBytes > 0) words.push(' '.padEnd(Math.max(1, answerBytes - words.join('').length), 'x'));
  const thoughts = shape === 'plain' ? [] : fill(THOUGHTS, THOUGHTS.length);
  const content = {
    plain: words,
    'reasoning-content': words,
    think: ['<think>', ...thoughts, '</think>', '\n', ...words],
    'think-answer': ['<think>', ...thoughts, '</think>', '<answer>', ...words, '</answer>'],
    'closing-only': [...thoughts, '</think>', '\n\n', ...words],
    details: [
      '<details type="reasoning" done="true">',
      '<summary>Thought for 2 seconds</summary>',
      ...thoughts,
      '</details>',
      '<answer>',
      ...words,
      '</answer>',
    ],
  }[shape];
  return { thoughts, words, content };
}

export const usageOf = ({ thoughts, content }: Answer): Record<string, number> => ({
  prompt_tokens: 7,
  completion_tokens: thoughts.length + content.length,
  total_tokens: 7 + thoughts.length + content.length,
});

const head = (model: string, object: string): Record<string, unknown> => ({
  id: 'chatcmpl-sim',
  object,
  created: 1_767_225_600,
  model,
});

/** A whole answer, as `chat.completion`. */
export function completionOf(knobs: Knobs, model: string): Record<string, unknown> {
  const answer = makeAnswer(knobs);
  const message = {
    role: 'assistant',
    content: answer.content.join(''),
    ...(knobs.shape === 'reasoning-content' && { reasoning_content: answer.thoughts.join('') }),
  };
  return {
    ...head(model, 'chat.completion'),
    choices: [{ index: 0, message, finish_reason: 'stop' }],
    usage: usageOf(answer),
  };
}

/** The frames of a stream, without `data:` and blank lines; the end mark is the last. */
export function framesOf(knobs: Knobs, model: string, withUsage: boolean): string[] {
  const answer = makeAnswer(knobs);
  const chunk = (delta: Record<string, unknown>, finish: string | null = null): string =>
    JSON.stringify({
      ...head(model, 'chat.completion.chunk'),
      choices: [{ index: 0, delta, finish_reason: finish }],
    });
  if (knobs.stream === 'cumulative') {
    let text = '';
    const texts = answer.content.map((piece) => (text += piece));
    return [
      ...texts.map((content) => chunk({ content })),
      '-1',
      JSON.stringify({ usage: usageOf(answer) }),
      '{"done":true}',
      'DONE',
    ];
  }
  const thoughts = knobs.shape === 'reasoning-content' ? answer.thoughts.map((text) => chunk({ reasoning_content: text })) : [];
  return [
    chunk({ role: 'assistant', content: '' }),
    ...thoughts,
    ...answer.content.map((content) => chunk({ content })),
    chunk({}, 'stop'),
    ...(withUsage ? [JSON.stringify({ ...head(model, 'chat.completion.chunk'), choices: [], usage: usageOf(answer) })] : []),
    '[DONE]',
  ];
}
