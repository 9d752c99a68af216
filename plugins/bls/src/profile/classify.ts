import type { ErrorClass, SiteProfile } from './site-profile.ts';

/** What the site said, of which success is known not to be part. */
export interface SiteWord {
  readonly status: number;
  readonly text?: string;
}

/**
 * What an answer means by the profile's rules, the first that fits; undefined when none does. Rules with a text are for
 * answers to a post, rules with a status for any.
 */
export function classify({ errors }: Pick<SiteProfile, 'errors'>, { status, text = '' }: SiteWord): ErrorClass | undefined {
  // A text is looked at to a bound: it comes from outside.
  const head = text.slice(0, 2_000);
  return errors.find(
    (rule) =>
      (rule.status.length === 0 || rule.status.includes(status)) &&
      (rule.text === undefined || new RegExp(rule.text, 'i').test(head)),
  )?.class;
}

/** `Retry-After` in ms, of both its forms. Undefined when there is none that can be understood. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
