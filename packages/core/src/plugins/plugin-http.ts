import { MusterError, safeText, type HttpContext } from '@muster/sdk';
import type { Accounts } from '../accounts/accounts.ts';
import type { Events, Redactor } from '../events/events.ts';
import { changeAccount } from '../jobs/account-change.ts';
import { leaseRef, REQUEST_HOLDER } from '../jobs/account-lease.ts';
import { createPoolAccess } from '../jobs/pool-access.ts';
import type { Pool } from '../pool/pool.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import type { PluginParts } from '../services/plugin-parts.ts';
import type { SessionReach } from '../sessions/sessions.ts';
import type { Vault } from '../vault/vault.ts';
import type { Plugins } from './plugins.ts';

/** Leases of a request whose host died end after so long. */
const LEASE_MS = 120_000;
const MAX_LOG = 4_000;

type Data = Readonly<Record<string, unknown>>;

/** The http parts of plugins, as far as they touch the core. */
export interface PluginHttp {
  /**
   * Makes the context of one request and answers with it. When the answer has been sent whole, or nobody reads it any more,
   * the context ends, and with it whatever leases it left. NOT_FOUND, PLUGIN_BROKEN.
   */
  serve(
    plugin: string,
    request: Pick<HttpContext<Data, Data>, 'actor' | 'signal' | 'params' | 'query' | 'body'> & {
      /** Of the caller; default: all sessions. */
      readonly reach?: SessionReach | undefined;
    },
    answer: (context: HttpContext<Data, Data>) => Promise<Response>,
  ): Promise<Response>;
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
  readonly parts: PluginParts;
}

export function createPluginHttp(deps: PluginHttpDeps): PluginHttp {
  const { store, pool, accounts, plugins, events, redactor, clock, random, parts } = deps;
  return {
    async serve(id, request, answer) {
      const { reach, ...asked } = request;
      const { actor, signal } = asked;
      const plugin = plugins.get(id);
      const acting = { plugin: id, actor, reach };
      const holder = `${REQUEST_HOLDER}${random.id()}`;
      let ended = false;
      const alive = (): void => {
        if (ended) throw new MusterError('ABORTED', 'The request has been answered; its context cannot be used any more.');
        signal.throwIfAborted();
      };
      const access = createPoolAccess({
        pool,
        store,
        clock,
        random,
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
        ...asked,
        config: plugins.config(id),
        pool: {
          ...access,
          lease(wanted) {
            leased = true;
            return access.lease(wanted);
          },
        },
        accounts: parts.accounts(acting),
        jobs: parts.jobs(acting),
        sessions: parts.sessions(acting),
        service: () => parts.service(id),
        now: () => clock.now(),
        log(message, fields) {
          const said = { message: safeText(redactor.redact(message), MAX_LOG), actor, plugin: id };
          const told = fields && { fields };
          void events.record({ level: 'info', type: 'http.logged', ...said, ...told }).catch(() => undefined);
        },
      };
      const end = async (): Promise<void> => {
        if (ended) return;
        ended = true;
        const left = leased ? await pool.held(holder) : [];
        if (left.length > 0) await pool.giveBack(left.map(leaseRef));
      };
      try {
        const response = await answer(context);
        if (response.body && streams(response)) return new Response(untilEnd(response.body, end), response);
        await end();
        return response;
      } catch (thrown) {
        await end();
        throw thrown;
      }
    },
  };
}

/** Text that is there already says its type and needs nothing any more; an event stream or an unknown one does. */
const streams = ({ headers }: Response): boolean =>
  !/^(?:application\/json|text\/plain)\b/.test(headers.get('content-type') ?? '');

/** The same bytes; `end` is called when they are over, or when the reader has left. */
function untilEnd(body: ReadableStream<Uint8Array>, end: () => Promise<void>): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (!done) return controller.enqueue(value);
          await end();
          controller.close();
        } catch (thrown) {
          await end();
          controller.error(thrown);
        }
      },
      async cancel(reason) {
        await reader.cancel(reason).catch(() => undefined);
        await end();
      },
    },
    { highWaterMark: 0 },
  );
}
