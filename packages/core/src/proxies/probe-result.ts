import type { ProxyFaultKind } from './proxy-record.ts';

/** What one try of a proxy came to. `kind` is null when it works. */
export interface ProbeResult {
  readonly kind: ProxyFaultKind | null;
  /** For people; holds no credentials. */
  readonly detail: string;
  readonly exitAddress: string | null;
  readonly exitCountry: string | null;
}

export const works = (detail: string, exit: Partial<Pick<ProbeResult, 'exitAddress' | 'exitCountry'>> = {}): ProbeResult => ({
  kind: null,
  detail,
  exitAddress: null,
  exitCountry: null,
  ...exit,
});

export const isFaulty = (kind: ProxyFaultKind, detail: string): ProbeResult => ({
  kind,
  detail,
  exitAddress: null,
  exitCountry: null,
});

const REFUSED: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
]);
const TIMEOUTS: ReadonlySet<string> = new Set([
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name cannot be looked up now',
  EHOSTUNREACH: 'its machine cannot be reached',
  ENETUNREACH: 'its network cannot be reached',
};

/** The statuses that proxy-chain, and proxies built with it, give for what failed behind them. */
export function ofProxyStatus(status: number): ProbeResult | undefined {
  if (status === 407 || status === 597) return isFaulty('auth', `it refuses the credentials (${status})`);
  if (status === 594) return isFaulty('refused', 'nothing listens there');
  if (status === 593) return isFaulty('refused', 'its name is not known');
  if (status >= 590 && status <= 599) return isFaulty('upstream', `what is behind it failed (${status})`);
  return undefined;
}

/** Classifies what a client library threw; looks through its causes. */
export function ofError(thrown: unknown): ProbeResult {
  const chain: { readonly code: string; readonly message: string }[] = [];
  for (let error: unknown = thrown; error instanceof Error && chain.length < 5; error = error.cause) {
    const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
    chain.push({ code, message: error.message });
  }
  const codes = chain.map(({ code }) => code);
  const text = chain.map(({ message }) => message).join(' ');
  if (/\b407\b/.test(text)) return isFaulty('auth', 'it refuses the credentials (407)');
  const status = /\((\d{3})\) !== 200/.exec(text)?.[1];
  if (status !== undefined)
    return ofProxyStatus(Number(status)) ?? isFaulty('upstream', `it answers ${status} to the wish for a tunnel`);
  const refused = codes.find((code) => REFUSED.has(code));
  if (refused !== undefined) return isFaulty('refused', WORDS[refused] ?? refused);
  if (codes.some((code) => TIMEOUTS.has(code))) return isFaulty('timeout', 'it does not answer in time');
  if (codes.some((code) => code.startsWith('HPE_') || /HTTPParser|ERR_SSL|EPROTO/.test(code))) {
    return isFaulty('not-a-proxy', 'what answers there speaks another language');
  }
  if (codes.some((code) => /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code)))
    return isFaulty('upstream', 'its certificate cannot be trusted');
  return isFaulty('upstream', codes.find((code) => /^E[A-Z]+$/.test(code)) ?? 'the connection broke off');
}
