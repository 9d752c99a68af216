import type { Account, Plugin, PluginRuntime, PluginService, SessionContext } from '@muster/sdk';
import type { AccountRecord } from '../accounts/account-record.ts';
import { SESSION_HOLDER } from '../jobs/account-lease.ts';
import type { SessionLease } from './session-lease.ts';

type Data = Readonly<Record<string, unknown>>;

/** What all parts of a plugin that outlive a task may touch; made for each run of a session. */
export interface SessionRuntime {
  of(user: {
    readonly plugin: string;
    readonly holder: string;
    readonly signal: AbortSignal;
  }): Promise<PluginRuntime<Data, Data>>;
  service(plugin: string): Promise<PluginService>;
}

export interface SessionContextParts {
  readonly plugin: Plugin;
  readonly runtime: SessionRuntime;
  readonly lease: SessionLease;
  readonly profiles: string;
  readonly secretOf: (account: AccountRecord, field: string) => Promise<string | undefined>;
}

/** The context of one run of a session. `account` follows what is changed through it. */
export async function createSessionContext(
  parts: SessionContextParts,
  leased: AccountRecord,
  run: Pick<SessionContext<Data, Data>, 'signal' | 'input' | 'report' | 'figures' | 'launch' | 'attention'>,
): Promise<SessionContext<Data, Data>> {
  const { plugin, runtime, lease, profiles } = parts;
  const current = (): AccountRecord => lease.account ?? leased;
  const account: Account<Data> = {
    id: leased.id,
    get label() {
      return current().label;
    },
    get status() {
      return current().status;
    },
    get data() {
      return structuredClone(current().data);
    },
    secret: (field) => parts.secretOf(current(), field),
  };
  const own = await runtime.of({ plugin: plugin.id, holder: `${SESSION_HOLDER}${leased.id}`, signal: run.signal });
  return {
    ...own,
    ...run,
    profiles,
    account,
    event: (event) => own.event({ account: leased.id, ...event }),
    async update(change) {
      await lease.change(change);
    },
    async service<TService extends PluginService>() {
      return (await runtime.service(plugin.id)) as TService;
    },
  };
}
