import type { Inventory, InventoryAtOnce, InventorySnapshot } from '@box-office/inventory';

/** Tries at a moment in which nothing moves; in a rush there is none, and the next look may have more luck. */
const MOST_TRIES = 3;

export interface InventoryReading {
  /** Null if Redis has none. */
  readonly snapshot: InventorySnapshot | null;
  /** Present if all of it is of one moment. */
  readonly still?: InventoryAtOnce;
}

/** Reads an event's inventory: at once, or, where it is too large for that, at a moment in which nothing moves. */
export async function readInventory(inventory: Inventory, eventId: string): Promise<InventoryReading> {
  const atOnce = await inventory.snapshotAtOnce(eventId);
  if (atOnce) return { snapshot: atOnce.snapshot, still: atOnce };
  for (let tries = 1; ; tries++) {
    const before = await inventory.look(eventId);
    const snapshot = await inventory.snapshot(eventId);
    const [shown = null] = await inventory.availability([eventId]);
    const after = await inventory.look(eventId);
    if (!snapshot || before.kind !== 'counted' || after.kind !== 'counted') return { snapshot };
    // What is held and sold of each type, the generation: a change of anything shows in these.
    const isStill =
      before.generation === after.generation &&
      snapshot.generation === after.generation &&
      JSON.stringify(before.event) === JSON.stringify(after.event);
    if (isStill) return { snapshot, still: { snapshot, counted: after.event, shown } };
    if (tries === MOST_TRIES) return { snapshot };
  }
}
