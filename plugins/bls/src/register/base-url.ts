import { MusterError } from '@muster/sdk';
import type { LoadedProfile } from '../profile/profiles.ts';
import type { Config } from '../schemas.ts';

/** Where a profile's site is. `siteUrl` moves it to another port or scheme, never to another machine. */
export function baseUrlOf({ profile, simulated }: LoadedProfile, { siteUrl }: Pick<Config, 'siteUrl'>): string {
  if (siteUrl === undefined) return profile.baseUrl;
  const { hostname } = new URL(siteUrl);
  const fits = simulated ? profile.allowHosts.includes(hostname) : new URL(profile.baseUrl).hostname === hostname;
  if (fits) return siteUrl;
  const what = simulated
    ? 'The bundled profile works with the simulator on this machine only; a live site needs a profile of its own (docs/bls.md)'
    : 'Change the profile instead';
  throw new MusterError('BAD_INPUT', `siteUrl leads to ${hostname}, where the profile “${profile.id}” does not belong. ${what}.`);
}
