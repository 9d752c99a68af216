import { MusterError, type SessionAccess } from '@muster/sdk';
import type { Jobs } from '../jobs/jobs.ts';
import type { Proxies } from '../proxies/proxies.ts';
import { createAccountAccess, type AccountAccessDeps } from './account-access.ts';
import { createJobAccess } from './job-access.ts';
import type { Acting, PluginParts } from './plugin-parts.ts';
import type { PluginServices } from './plugin-services.ts';

export interface PluginPartsDeps extends AccountAccessDeps {
  // These are made after the parts, of which they hand some on.
  readonly jobs: () => Jobs;
  readonly services: () => PluginServices;
  readonly sessions?: (acting: Acting) => SessionAccess;
  readonly proxies: Pick<Proxies, 'hold'>;
}

const refused = (): never => {
  throw new MusterError('UNAVAILABLE', 'This host keeps no sessions.');
};
const NO_SESSIONS: SessionAccess = {
  list: () => [],
  get: () => undefined,
  open: async () => refused(),
  close: async () => refused(),
  live: refused,
};

export function createPluginParts(deps: PluginPartsDeps): PluginParts {
  const { jobs, plugins, services, proxies, sessions = () => NO_SESSIONS } = deps;
  return {
    accounts: (acting) => createAccountAccess(deps, acting),
    jobs: (acting) => createJobAccess({ jobs, plugins }, acting),
    sessions,
    proxies: (user) => proxies.hold(user),
    service: (plugin) => services().open(plugin),
  };
}
