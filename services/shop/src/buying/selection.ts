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

/** The most that can be asked for: the limit per buyer, or what is left. */
export function maxOf(event: Event, ticketType: string): number {
  const available = event.ticketTypes.find(({ name }) => name === ticketType)?.available ?? event.limitPerBuyer;
  return Math.min(event.limitPerBuyer, available);
}

/** What is wrong with the quantities, field by field. */
export function faultsIn(quantities: ReadonlyMap<string, number>, event: Event, { t }: Pick<Words, 't'>): FieldError[] {
  const faults = [...quantities.values()].flatMap((quantity, i) =>
    Number.isInteger(quantity) && quantity >= 0 && quantity <= event.limitPerBuyer
      ? []
      : [{ id: quantityId(i), text: t.errors.quantity(event.limitPerBuyer) }],
  );
  const sum = [...quantities.values()].reduce((total, quantity) => total + quantity, 0);
  if (faults.length > 0) return faults;
  if (sum === 0) return [{ id: quantityId(0), text: t.errors.chooseOne }];
  return sum > event.limitPerBuyer ? [{ id: quantityId(0), text: t.errors.overLimit(event.limitPerBuyer) }] : [];
}
