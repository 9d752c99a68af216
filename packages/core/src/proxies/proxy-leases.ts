import type { LeasedProxy, ProxyRequest, ProxyVerdict } from '@muster/sdk';
import type { NewEvent } from '../events/event.ts';
import type { Clock, Random } from '../ports/clock.ts';
import { chooseProxy } from './choose-proxy.ts';
import { countryOf } from './country.ts';
import { afterFault, afterRefusal, afterUse } from './health.ts';
import { createHold, type HoldDeps } from './hold-proxies.ts';
import type { ProxyHold, ProxyUser } from './proxies.ts';
import type { ProxyBook } from './proxy-book.ts';
import { countryOfProxy } from './proxy-record.ts';
import type { ProxySecrets } from './proxy-secrets.ts';
import type { Sticky } from './sticky.ts';

export interface ProxyLeases {
  hold(user: ProxyUser): ProxyHold;
  /** Leases of a proxy now. */
  inUse(id: string): number;
  holders(id: string): readonly string[];
}

export interface ProxyLeaseDeps {
  readonly book: ProxyBook;
  readonly sticky: Sticky;
  readonly secrets: ProxySecrets;
  readonly clock: Clock;
  readonly random: Random;
  readonly say: (event: NewEvent) => void;
  /** One may be tried again at that time. */
  readonly died: (until: number) => void;
}

/** Leases live in memory: a proxy serves many at once, and nobody has one any more once the host has ended. */
export function createProxyLeases({ book, sticky, secrets, clock, random, say, died }: ProxyLeaseDeps): ProxyLeases {
  /** Holders of each proxy, one entry a lease. */
  const uses = new Map<string, string[]>();
  const inUse = (id: string): number => uses.get(id)?.length ?? 0;

  async function lease(request: ProxyRequest, user: ProxyUser): Promise<LeasedProxy | undefined> {
    await book.open();
    if (book.all().length === 0) return undefined;
    const { account } = request;
    const own = account === undefined ? undefined : await sticky.of(account);
    // Nothing is waited for between the choice and the count, so that two who ask at once are spread.
    const wanted = {
      country: request.country === undefined ? undefined : (countryOf(request.country) ?? request.country),
      exclude: request.exclude ?? new Set<string>(),
      sticky: own,
    };
    const chosen = chooseProxy(book.all(), wanted, { now: clock.now(), busy: inUse });
    const leased: LeasedProxy = {
      id: chosen.id,
      label: chosen.label,
      url: secrets.urlOf(chosen),
      country: countryOfProxy(chosen),
    };
    uses.set(chosen.id, [...(uses.get(chosen.id) ?? []), user.holder]);
    book.change(chosen.id, (proxy) => ({ ...proxy, usedAt: clock.now() }));
    try {
      if (account !== undefined && own !== chosen.id)
        await moveTo(account, { from: own, to: chosen.id, label: chosen.label, user });
    } catch (error) {
      free(chosen.id, user);
      throw error;
    }
    return leased;
  }

  async function moveTo(
    account: string,
    {
      from,
      to,
      label,
      user,
    }: { readonly from: string | undefined; readonly to: string; readonly label: string; readonly user: ProxyUser },
  ): Promise<void> {
    await sticky.set([account], to);
    if (from === undefined) return;
    const message = `The account goes through ${label} from now on; the proxy that it had is not fit now`;
    say({ level: 'info', type: 'proxy.moved', message, ...about(user), account });
  }

  function free(id: string, { holder }: ProxyUser): void {
    const holders = uses.get(id) ?? [];
    const at = holders.indexOf(holder);
    const rest = holders.filter((_, index) => index !== at);
    if (rest.length === 0) uses.delete(id);
    else uses.set(id, rest);
  }

  function judge(
    id: string,
    verdict: ProxyVerdict,
    { target, user }: { readonly target: string; readonly user: ProxyUser },
  ): void {
    const now = clock.now();
    switch (verdict.kind) {
      case 'ok':
        book.change(id, (proxy) => afterUse(proxy, { durationMs: verdict.durationMs, target, now }));
        return;
      case 'refused': {
        const after = book.change(id, (proxy) => afterRefusal(proxy, { status: verdict.status, target, now }));
        if (!after) return;
        const message = `${target} refused what came through ${after.label} (${verdict.status})`;
        say({
          level: 'info',
          type: 'proxy.refused',
          message,
          ...about(user),
          fields: { proxy: id, target, status: verdict.status },
        });
        return;
      }
      default: {
        const fault = { kind: 'reported', detail: verdict.why } as const;
        const after = book.change(id, (proxy) => afterFault(proxy, fault, { now, random: () => random.number() }));
        if (!after) return;
        died(after.nextCheckAt ?? now);
        const restMs = (after.nextCheckAt ?? now) - now;
        const message = `${after.label} is left alone for ${Math.ceil(restMs / 1_000)} s: ${after.lastFailure?.detail ?? ''}`;
        say({
          level: 'warn',
          type: 'proxy.failed',
          message,
          ...about(user),
          fields: { proxy: id, target, failures: after.consecutiveFailures },
        });
      }
    }
  }

  const giveBack: HoldDeps['giveBack'] = (id, { target, verdict, user }) => {
    free(id, user);
    if (verdict) judge(id, verdict, { target, user });
    else book.touched();
  };

  return {
    hold: (user) => createHold({ lease, giveBack }, user),
    inUse,
    holders: (id) => uses.get(id) ?? [],
  };
}

const about = ({ plugin, job, task, account }: ProxyUser): Pick<NewEvent, 'plugin' | 'job' | 'task' | 'account'> => ({
  plugin,
  ...(job !== undefined && { job }),
  ...(task !== undefined && { task }),
  ...(account !== undefined && { account }),
});
