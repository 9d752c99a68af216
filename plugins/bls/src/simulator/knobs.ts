import { z } from 'zod';

const Rate = z.number().min(0).max(1).default(0);
const Ms = z.int().min(0).max(600_000);

/** What can be turned while the simulator runs. */
export const Knobs = z.object({
  latencyMs: Ms.default(0).describe('Before each answer to a page, a list or a post'),
  assetLatencyMs: Ms.default(0).describe('Before each style sheet, script, picture and font'),
  assets: z.boolean().default(false).describe('Pages with a style sheet, a script, five pictures and two fonts, 470 kB together'),
  captcha: z.boolean().default(true).describe('A captcha before the code is sent'),
  captchaTries: z.int().min(1).max(100).default(5).describe('Wrong answers until no more are taken in a session'),
  otpTtlMs: Ms.default(600_000).describe('How long a code by mail is good'),
  otpWrongFirst: z.int().min(0).max(100).default(0).describe('So many right codes are called invalid, for each applicant'),
  otpExpiredFirst: z.int().min(0).max(100).default(0).describe('So many right codes are called expired, for each applicant'),
  sessionTtlMs: Ms.default(600_000).describe('How long a visit lasts'),
  sessionsLostFirst: z.int().min(0).max(100).default(0).describe('So many sessions are lost at the post, for each applicant'),
  networkFaultRate: Rate.describe('Share of requests whose connection breaks; of posts, half of them after they took effect'),
  errorRate: Rate.describe('Share of requests answered with 503'),
  processingErrorRate: Rate.describe('Share of posts answered with “An error occured”, half of them after they took effect'),
  rateLimitRate: Rate.describe('Share of requests answered with 429'),
  retryAfterS: z.int().min(0).max(86_400).default(1).describe('What a 429 asks for'),
  challengeRate: Rate.describe('Share of pages answered with a challenge: 403 or an empty 202'),
  slowRate: Rate.describe('Share of requests that take slowMs'),
  slowMs: Ms.default(5_000),
  breakAnswer: z
    .enum(['none', 'before', 'after'])
    .default('none')
    .describe('The next registration breaks its connection before or after it took effect, and so do repetitions of its post'),
  widgets: z
    .enum(['kendo', 'plain'])
    .default('kendo')
    .describe('Lists and days as the real site draws them, by a script over hidden fields, or as plain fields'),
  hide: z.array(z.string()).default([]).describe('Ids that pages lack, as after a change of the site'),
  seed: z.int().default(1),
});
export type Knobs = z.output<typeof Knobs>;

/** Texts of the real site as public sources show them, and of our own making where they show none. */
export const TEXTS = {
  sent: 'Email Sent',
  captchaWrong: 'Invalid captcha selection',
  captchaNone: 'Please select correct number boxes',
  captchaExceeded: 'You have reached the maximum number of allowed captcha submissions',
  captchaInvalid: 'The captcha submission is invalid',
  invalidResponse: 'Invalid response data',
  processing: 'An error occured while processing your request',
  noMail: 'The e-mail does not exist',
  // Not found in any source: made up.
  duplicateEmail: 'Email already registered',
  duplicatePassport: 'Passport number already registered',
  otpInvalid: 'Invalid OTP',
  otpExpired: 'OTP expired',
  sessionExpired: 'Session expired',
} as const;
