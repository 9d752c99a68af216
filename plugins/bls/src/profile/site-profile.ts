import { z } from 'zod';

const Selector = z.string().min(1).max(300);
const Path = z.string().regex(/^\/(?!\/)/, 'a path on the site, beginning with /');
const Ms = z.int().min(1_000).max(3_600_000);

/** `{{field}}` stands for the field of the account; anything else for itself. */
const Template = z.string().max(500);

/** What of an answer tells success: the member of its JSON that must be `true`. Nothing else counts as success. */
const Expect = z
  .strictObject({
    url: z.string().min(1).max(300).describe('A part of the address that is asked, compared without case'),
    flag: z.string().min(1).max(100).default('success').describe('The member of the answer that must be true'),
    timeoutMs: Ms.optional(),
  })
  .describe('The answer to wait for');

const Open = z.strictObject({
  do: z.literal('open'),
  page: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/)
    .describe('Its name in messages'),
  path: Path,
  ready: Selector.optional().describe('There when the page can be used'),
});
const Dismiss = z.strictObject({
  do: z.literal('dismiss'),
  click: z.array(Selector).min(1),
  optional: z.boolean().default(true),
});
/** Fields that a script of the page draws over a hidden input: they are set through the script, as it does itself. */
const Widget = z.enum(['kendo-dropdown', 'kendo-date']);
export type Widget = z.output<typeof Widget>;

const Fill = z.strictObject({
  do: z.literal('fill'),
  values: z.record(Selector, Template).default({}).describe('Selector to text'),
  dates: z.record(Selector, Template).default({}).describe('Selector to day'),
  choices: z.record(Selector, Template).default({}).describe('Selector of a list to the text of the entry, or its beginning'),
  dateFormat: z.enum(['YYYY-MM-DD', 'DD/MM/YYYY', 'DD-MM-YYYY', 'MM/DD/YYYY']).default('YYYY-MM-DD'),
  widgets: z
    .record(Selector, Widget)
    .default({})
    .describe('Of the dates and choices, those that are no plain fields: kendo-date, kendo-dropdown'),
  optional: z.array(Selector).default([]).describe('Left out when the page does not have them, or the account no value'),
});
const Click = z.strictObject({
  do: z.literal('click'),
  selector: Selector,
  expect: Expect.optional(),
  afterwards: z.array(Selector).default([]).describe('Clicked afterwards where they are there'),
  irreversible: z
    .boolean()
    .default(false)
    .describe('Cannot be taken back: noted before, and never done again before the site was asked what became of it'),
});
const Captcha = z.strictObject({
  do: z.literal('captcha'),
  open: Selector.describe('Opens it'),
  frame: Selector.describe('The frame that shows it: its picture is what the person sees'),
  instruction: Selector.describe('The words of the task, in the frame'),
  tile: Selector.describe('One tile, in the frame'),
  submit: Selector.describe('Hands it in, in the frame'),
  expect: Expect,
  done: Selector.describe('Visible when no captcha is asked for (any more)'),
  tries: z.int().min(1).max(10).default(3),
});
const Otp = z.strictObject({
  do: z.literal('otp'),
  into: Selector,
  pattern: z.string().min(1).max(100).default('^\\d{6}$'),
  /** Refused codes are asked for again so often. */
  tries: z.int().min(1).max(10).default(3),
});
const Step = z.discriminatedUnion('do', [Open, Dismiss, Fill, Click, Captcha, Otp]);
export type Step = z.output<typeof Step>;
export type StepOf<K extends Step['do']> = Extract<Step, { do: K }>;

/** What the runner does about an answer of the site. */
const ERROR_CLASSES = [
  'duplicate_email',
  'duplicate_passport',
  'field_invalid',
  'captcha_rejected',
  'captcha_exceeded',
  'otp_invalid',
  'otp_expired',
  'session_expired',
  'rate_limited',
  'blocked',
  'site_down',
] as const;
export type ErrorClass = (typeof ERROR_CLASSES)[number];

const isPattern = (text: string): boolean => {
  try {
    return RegExp(text, 'i') instanceof RegExp;
  } catch {
    return false;
  }
};

const Rule = z
  .strictObject({
    class: z.enum(ERROR_CLASSES),
    status: z.array(z.int().min(100).max(599)).default([]),
    text: z.string().min(1).max(300).refine(isPattern, 'no regular expression').optional(),
  })
  .refine(({ status, text }) => status.length > 0 || text !== undefined, 'a rule needs a status or a text');

const Login = z.strictObject({
  steps: z.array(z.discriminatedUnion('do', [Open, Dismiss, Fill])).min(1),
  click: Selector,
  expect: Expect,
  missing: z.string().min(1).max(300).refine(isPattern, 'no regular expression').describe('The text when there is no such login'),
});

/** A site, as data: a changed page is mended in a file, a second site is a second file. */
export const SiteProfile = z
  .strictObject({
    version: z.literal(1),
    id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,49}$/),
    title: z.string().min(1).max(100),
    baseUrl: z.url({ protocol: /^https?$/ }),
    allowHosts: z.array(z.string().min(1)).min(1).describe('Host names that its pages may load from; nothing else is reached'),
    paceMs: z.int().min(0).max(600_000).default(2_000).describe('At least so long between two visits'),
    blockedUrls: z.array(z.string()).default([]).describe('Addresses that are not loaded, with * for anything'),
    steps: z.array(Step).min(2),
    login: Login.optional().describe('How to ask whether a login exists; without it a person is asked'),
    errors: z.array(Rule).default([]),
    temporaryPassword: z.boolean().default(false).describe('A password comes by mail after the registration'),
  })
  .superRefine(({ steps, baseUrl, allowHosts }, ctx) => {
    const complain = (path: (string | number)[], message: string): void => ctx.addIssue({ code: 'custom', path, message });
    if (steps[0]?.do !== 'open') complain(['steps', 0], 'the first step opens a page');
    const last = steps.at(-1);
    if (last?.do !== 'click' || !last.expect || !last.irreversible)
      complain(
        ['steps', steps.length - 1],
        'the last step is an irreversible click whose answer is expected: it alone tells success',
      );
    if (steps.filter((step) => step.do === 'click' && step.irreversible).length > 1)
      complain(['steps'], 'only one step can be irreversible');
    for (const [index, step] of steps.entries()) {
      if (step.do !== 'fill') continue;
      for (const [selector, widget] of Object.entries(step.widgets)) {
        const [among, fields] = widget === 'kendo-date' ? ['dates', step.dates] : ['choices', step.choices];
        if (!Object.hasOwn(fields, selector))
          complain(['steps', index, 'widgets', selector], `a ${widget} is one of the ${among}`);
      }
    }
    if (!allowHosts.includes(new URL(baseUrl).hostname)) complain(['allowHosts'], 'the host of baseUrl is not among them');
  });
export type SiteProfile = z.output<typeof SiteProfile>;
