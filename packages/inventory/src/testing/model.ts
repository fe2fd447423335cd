import type { EventDetails, OrderItem, SerialRange } from '@box-office/contract';
import type {
  ConfirmOutcome,
  GiveBackOutcome,
  Reservation,
  InventoryContents,
  ReleaseOutcome,
  ReleaseRequest,
  ReserveOutcome,
  ReserveRequest,
  SoldPurchase,
  TakeOverOutcome,
  TakeOverRequest,
  UpdateDetailsOutcome,
} from '../outcomes.js';

interface Purchase {
  userId: string;
  /** Present while it is reserved. */
  epoch?: number;
  items: SerialRange[];
}

const placesOf = (items: readonly SerialRange[]): string =>
  JSON.stringify(items.flatMap(({ ticketType, serials }) => serials.map((serial) => [ticketType, serial])).toSorted());

const ticketsOf = (items: readonly SerialRange[]): number =>
  items.reduce((sum, { serials }) => sum + serials.length, 0);

/** An inventory as one would write it with no thought of speed: purchases with their serials, and nothing derived kept. */
export function createModel(initial: EventDetails) {
  let details = initial;
  const purchases = new Map<string, Purchase>();
  const tombstones = new Map<string, number>();
  /** Highest serial handed out of each type since the last rebuild, as far as the total reaches. */
  const handedOut = new Map<string, number>();

  const totalOf = (type: string): number | undefined => details.ticketTypes.find(({ name }) => name === type)?.total;
  const ownerOf = (type: string, serial: number): string | undefined =>
    [...purchases].find(([, { items }]) =>
      items.some(({ ticketType, serials }) => ticketType === type && serials.includes(serial)),
    )?.[0];
  const owned = (type: string, held?: boolean): number[] =>
    [...purchases.values()]
      .filter(({ epoch }) => held === undefined || (epoch !== undefined) === held)
      .flatMap(({ items }) => items.filter(({ ticketType }) => ticketType === type).flatMap(({ serials }) => serials));
  const ticketsOfBuyer = (userId: string): number =>
    [...purchases.values()].filter((p) => p.userId === userId).reduce((sum, { items }) => sum + ticketsOf(items), 0);
  const hand = (type: string, serials: readonly number[]): void => {
    handedOut.set(type, Math.max(handedOut.get(type) ?? 0, ...serials));
  };

  /** The lowest serials without an owner: returned ones are always lower than those never handed out. */
  function lowestUnowned({ ticketType, quantity }: OrderItem): number[] {
    const serials: number[] = [];
    const taken = new Set(owned(ticketType));
    for (let serial = 1; serials.length < quantity; serial++) if (!taken.has(serial)) serials.push(serial);
    return serials;
  }

  function reserve({
    purchaseId,
    epoch,
    userId,
    items,
    complimentary,
    evenIfReleased,
  }: ReserveRequest): ReserveOutcome {
    const refused = (refusal: Extract<ReserveOutcome, { kind: 'refused' }>['refusal']): ReserveOutcome => ({
      kind: 'refused',
      refusal,
    });
    const known = purchases.get(purchaseId);
    if (known) {
      if (known.epoch !== undefined && known.epoch > epoch) return { kind: 'stale_epoch' };
      if (known.epoch !== undefined) known.epoch = epoch;
      return { kind: 'reserved', items: known.items };
    }
    const tombstone = tombstones.get(purchaseId) ?? -1;
    if (tombstone === Infinity || (tombstone >= epoch && !evenIfReleased)) return { kind: 'tombstoned' };
    const stranger = items.find(({ ticketType }) => totalOf(ticketType) === undefined);
    if (stranger) return refused({ reason: 'unknown_ticket_type', ticketType: stranger.ticketType });
    const needsNoSale = complimentary === true && details.status !== 'cancelled';
    if (details.status !== 'on_sale' && !needsNoSale) return refused({ reason: 'not_on_sale', cause: details.status });
    for (const { ticketType, quantity } of items) {
      const available = (totalOf(ticketType) ?? 0) - owned(ticketType).length;
      if (available === 0) return refused({ reason: 'sold_out', ticketType });
      if (quantity > available) return refused({ reason: 'not_enough_left', ticketType, available });
    }
    const [has, limit] = [ticketsOfBuyer(userId), details.limitPerBuyer];
    if (has + items.reduce((sum, { quantity }) => sum + quantity, 0) > limit) {
      return refused({ reason: 'over_buyer_limit', limit, held: has });
    }
    const taken = items.map((item) => ({ ticketType: item.ticketType, serials: lowestUnowned(item) }));
    for (const { ticketType, serials } of taken) hand(ticketType, serials);
    purchases.set(purchaseId, { userId, epoch, items: taken });
    return { kind: 'reserved', items: taken };
  }

  function takeOver({ holdId, purchaseId, epoch, userId }: TakeOverRequest): TakeOverOutcome {
    const known = purchases.get(purchaseId);
    if (known) {
      if (known.epoch !== undefined && known.epoch > epoch) return { kind: 'stale_epoch' };
      if (known.epoch !== undefined) known.epoch = epoch;
      return { kind: 'reserved', items: known.items };
    }
    if ((tombstones.get(purchaseId) ?? -1) >= epoch) return { kind: 'tombstoned' };
    const hold = purchases.get(holdId);
    if (hold?.epoch === undefined || hold.userId !== userId) return { kind: 'gone' };
    if (details.status !== 'on_sale') {
      return { kind: 'refused', refusal: { reason: 'not_on_sale', cause: details.status } };
    }
    purchases.delete(holdId);
    tombstones.set(holdId, Infinity);
    purchases.set(purchaseId, { ...hold, epoch });
    return { kind: 'reserved', items: hold.items };
  }

  function confirm({ purchaseId, userId, items }: SoldPurchase): ConfirmOutcome {
    const known = purchases.get(purchaseId);
    if (known && known.epoch === undefined) return { kind: 'sold' };
    if (tombstones.get(purchaseId) === Infinity) return { kind: 'given_back' };
    for (const { ticketType, serials } of items) {
      for (const serial of serials) {
        const owner = ownerOf(ticketType, serial);
        if (owner !== undefined && owner !== purchaseId) return { kind: 'conflict', ticketType, serial };
        if (owner === undefined && serial > (totalOf(ticketType) ?? 0)) return { kind: 'conflict', ticketType, serial };
      }
    }
    for (const { ticketType, serials } of items) hand(ticketType, serials);
    purchases.set(purchaseId, { userId, items: [...items] });
    return { kind: 'sold' };
  }

  function released(to: ReleaseRequest['to']): ReleaseOutcome {
    if (!to) return { kind: 'released' };
    return { kind: purchases.get(to.holdId)?.epoch === undefined ? 'gone' : 'returned' };
  }

  function release({ purchaseId, epoch, to }: ReleaseRequest): ReleaseOutcome {
    const known = purchases.get(purchaseId);
    if (known && known.epoch === undefined) return { kind: 'sold' };
    tombstones.set(purchaseId, Math.max(tombstones.get(purchaseId) ?? -1, epoch));
    if (known?.epoch !== undefined && known.epoch > epoch) return { kind: 'stale_epoch' };
    purchases.delete(purchaseId);
    if (known && to && !purchases.has(to.holdId) && placesOf(known.items) === placesOf(to.items)) {
      purchases.set(to.holdId, { ...known, epoch: to.epoch });
    }
    return released(to);
  }

  function giveBack({ purchaseId, items }: Pick<SoldPurchase, 'purchaseId' | 'items'>): GiveBackOutcome {
    const known = purchases.get(purchaseId);
    const left = (known?.items ?? [])
      .map(({ ticketType, serials }) => {
        const cancelled = items.filter((item) => item.ticketType === ticketType).flatMap((item) => item.serials);
        return { ticketType, serials: serials.filter((serial) => !cancelled.includes(serial)) };
      })
      .filter(({ serials }) => serials.length > 0);
    const tickets = ticketsOf(known?.items ?? []) - ticketsOf(left);
    if (known && tickets > 0) purchases.set(purchaseId, { userId: known.userId, items: left });
    if (left.length === 0) {
      purchases.delete(purchaseId);
      tombstones.set(purchaseId, Infinity);
    }
    return { kind: 'given_back', tickets };
  }

  function updateDetails(next: EventDetails): UpdateDetailsOutcome {
    for (const { name } of details.ticketTypes) {
      const total = next.ticketTypes.find((type) => type.name === name)?.total ?? 0;
      const lowestPossible = Math.max(0, ...owned(name));
      if (total < lowestPossible) return { kind: 'refused', ticketType: name, lowestPossible };
    }
    details = next;
    for (const { name, total } of details.ticketTypes) handedOut.set(name, Math.min(handedOut.get(name) ?? 0, total));
    return { kind: 'updated' };
  }

  /** What PostgreSQL would give to a rebuild. */
  function contents(): InventoryContents {
    const reservations: Reservation[] = [];
    const sales: SoldPurchase[] = [];
    for (const [purchaseId, { userId, epoch, items }] of purchases) {
      if (epoch === undefined) sales.push({ purchaseId, userId, items });
      else reservations.push({ purchaseId, userId, epoch, items });
    }
    return { reservations, sales };
  }

  return {
    reserve,
    takeOver,
    confirm,
    release,
    giveBack,
    updateDetails,
    contents,
    details: () => details,
    itemsOf: (purchaseId: string): readonly SerialRange[] => purchases.get(purchaseId)?.items ?? [],
    rebuilt: (): void => {
      for (const { name } of details.ticketTypes) handedOut.set(name, Math.max(0, ...owned(name)));
    },
    buyers: () =>
      new Map(
        [...new Set([...purchases.values()].map(({ userId }) => userId))].map(
          (id) => [id, ticketsOfBuyer(id)] as const,
        ),
      ),
    types: () =>
      details.ticketTypes.map(({ name, total }) => {
        const [held, sold, next] = [owned(name, true).length, owned(name, false).length, handedOut.get(name) ?? 0];
        const taken = new Set(owned(name));
        const free = Array.from({ length: next }, (_, i) => i + 1).filter((serial) => !taken.has(serial));
        return { name, total, next, held, sold, free };
      }),
  };
}

export type InventoryModel = ReturnType<typeof createModel>;
