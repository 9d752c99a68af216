import type { Scope } from '@muster/api';
import type { SessionReach } from '@muster/core';

/** Who calls, and what they may do. `actor` goes into the audit record. */
export interface Caller {
  readonly actor: string;
  readonly scopes: ReadonlySet<Scope>;
  /** Limited to these sessions, and to what is made for such callers. */
  readonly reach?: SessionReach;
}

const ALL_SCOPES: readonly Scope[] = ['read', 'operate', 'secrets', 'admin'];

/** Whoever can open the socket, which only the owner of the data directory can, or runs in the same process. */
export const LOCAL: Caller = { actor: 'local', scopes: new Set(ALL_SCOPES) };

/** The way a request came in. Over TCP it must bring a token and name one of `hosts` in its Host header. */
export type Door = { readonly kind: 'local' } | { readonly kind: 'tcp'; readonly hosts: ReadonlySet<string> };

export interface HostEnv {
  Bindings: { readonly door: Door };
  Variables: { caller: Caller };
}
