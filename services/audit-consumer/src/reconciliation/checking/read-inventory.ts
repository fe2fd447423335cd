import type { Inventory, InventoryAtOnce, InventorySnapshot } from '@box-office/inventory';

/** Attempts to read without a concurrent change. In a rush all fail, and the next check tries again. */
const MAX_ATTEMPTS = 3;

export interface InventoryReading {
  /** Null if Redis has no inventory of the event. */
  readonly snapshot: InventorySnapshot | null;
  /** Present if the snapshot and the read model that buyers see are of the same moment. */
  readonly consistent?: InventoryAtOnce;
}

/** Reads an event's inventory in one call or, if it is too large for that, page by page while nothing changes. */
export async function readInventory(inventory: Inventory, eventId: string): Promise<InventoryReading> {
  const atOnce = await inventory.snapshotAtOnce(eventId);
  if (atOnce) return { snapshot: atOnce.snapshot, consistent: atOnce };
  for (let attempt = 1; ; attempt++) {
    const before = await inventory.readAvailability(eventId);
    const snapshot = await inventory.snapshot(eventId);
    const [shown = null] = await inventory.availability([eventId]);
    const after = await inventory.readAvailability(eventId);
    if (!snapshot || before.kind !== 'counted' || after.kind !== 'counted') return { snapshot };
    // Every change shows in the generation or in the counts per ticket type.
    const isUnchanged =
      before.generation === after.generation &&
      snapshot.generation === after.generation &&
      JSON.stringify(before.event) === JSON.stringify(after.event);
    if (isUnchanged) return { snapshot, consistent: { snapshot, counted: after.event, shown } };
    if (attempt === MAX_ATTEMPTS) return { snapshot };
  }
}
