import type { AccountAccess, JobAccess, PluginService, SessionAccess } from '@muster/sdk';
import type { ProxyHold, ProxyUser } from '../proxies/proxies.ts';
import type { SessionReach } from '../sessions/sessions.ts';

type Data = Readonly<Record<string, unknown>>;

/** In whose name the parts of a plugin act. */
export interface Acting {
  readonly plugin: string;
  /** The token's name, `local`, or `plugin/<id>` for what a plugin does by itself. */
  readonly actor: string;
  /** Of the sessions; default: all. */
  readonly reach?: SessionReach | undefined;
}

/** What the code of one plugin gets of the core beside its accounts on lease; made for each that asks. */
export interface PluginParts {
  accounts(acting: Acting): AccountAccess<Data>;
  jobs(acting: Acting): JobAccess;
  sessions(acting: Acting): SessionAccess;
  /** Whoever asks ends the hold. */
  proxies(user: ProxyUser): ProxyHold;
  /** The plugin's service, opened if nobody did. UNAVAILABLE when it has none. */
  service<TService extends PluginService>(plugin: string): Promise<TService>;
}
