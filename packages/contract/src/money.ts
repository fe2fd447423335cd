/** An amount in the currency's minor unit (cents, öre, yen); always an integer, never a float. */
export type AmountMinor = number;

/** A price or a sum: minor units with their ISO 4217 currency code. */
export interface Money {
  readonly amountMinor: AmountMinor;
  readonly currency: string;
}
