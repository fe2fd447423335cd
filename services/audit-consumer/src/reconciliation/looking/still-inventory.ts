import type { Inventory, InventorySnapshot } from '@box-office/inventory';
import type { StillInventory } from '../comparing/counts.js';

/** Tries at a moment in which nothing moves; in a rush there is none, and the next look may have more luck. */
const MOST_TRIES = 3;

export interface InventoryReading {
  /** Null if Redis has none. */
  readonly snapshot: InventorySnapshot | null;
  /** Present if nothing moved while it was read. */
  readonly still?: StillInventory;
}

/** Reads an event's inventory, if possible at a moment in which nothing moves. */
export async function readInventory(inventory: Inventory, eventId: string): Promise<InventoryReading> {
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
