import { safeText } from '@muster/sdk';
import type { Config, Verdict } from '../schemas.ts';

const WORDS = {
  'temp-banned': ['tempBannedMs', 'the check found it temporarily banned'],
  'perm-banned': ['permBannedMs', 'the check found it banned for good'],
  blind: ['blindMs', 'the check found it blind'],
  'wrong-credentials': ['wrongCredentialsMs', 'its password was refused'],
  unknown: ['unknownMs', 'the check could not tell'],
} as const satisfies Record<Exclude<Verdict, 'good'>, readonly [keyof Config, string]>;

/** How long an account rests after a verdict (`null`: it is out of use), and why in words. */
export function restOf(
  verdict: Exclude<Verdict, 'good'>,
  config: Config,
  detail: string | undefined,
): { readonly forMs: number | null; readonly why: string } {
  const [setting, words] = WORDS[verdict];
  const said = detail === undefined ? '' : `: ${safeText(detail, 200)}`;
  return { forMs: config[setting], why: `${words}${said}` };
}
