import { MusterError, safeText, type HttpContext } from '@muster/sdk';
import type { Accounts } from '../accounts/accounts.ts';
import type { Events, Redactor } from '../events/events.ts';
import { changeAccount } from '../jobs/account-change.ts';
import { leaseRef } from '../jobs/account-lease.ts';
import { createPoolAccess } from '../jobs/pool-access.ts';
import type { Pool } from '../pool/pool.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import type { Vault } from '../vault/vault.ts';
import type { Plugins } from './plugins.ts';

/** Leases of a request whose host died end after so long. */
const LEASE_MS = 120_000;
const MAX_LOG = 4_000;

type Data = Readonly<Record<string, unknown>>;

/** The http parts of plugins, as far as they touch the core. */
export interface PluginHttp {
  /** Makes the context of one request, does the work with it, and ends whatever leases it left. NOT_FOUND, PLUGIN_BROKEN. */
  serve<T>(
    plugin: string,
    request: { readonly actor: string; readonly signal: AbortSignal },
    work: (context: HttpContext<Data, Data>) => Promise<T>,
  ): Promise<T>;
}

export interface PluginHttpDeps {
  readonly store: Store;
  readonly pool: Pool;
  readonly accounts: Accounts;
  readonly plugins: Plugins;
  readonly events: Events;
  readonly redactor: Redactor;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly random: Random;
}

export function createPluginHttp(deps: PluginHttpDeps): PluginHttp {
  const { store, pool, accounts, plugins, events, redactor, clock, random } = deps;
  return {
    async serve(id, { actor, signal }, work) {
      const plugin = plugins.get(id);
      const holder = `http/${random.id()}`;
      let ended = false;
      const alive = (): void => {
        if (ended) throw new MusterError('ABORTED', 'The request has been answered; its context cannot be used any more.');
        signal.throwIfAborted();
      };
      const access = createPoolAccess({
        pool,
        store,
        clock,
        plugin,
        holder,
        ttlMs: LEASE_MS,
        about: { actor },
        record: (event) => events.record(event),
        secretOf: (account, field) => accounts.secretOf(account, field),
        change: (account, change) => changeAccount(deps, account, change),
        alive,
      });
      let leased = false;
      const context: HttpContext<Data, Data> = {
        config: plugins.config(id),
        pool: {
          ...access,
          lease(request) {
            leased = true;
            return access.lease(request);
          },
        },
        signal,
        now: () => clock.now(),
        log(message, fields) {
          const said = { message: safeText(redactor.redact(message), MAX_LOG), actor, plugin: id };
          const told = fields && { fields };
          void events.record({ level: 'info', type: 'http.logged', ...said, ...told }).catch(() => undefined);
        },
      };
      try {
        return await work(context);
      } finally {
        ended = true;
        const left = leased ? await pool.held(holder) : [];
        if (left.length > 0) await pool.giveBack(left.map(leaseRef));
      }
    },
  };
}
