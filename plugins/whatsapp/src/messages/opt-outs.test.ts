import { expect, test } from 'vitest';
import { Config } from '../schemas.ts';
import { isOptOut } from './opt-outs.ts';

const { optOutWords } = Config.parse({});

test.each(['stop', 'STOP', ' Stop! ', '“stop”.', 'ＳＴＯＰ', 'opt-out'.replace('-', ' '), 'Unsubscribe', 'إلغاء', 'إيقاف.'])(
  '“%s” opts out',
  (text) => {
    expect(isOptOut(text, optOutWords)).toBe(true);
  },
);

test.each(['', '!', 'please stop by at noon', 'stopp', 'do not stop', 'nonstop'])('“%s” does not', (text) => {
  expect(isOptOut(text, optOutWords)).toBe(false);
});
