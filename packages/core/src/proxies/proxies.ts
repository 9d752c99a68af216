/** A way out to the network, leased like an account. */
export interface LeasedProxy {
  readonly id: string;
  /** `http://` or `socks5://`, credentials included: a secret. */
  readonly url: string;
  /** ISO 3166-1 alpha-2; null when not known. */
  readonly country: string | null;
  readonly fence: number;
}

export interface ProxyRequest {
  readonly holder: string;
  readonly ttlMs: number;
  readonly country?: string;
  /** Where it leads: a ban holds for one target. */
  readonly target: string;
}

/** `ok` clears its failures; `failed` cools it down, longer each time; `banned` keeps it from this target. */
export type ProxyVerdict = 'ok' | 'failed' | 'banned';

/** Leasable, health-checked ways out. NOTHING_AVAILABLE (with retryAfterMs) when none fits. */
export interface Proxies {
  lease(request: ProxyRequest): Promise<LeasedProxy>;
  giveBack(proxy: LeasedProxy, verdict: ProxyVerdict): Promise<void>;
}
