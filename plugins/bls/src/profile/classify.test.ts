import { expect, test } from 'vitest';
import { classify, retryAfterMs } from './classify.ts';
import { fieldWork, render } from './render.ts';
import { SIMULATOR_PROFILE } from './simulator-profile.ts';
import { SiteProfile } from './site-profile.ts';

const profile = SiteProfile.parse(SIMULATOR_PROFILE);

test.each([
  [429, '', 'rate_limited'],
  [403, '<title>ERROR</title>', 'blocked'],
  [202, '', 'blocked'],
  [503, '', 'site_down'],
  [200, 'Email already registered', 'duplicate_email'],
  [200, 'Passport number already registered', 'duplicate_passport'],
  [200, 'Invalid captcha selection', 'captcha_rejected'],
  [200, 'Please select correct number boxes', 'captcha_rejected'],
  [200, 'You have reached the maximum number of allowed captcha submissions', 'captcha_exceeded'],
  [200, 'The captcha submission is invalid', 'session_expired'],
  [200, 'Session expired', 'session_expired'],
  [200, 'Invalid OTP', 'otp_invalid'],
  [200, 'OTP expired', 'otp_expired'],
  [200, 'The Mobile field is required.', 'field_invalid'],
  [200, 'An error occured while processing your request', 'site_down'],
  [200, 'Something nobody has seen', undefined],
] as const)('%i “%s” is %s', (status, text, kind) => {
  expect(classify(profile, { status, text })).toBe(kind);
});

test.each([
  ['120', 120_000],
  ['0', 0],
  [new Date(70_000).toUTCString(), 60_000],
  [new Date(1_000).toUTCString(), 0],
  ['soon', undefined],
  [undefined, undefined],
])('Retry-After %s is %s ms', (header, ms) => {
  expect(retryAfterMs(header, 10_000)).toBe(ms);
});

test('a template takes fields of the account and nothing else', () => {
  expect(render('{{firstName}} {{none}}{{constructor}}!', { firstName: 'Amina' })).toBe('Amina !');
});

test('days are written as the site wants them, and optional fields without a value are left out', () => {
  const step = {
    do: 'fill',
    values: { '#a': '{{familyName}}', '#b': '{{firstName}}' },
    dates: { '#d': '{{dateOfBirth}}' },
    choices: {},
    widgets: {},
    dateFormat: 'DD/MM/YYYY',
    optional: ['#a'],
  } as const;
  expect(fieldWork({ ...step, optional: [...step.optional] }, { firstName: 'Amina', dateOfBirth: '1990-04-05' })).toEqual([
    { selector: '#b', kind: 'text', value: 'Amina', optional: false },
    { selector: '#d', kind: 'text', value: '05/04/1990', optional: false },
  ]);
});
