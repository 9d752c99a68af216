/** A way out to the network, held by one task. */
export interface LeasedProxy {
  readonly id: string;
  readonly label: string;
  /** `http://`, `https://` or `socks5://`, credentials included: a secret. */
  readonly url: string;
  /** ISO 3166-1 alpha-2; null when not known. */
  readonly country: string | null;
}

export interface ProxyRequest {
  /** The host that it leads to: refusals are kept per target. */
  readonly target: string;
  /** A hard condition. ISO 3166-1 alpha-2. */
  readonly country?: string;
  /** The account that it is for: gets the one it had, while that is healthy. */
  readonly account?: string;
  /** Ids of those that this task has tried. */
  readonly exclude?: ReadonlySet<string>;
}

export type ProxyVerdict =
  | { readonly kind: 'ok'; readonly durationMs?: number }
  /** Its own fault (refused, wrong credentials, timeout, 59x): it cools down, longer each time. */
  | { readonly kind: 'failed'; readonly why: string }
  /** The target refused (403, 429, a challenge): kept for this target; no reason to take another proxy. */
  | { readonly kind: 'refused'; readonly status: number };

export interface ProxyAccess {
  /** Undefined when no proxies are set up at all; NOTHING_AVAILABLE (with retryAfterMs) when none fits. */
  lease(request: ProxyRequest): Promise<LeasedProxy | undefined>;
  giveBack(proxy: LeasedProxy, verdict: ProxyVerdict): Promise<void>;
}
