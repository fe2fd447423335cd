import { formatMoney, grossOf, type EventDetails, type Fee, type TicketTypeDetails } from '@box-office/contract';
import type { Fault } from '@box-office/database';
import { whyNotChargeable } from '@box-office/payments';
import type { z } from '@hono/zod-openapi';
import type { eventChangesBody } from './schema.js';

type Given = Pick<z.output<typeof eventChangesBody>, 'ticketTypes' | 'purchaseFee' | 'refundRules'>;
type GivenType = NonNullable<Given['ticketTypes']>[number];
type GivenPrice = Pick<GivenType, 'priceMinor' | 'netPriceMinor' | 'taxRatePpm'>;

/** What an event costs, and what of that goes back. */
type Prices = Pick<EventDetails, 'ticketTypes' | 'purchaseFee' | 'refundRules'>;

/**
 * Prices, fees and refund rules as they are stored: what a buyer pays, tax included. What the body leaves out stays.
 * Refuses amounts that the payment provider cannot charge; those that were set before are not checked again.
 */
export function resolvePrices(
  given: Given,
  currency: string,
  before: Prices,
): { readonly prices: Prices; readonly faults: readonly Fault[] } {
  const faults: Fault[] = [];
  const resolve = (price: GivenPrice, path: string): Fee => {
    const resolved = priceOf(price);
    if (typeof resolved !== 'string') return resolved;
    faults.push({ path: path + fieldOf(price), message: resolved });
    return { priceMinor: 0 };
  };
  const resolveFee = (price: GivenPrice | null, path: string): Fee | undefined => {
    const fee = price === null ? undefined : resolve(price, path);
    return fee?.priceMinor === 0 ? undefined : fee;
  };
  const ticketTypes = given.ticketTypes?.map(({ name, total, fee: givenFee, ...price }, i): TicketTypeDetails => {
    const known = before.ticketTypes.find((type) => type.name === name);
    const taxRatePpm = price.taxRatePpm ?? known?.taxRatePpm ?? 0;
    const { priceMinor, ...tax } = resolve({ ...price, taxRatePpm }, `ticketTypes.${i}.`);
    const fee = givenFee === undefined ? known?.fee : resolveFee(givenFee, `ticketTypes.${i}.fee.`);
    return { name, priceMinor, total, ...tax, ...(fee && { fee }) };
  });
  const purchaseFee =
    given.purchaseFee === undefined ? before.purchaseFee : resolveFee(given.purchaseFee, 'purchaseFee.');
  const refundRules = given.refundRules === undefined ? before.refundRules : rulesOf(given.refundRules);
  const prices = {
    ticketTypes: ticketTypes ?? before.ticketTypes,
    ...(purchaseFee && { purchaseFee }),
    ...(refundRules && { refundRules }),
  };
  return { prices, faults: faults.length > 0 ? faults : faultsInAmounts(prices, before, currency) };
}

const fieldOf = ({ netPriceMinor }: GivenPrice): string =>
  netPriceMinor === undefined ? 'priceMinor' : 'netPriceMinor';

/** A price with its tax, or what is wrong with it. */
function priceOf({ priceMinor, netPriceMinor, taxRatePpm = 0 }: GivenPrice): Fee | string {
  const tax = taxRatePpm > 0 && { taxRatePpm };
  if (netPriceMinor === undefined) {
    if (priceMinor !== undefined) return { priceMinor, ...tax };
    return 'Give `priceMinor`, which includes the tax, or `netPriceMinor`, which does not.';
  }
  const grossMinor = grossOf(netPriceMinor, taxRatePpm);
  // An event that was read can be sent back as it is.
  if (priceMinor !== undefined && priceMinor !== grossMinor) {
    return `With the tax this is ${grossMinor}, not ${priceMinor}. Leave \`priceMinor\` out, or \`netPriceMinor\`.`;
  }
  return { priceMinor: grossMinor, ...tax, netPriceMinor };
}

/** Rules that keep nothing are none. */
function rulesOf(given: NonNullable<Given['refundRules']> | null): Prices['refundRules'] {
  if (given === null) return undefined;
  const { keepsFees, withheldPpm, withheldMinor } = given;
  if (!keepsFees && withheldPpm === 0 && withheldMinor === 0) return undefined;
  return {
    ...(keepsFees && { keepsFees }),
    ...(withheldPpm > 0 && { withheldPpm }),
    ...(withheldMinor > 0 && { withheldMinor }),
  };
}

/** The smallest purchase is one ticket with its fees. */
function faultsInAmounts(prices: Prices, before: Prices, currency: string): Fault[] {
  const partsOf = ({ purchaseFee }: Prices, { priceMinor, fee }: TicketTypeDetails): readonly number[] => [
    priceMinor,
    fee?.priceMinor ?? 0,
    purchaseFee?.priceMinor ?? 0,
  ];
  return prices.ticketTypes.flatMap((type, i): Fault[] => {
    const known = before.ticketTypes.find(({ name }) => name === type.name);
    const parts = partsOf(prices, type);
    if (known && String(partsOf(before, known)) === String(parts)) return [];
    const message = faultIn(parts, currency);
    return message === null ? [] : [{ path: `ticketTypes.${i}.${fieldOf(type)}`, message }];
  });
}

function faultIn(parts: readonly number[], currency: string): string | null {
  for (const amount of parts) {
    const why = whyNotChargeable(amount, currency);
    if (why?.kind !== 'between_steps') continue;
    const [shown, step] = [formatMoney(amount, currency), formatMoney(why.stepMinor, currency)];
    return `The payment provider cannot charge ${shown}: use a multiple of ${step}.`;
  }
  const charged = parts.reduce((sum, part) => sum + part, 0);
  const why = whyNotChargeable(charged, currency);
  const shown = formatMoney(charged, currency);
  switch (why?.kind) {
    case 'below_minimum':
      return `The payment provider charges at least ${formatMoney(why.minimumMinor, currency)}; ${shown} is less. 0 is free.`;
    case 'above_maximum':
      return `The payment provider charges at most ${formatMoney(why.maximumMinor, currency)}; ${shown} is more.`;
    default:
      return null;
  }
}
