/** How long an answer took, for people: `612 ms`, `2.9 s`. */
export const latencyText = (ms: number): string => (ms < 999.5 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`);
