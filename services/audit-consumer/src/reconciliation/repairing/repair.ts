import {
  correctLedger,
  decideFindings,
  findEvent,
  findMissingMessages,
  findOwners,
  findPurchases,
  recomputeCapacity,
} from '@box-office/database';
import { confirmSales, publishDetails, rewriteReadModels, withUsableInventory } from '@box-office/inventory-sync';
import type { DueRepair } from '../confirm-findings.js';
import type { ReconciliationDeps } from '../deps.js';
import type { Repair } from '../discrepancy.js';
import { startDetachedPurchase } from '../recovering/recover-purchases.js';
import { cancelTickets } from './cancel-tickets.js';
import { rebuildInventory } from './rebuild-inventory.js';
import { gone, handedOver, repaired, type RepairResult } from './repair-result.js';
import { rewriteReadModelsOfEvent } from './rewrite-read-models.js';
import { voidOrRefund } from './void-or-refund.js';

/** Repairs one finding and records the result. Each repair checks again what it changes, and may be repeated. */
export async function repairFinding(deps: ReconciliationDeps, due: DueRepair): Promise<RepairResult> {
  const result = await execute(deps, due);
  const [decided = result] = await decideFindings(deps.pool, [{ findingId: due.findingId, ...result }]);
  return { status: decided.status, action: decided.action };
}

function execute(deps: ReconciliationDeps, { repair, findingId, eventId }: DueRepair): Promise<RepairResult> {
  if (repair.kind === 'void_or_refund') return voidOrRefund(deps, repair, findingId);
  if (repair.kind === 'cancel_tickets') return cancelTickets(deps, repair, findingId);
  if (repair.kind === 'republish') return republish(deps, repair);
  if (repair.kind === 'recover') return recoverPurchase(deps, repair.purchaseId);
  if (eventId === null) throw new Error(`finding ${findingId} has no event, which its repair needs`);
  switch (repair.kind) {
    case 'release':
      return release(deps, eventId, repair);
    case 'confirm_sale':
      return confirmSale(deps, eventId, repair.purchaseId);
    case 'rebuild_inventory':
      return rebuild(deps, eventId, repair);
    case 'publish_details':
      return publishEventDetails(deps, eventId);
    case 'correct_ledger':
      return addCorrection(deps, { findingId, eventId, purchaseId: repair.purchaseId });
    case 'recompute_capacity':
      return setCapacity(deps, eventId);
    case 'rewrite_read_model':
      return rewriteReadModels(deps, [repair]).then(() => repaired(`${repair.key} was rewritten from PostgreSQL`));
    case 'rewrite_all_read_models':
      return rewriteReadModelsOfEvent(deps, eventId).then(({ rewritten }) =>
        repaired(`${rewritten} read models were rewritten from PostgreSQL`),
      );
    case 'hand_over':
      return Promise.resolve(handedOver('an operator has to decide: there is no automatic repair'));
  }
}

async function release(
  deps: ReconciliationDeps,
  eventId: string,
  { owner, epoch }: Extract<Repair, { kind: 'release' }>,
): Promise<RepairResult> {
  const { reply } = await withUsableInventory(deps, eventId, (current) =>
    deps.inventory.release(eventId, current, [{ purchaseId: owner, epoch }]),
  );
  const [outcome] = reply.outcomes;
  return outcome?.kind === 'released' ? repaired('the serials were released') : gone;
}

async function confirmSale(deps: ReconciliationDeps, eventId: string, purchaseId: string): Promise<RepairResult> {
  const purchases = await findPurchases(deps.pool, [purchaseId]);
  if (purchases[0]?.status !== 'confirmed') return gone;
  if (await confirmSales(deps, eventId, purchases)) return repaired('the sale was recorded in Redis');
  const [current] = await findPurchases(deps.pool, [purchaseId]);
  if (current?.status !== 'confirmed') return gone;
  // Redis has the purchase as released and refuses every confirmation. Only a rebuild from PostgreSQL overrides that.
  const cause = 'a confirmed sale was released in Redis';
  return rebuild(deps, eventId, { seen: current.generation, cause });
}

async function rebuild(
  deps: ReconciliationDeps,
  eventId: string,
  { seen, cause }: { readonly seen: number; readonly cause: string },
): Promise<RepairResult> {
  const generation = await rebuildInventory(deps, { eventId, seen, cause: `reconciliation: ${cause}` });
  if (generation === 'contradicted') {
    return handedOver(
      'an operator has to decide about the tickets in the serial_mismatch findings of this event first',
    );
  }
  return generation === null ? gone : repaired(`the inventory was rebuilt as generation ${generation}`);
}

async function publishEventDetails(deps: ReconciliationDeps, eventId: string): Promise<RepairResult> {
  const details = await findEvent(deps.pool, eventId);
  if (!details) return gone;
  const { kind } = await publishDetails(deps, details);
  if (kind === 'updated') return repaired('the event details and counts were written to Redis');
  if (kind === 'expired') return gone;
  if (kind === 'outdated' && (await findEvent(deps.pool, eventId))?.revision !== details.revision) return gone;
  // Redis has a revision or serials that PostgreSQL does not have, so more than the details is wrong.
  const { generation } = await withUsableInventory(deps, eventId, async () => ({ kind: 'usable' }) as const);
  const cause = kind === 'outdated' ? 'its details were never committed' : 'it had serials above the total';
  return rebuild(deps, eventId, { seen: generation, cause });
}

async function republish(
  deps: ReconciliationDeps,
  { purchaseId, messageId }: Extract<Repair, { kind: 'republish' }>,
): Promise<RepairResult> {
  const missing = (await findMissingMessages(deps.pool, [purchaseId])).filter((one) => one.messageId === messageId);
  if (missing.length === 0) return gone;
  await deps.publisher.publish(missing);
  return repaired('the same message was published again');
}

async function recoverPurchase(deps: ReconciliationDeps, purchaseId: string): Promise<RepairResult> {
  const [owned] = await findOwners(deps.pool, [purchaseId]);
  if (!owned) return gone;
  const started = await startDetachedPurchase(deps, owned);
  return repaired(started ? 'a new workflow continues the purchase' : 'a workflow continues the purchase already');
}

async function addCorrection(
  deps: ReconciliationDeps,
  o: { readonly findingId: string; readonly eventId: string; readonly purchaseId: string | null },
): Promise<RepairResult> {
  const change = await correctLedger(deps.pool, o);
  return change === 0 ? gone : repaired(`a ledger line of ${change > 0 ? '+' : ''}${change} was added`);
}

async function setCapacity(deps: ReconciliationDeps, eventId: string): Promise<RepairResult> {
  const capacity = await recomputeCapacity(deps.pool, eventId);
  return capacity === null ? gone : repaired(`events.capacity was set to ${capacity}`);
}
