import { fromStripeAmount, type AmountMinor } from '@box-office/contract';

/** An amount of Stripe in ISO 4217's minor units; null if it is none, or its currency is not known. */
export function readAmount(amount: number, currency: string): AmountMinor | null {
  try {
    return fromStripeAmount(amount, currency);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
