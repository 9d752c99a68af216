import { expect, test } from 'vitest';
import { headersOfAnswer } from './answer-headers.ts';

test('the limits of all accounts stand; what the service says of its one account goes by under another name', () => {
  const limits = { 'x-ratelimit-remaining-requests': '900' };
  const service = { 'x-ratelimit-remaining-requests': '3', 'set-cookie': 'token=1', 'x-request-id': 'theirs' };
  expect(headersOfAnswer({ type: 'application/json', accountId: 'a1', attempts: 2, limits, service })).toEqual({
    'content-type': 'application/json',
    'x-muster-account-id': 'a1',
    'x-muster-attempts': '2',
    'x-ratelimit-remaining-requests': '900',
    'x-muster-service-ratelimit-remaining-requests': '3',
  });
});
