/** One call that did not end well, or was moved to another account. */
export interface Trouble {
  readonly at: number;
  readonly account: string | undefined;
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

export interface GatewayCounts {
  readonly calls: number;
  readonly answered: number;
  readonly streamed: number;
  /** Calls that ended with an error of ours or of the service. */
  readonly failed: number;
  readonly hungUp: number;
  /** Times that a call was moved to another account. */
  readonly moved: number;
  /** 429 of the service. */
  readonly rateLimitHits: number;
  readonly tokens: number;
}

/** What the gateway did since it was opened; never what was said. */
export interface GatewayLog {
  count(name: keyof GatewayCounts, by?: number): void;
  trouble(trouble: Trouble): void;
  counts(): GatewayCounts;
  /** The newest first. */
  troubles(): readonly Trouble[];
}

const KEPT = 50;

export function createGatewayLog(): GatewayLog {
  const counts = { calls: 0, answered: 0, streamed: 0, failed: 0, hungUp: 0, moved: 0, rateLimitHits: 0, tokens: 0 };
  const troubles: Trouble[] = [];
  return {
    count(name, by = 1) {
      counts[name] += by;
    },
    trouble(trouble) {
      troubles.unshift(trouble);
      if (troubles.length > KEPT) troubles.pop();
    },
    counts: () => ({ ...counts }),
    troubles: () => troubles,
  };
}
