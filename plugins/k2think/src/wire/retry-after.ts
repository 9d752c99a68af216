/** Header values by lower-case name, as Node and undici give them. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

export const headerOf = (headers: Headers, name: string): string | undefined => {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.[0];
};

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|[smhd]))+$/;

/** `6m0s`, `250ms`, `1.5s`: how OpenAI's own `x-ratelimit-reset-*` are written. */
function durationMs(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined;
  let sum = 0;
  for (const [, amount = '', unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g))
    sum += Number(amount) * (UNITS[unit] ?? 0);
  return sum;
}

const ASKED_NOTHING_MS = 1_000;

/** When a limit that is used up is there again; the later of requests and tokens. */
function resetMs(headers: Headers): number | undefined {
  const waits = ['requests', 'tokens'].flatMap((of) => {
    if (headerOf(headers, `x-ratelimit-remaining-${of}`)?.trim() !== '0') return [];
    const text = headerOf(headers, `x-ratelimit-reset-${of}`)?.trim().toLowerCase() ?? '';
    return durationMs(/^\d{1,6}(?:\.\d+)?$/.test(text) ? `${text}s` : text) ?? [];
  });
  return waits.length === 0 ? undefined : Math.max(ASKED_NOTHING_MS, ...waits);
}

/**
 * How long the service asks to wait, in ms: `retry-after-ms`, else `retry-after` in seconds, as a date (RFC 9110) or with a
 * unit, else until a limit is there again that it says is used up. Undefined when it does not say, or nothing that can be read. A wait of nothing, after a refusal, is a second.
 */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const exact = Number(headerOf(headers, 'retry-after-ms')?.trim() || Number.NaN);
  if (Number.isFinite(exact) && exact >= 0) return exact || ASKED_NOTHING_MS;
  const text = headerOf(headers, 'retry-after')?.trim() ?? '';
  if (text === '') return resetMs(headers);
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1_000 || ASKED_NOTHING_MS;
  const duration = durationMs(text.toLowerCase());
  if (duration !== undefined) return duration || ASKED_NOTHING_MS;
  // `Date.parse` takes negative numbers and much else for a year.
  const date = /[a-z]{3}|\d{4}-\d{2}-\d{2}/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(ASKED_NOTHING_MS, date - now);
}
