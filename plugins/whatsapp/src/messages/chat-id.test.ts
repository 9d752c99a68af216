import { expect, test } from 'vitest';
import { chatIdOf, numberOf } from './chat-id.ts';

test.each([
  ['966500000001', '966500000001@c.us'],
  ['+966 (50) 000-0001', '966500000001@c.us'],
  ['00966500000001', '966500000001@c.us'],
  [' 966500000001@c.us ', '966500000001@c.us'],
  ['120363041234567890@g.us', '120363041234567890@g.us'],
  ['status@broadcast', 'status@broadcast'],
])('%s is the chat %s', (to, chat) => {
  expect(chatIdOf(to)).toBe(chat);
});

test.each([
  '',
  '12',
  '0500000001',
  'anna',
  '966500000001@evil.example',
  '9665000000011234567',
  'a b@c.us',
  '../x@c.us',
  '966500000001@c.us\n@g.us',
])('“%s” is none', (to) => {
  expect(() => chatIdOf(to)).toThrow(/is no number with its country code/);
});

test('a group has no number', () => {
  expect(numberOf('966500000001@c.us')).toBe('966500000001');
  expect(numberOf('120363041234567890@g.us')).toBeUndefined();
});
