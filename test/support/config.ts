const TEST_KEY = /^[rs]k_test_\w+$/;

/** The caller's key of Stripe's test mode. Any other one, above all a live key, is left alone. */
export function readStripeTestKey(): string | undefined {
  const key = process.env['STRIPE_SECRET_KEY'] ?? '';
  return TEST_KEY.test(key) ? key : undefined;
}
