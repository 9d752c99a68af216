/** Limits of one account: an exact sliding window, reserved when picked and corrected when finished. */
export interface RateLimits {
  readonly limit: number;
  readonly windowMs: number;
  readonly cooldownMs: number;
}
