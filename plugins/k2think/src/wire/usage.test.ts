import { expect, test } from 'vitest';
import { tokensIn } from './usage.ts';

test.each([
  ['a total', '{"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}', 7],
  ['spaces', '{"usage": {"prompt_tokens": 3, "total_tokens": 7 } }', 7],
  ['no total', '{"usage":{"prompt_tokens":3,"completion_tokens":4}}', 7],
  ['only one part', '{"usage":{"completion_tokens":4}}', 4],
  ['details first', '{"usage":{"prompt_tokens_details":{"cached_tokens":99},"total_tokens":7}}', 7],
  ['null', '{"usage":null,"choices":[]}', undefined],
  ['no figures', '{"usage":{}}', undefined],
  ['figures that are none', '{"usage":{"total_tokens":"many"}}', undefined],
  ['negative ones', '{"usage":{"total_tokens":-4}}', undefined],
  ['nothing', '{}', undefined],
  ['a text that speaks of it', '{"content":"\\"usage\\": {\\"total_tokens\\": 9}"}', undefined],
  ['the last of several', '{"usage":{"total_tokens":1}}{"usage":{"total_tokens":2}}', 2],
])('%s', (_, json, expected) => {
  expect(tokensIn(json)).toBe(expected);
});
