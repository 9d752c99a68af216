import { safeText, type LeasedProxy, type ProxyRequest, type ProxyVerdict } from '@muster/sdk';
import type { ProxyHold, ProxyUser } from './proxies.ts';

interface Lease {
  readonly proxy: LeasedProxy;
  readonly target: string;
}

export interface HoldDeps {
  readonly lease: (request: ProxyRequest, user: ProxyUser) => Promise<LeasedProxy | undefined>;
  readonly giveBack: (
    id: string,
    lease: { readonly target: string; readonly verdict: ProxyVerdict | undefined; readonly user: ProxyUser },
  ) => void;
}

/** Keeps account of what one holder has, so that nothing of it outlives the holder, and nothing is given back twice. */
export function createHold({ lease, giveBack }: HoldDeps, user: ProxyUser): ProxyHold {
  const held = new Set<Lease>();
  let ended = false;

  const letGo = (each: Lease, verdict: ProxyVerdict | undefined): void => {
    held.delete(each);
    giveBack(each.proxy.id, { target: each.target, verdict, user });
  };

  return {
    async lease(request) {
      const proxy = await lease(request, user);
      if (!proxy) return undefined;
      const taken = { proxy, target: targetOf(request.target) };
      held.add(taken);
      // It ended while the lease was being made.
      if (ended) letGo(taken, undefined);
      return proxy;
    },
    async giveBack(proxy, verdict) {
      const mine = [...held];
      const found = mine.find((each) => each.proxy === proxy) ?? mine.find((each) => each.proxy.id === proxy.id);
      if (found) letGo(found, verdict);
    },
    end(fault) {
      ended = true;
      for (const each of held) letGo(each, fault === undefined ? undefined : { kind: 'failed', why: fault });
    },
  };
}

const MAX_TARGET = 253;

/** The host alone, also of a whole address. */
function targetOf(text: string): string {
  const host = URL.canParse(text) && new URL(text).hostname !== '' ? new URL(text).hostname : text;
  return safeText(host.trim().toLowerCase(), MAX_TARGET);
}
