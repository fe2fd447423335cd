import { MAX_ITEMS_PER_PURCHASE, type OrderItem, type SerialRange } from '@box-office/contract';

/** Most purchases in one call: keeps a script in the low milliseconds, during which Redis serves no other client. */
export const MAX_PURCHASES_PER_CALL = 200;

/** Most serials of one purchase in one call. */
const MAX_SERIALS_PER_PURCHASE = 1_000;

const HALF_SURROGATE_IN_JSON = /\\ud[89a-f]/i;

/**
 * JSON that the parser within Redis accepts. It refuses half a surrogate pair, which a request may contain: one such
 * name would fail the whole list, so it becomes U+FFFD as in UTF-8 and matches nothing.
 */
export function toWire(value: unknown): string {
  const json = JSON.stringify(value);
  if (!HALF_SURROGATE_IN_JSON.test(json)) return json;
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'string' ? part.replace(/\p{Surrogate}/gu, '\ufffd') : part,
  );
}

/** The one place where a script's reply becomes a type; outcomes.ts and the headers of the scripts say the same. */
export function fromWire<Reply extends { readonly kind: string }>(reply: unknown): Reply {
  if (typeof reply !== 'string') throw new TypeError(`the script answered ${typeof reply} instead of JSON`);
  const parsed: unknown = JSON.parse(reply);
  if (typeof parsed !== 'object' || parsed === null || !('kind' in parsed)) {
    throw new TypeError('the script answered something without a kind');
  }
  return parsed as Reply;
}

/** @throws RangeError for a list that is longer than one call may be */
export function checkLength(list: readonly unknown[]): void {
  if (list.length > MAX_PURCHASES_PER_CALL) {
    throw new RangeError(`${list.length} purchases in one call; at most ${MAX_PURCHASES_PER_CALL}`);
  }
}

/** @throws RangeError for a generation that PostgreSQL cannot have named */
export function checkGeneration(generation: number): void {
  if (!Number.isSafeInteger(generation) || generation < 0) throw new RangeError(`unusable generation: ${generation}`);
}

/** @throws RangeError for an epoch that is no natural number */
export function checkEpoch(epoch: number): void {
  if (!Number.isSafeInteger(epoch) || epoch < 0) throw new RangeError(`unusable epoch: ${epoch}`);
}

/** @throws RangeError for items that ask for nothing, for parts of a ticket or for more than a purchase may name */
export function checkItems(items: readonly OrderItem[]): void {
  if (items.length < 1 || items.length > MAX_ITEMS_PER_PURCHASE) throw new RangeError(`${items.length} items`);
  for (const { quantity } of items) {
    if (!Number.isInteger(quantity) || quantity < 1 || quantity > MAX_SERIALS_PER_PURCHASE) {
      throw new RangeError(`unusable quantity: ${quantity}`);
    }
  }
}

/** @throws RangeError for an item without serials (an empty list does not survive Lua), too many, or one below 1 */
export function checkSerials(items: readonly SerialRange[]): void {
  let count = 0;
  for (const { serials } of items) {
    count += serials.length;
    if (serials.length === 0 || !serials.every((serial) => Number.isSafeInteger(serial) && serial >= 1)) {
      throw new RangeError(`unusable serials: ${serials.join(', ')}`);
    }
  }
  if (count < 1 || count > MAX_SERIALS_PER_PURCHASE) throw new RangeError(`${count} serials in one purchase`);
}
