/** Upper bounds of the latency classes, in ms: each is some 25 % above the previous one, and so is the error. */
const CLASSES_MS = [
  10, 13, 16, 20, 25, 32, 40, 50, 63, 80, 100, 125, 160, 200, 250, 320, 400, 500, 630, 800, 1_000, 1_250, 1_600, 2_000,
  2_500, 3_200, 4_000, 5_000, 6_300, 8_000, 10_000, 16_000, 32_000, 60_000, 300_000, 3_600_000,
] as const;
const MAX_MS = 3_600_000;

/** The class of a latency, by its upper bound in ms. Above an hour it counts as an hour. */
export const latencyClass = (latencyMs: number): number =>
  CLASSES_MS.find((atMostMs) => latencyMs <= atMostMs) ?? MAX_MS;

/**
 * A quantile of the latency.
 *
 * @param classes ascending
 * @param share 0.5 for the median
 * @returns the upper bound of its class in ms, or null if nothing was counted
 */
export function latencyQuantile(
  classes: readonly { readonly atMostMs: number; readonly purchases: number }[],
  share: number,
): number | null {
  const all = classes.reduce((sum, one) => sum + one.purchases, 0);
  let seen = 0;
  for (const { atMostMs, purchases } of classes) {
    seen += purchases;
    if (purchases > 0 && seen >= all * share) return atMostMs;
  }
  return null;
}
