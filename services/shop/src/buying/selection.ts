import { MAX_ITEMS_PER_PURCHASE, MAX_TICKETS_PER_PURCHASE } from '@box-office/contract';
import type { FieldError } from '@box-office/ui';
import type { Event } from '@box-office/web';
import type { Words } from '../texts/languages.js';

const QUANTITY = 'quantity.';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The fields of a form or a query by name. */
export type Fields = Readonly<Record<string, unknown>>;

export const quantityName = (ticketType: string): string => QUANTITY + ticketType;
export const quantityId = (index: number): string => `quantity-${index}`;

/** A form's idempotency key; undefined if it is none of ours. */
export const keyIn = (fields: Fields): string | undefined =>
  typeof fields['key'] === 'string' && UUID.test(fields['key']) ? fields['key'] : undefined;

/** How many tickets of each type a form asks for, as it was filled in. */
export function quantitiesIn(fields: Fields, event: Event): ReadonlyMap<string, number> {
  const quantities = new Map(
    event.ticketTypes.map(({ name }) => [name, Number(fields[quantityName(name)] ?? 0)] as const),
  );
  for (const [button, change] of [
    ['less', -1],
    ['more', 1],
  ] as const) {
    const pressed = fields[button];
    const name = typeof pressed === 'string' ? pressed.slice(QUANTITY.length) : '';
    const before = quantities.get(name);
    if (before !== undefined) quantities.set(name, Math.min(maxOf(event, name), Math.max(0, (before || 0) + change)));
  }
  return quantities;
}

/** Most tickets of one order. */
const limitOf = ({ limitPerBuyer }: Event): number => Math.min(limitPerBuyer, MAX_TICKETS_PER_PURCHASE);

/** The most that can be asked for: the limit, or what is left. */
export function maxOf(event: Event, ticketType: string): number {
  const limit = limitOf(event);
  return Math.min(limit, event.ticketTypes.find(({ name }) => name === ticketType)?.available ?? limit);
}

/** What is wrong with the quantities, field by field. */
export function faultsIn(quantities: ReadonlyMap<string, number>, event: Event, { t }: Pick<Words, 't'>): FieldError[] {
  const limit = limitOf(event);
  const faults = [...quantities.values()].flatMap((quantity, i) =>
    Number.isInteger(quantity) && quantity >= 0 && quantity <= limit
      ? []
      : [{ id: quantityId(i), text: t.errors.quantity(limit) }],
  );
  const chosen = [...quantities.values()].filter((quantity) => quantity > 0);
  const sum = chosen.reduce((total, quantity) => total + quantity, 0);
  const atFirst = (text: string): FieldError[] => [{ id: quantityId(0), text }];
  if (faults.length > 0) return faults;
  if (sum === 0) return atFirst(t.errors.chooseOne);
  if (chosen.length > MAX_ITEMS_PER_PURCHASE) return atFirst(t.errors.kinds(MAX_ITEMS_PER_PURCHASE));
  return sum > limit ? atFirst(t.errors.overLimit(limit)) : [];
}
