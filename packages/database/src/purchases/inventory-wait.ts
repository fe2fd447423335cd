/** Whether to wait for an inventory that another transaction has locked. If not, its purchases have no result. */
export interface InventoryWait {
  readonly waits: boolean;
}

/** For a statement that waited, and found no inventory at all. */
export const withoutInventory = (purchaseId: string): Error =>
  new Error(`the event of purchase ${purchaseId} has no inventory`);
