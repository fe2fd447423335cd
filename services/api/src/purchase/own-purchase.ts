import type { PurchaseRow } from '@box-office/database';
import { callerOf, mayActFor, type GatewayContext } from '../http/context.js';
import { readPurchaseId } from './purchase-id.js';
import type { LookUpPurchase } from './purchase-lookup.js';

/** The purchase in the path if the caller may see it; else null. */
export async function ownPurchase(c: GatewayContext, lookUp: LookUpPurchase): Promise<PurchaseRow | null> {
  const id = readPurchaseId(c);
  const row = id === null ? undefined : await lookUp(id);
  return row !== undefined && mayActFor(callerOf(c), row.userId) ? row : null;
}
