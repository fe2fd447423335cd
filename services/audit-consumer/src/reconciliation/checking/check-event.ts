import { isPastRedis, type FindingKind } from '@box-office/contract';
import type { InventorySnapshot } from '@box-office/inventory';
import {
  findMissingMessages,
  listEventPurchases,
  readEventRecord,
  type DueEvent,
  type EventRecord,
  type Checkpoint,
} from '@box-office/database';
import { findWrongReadModels, type WrongReadModel } from '@box-office/inventory-sync';
import { compareCounts } from '../comparing/counts.js';
import {
  compareAdmissions,
  compareCapacity,
  compareContradictions,
  compareLines,
  lacksLines,
  missingMessages,
  removedLines,
} from '../comparing/database.js';
import { compareDetails, compareUsability } from '../comparing/event-details.js';
import { compareOwners } from '../comparing/owners.js';
import { wrongReadModels } from '../comparing/read-models.js';
import type { ReconciliationDeps } from '../deps.js';
import { discrepancyKey, type Discrepancy } from '../discrepancy.js';
import { checkPayments } from './check-payments.js';
import { readInventory } from './read-inventory.js';
import type { Throttle } from './throttle.js';

/** Purchases whose read models are compared at once. */
const PURCHASES_PER_PAGE = 200;
/** Unchanged purchases of an event that is not small are checked at this interval. */
const COMPLETE_CHECK_INTERVAL_MS = 60 * 60 * 1000;
/** A row carries the start time of its transaction, and becomes visible only at the commit. */
const OVERLAP_MS = 15_000;

/** What one check of an event showed. */
export interface EventCheck {
  readonly checkpoint: Checkpoint;
  readonly discrepancies: readonly Discrepancy[];
  /** Kinds that were compared completely: only a finding of one of these can be gone. */
  readonly comparedKinds: readonly FindingKind[];
  /** Purchases that were not compared, because they are in progress. */
  readonly underWay: ReadonlySet<string>;
}

/** A comparison, and whether it covered everything. If not, the event is checked again soon. */
interface Comparison {
  readonly discrepancies: Discrepancy[];
  readonly isComplete: boolean;
}

interface InventoryComparison extends Comparison {
  /** Whether the owners of serials were compared. */
  readonly hasOwners: boolean;
}

/**
 * Compares everything that the stores have of one event. One check proves nothing: work in progress shows as a
 * discrepancy too.
 *
 * @param o.complete also compare what did not change since the last check
 * @param o.throttle pauses between pages; the pauses do not count as work
 * @returns null if the event does not exist
 */
export async function checkEvent(
  deps: ReconciliationDeps,
  due: DueEvent,
  o: { readonly complete: boolean; readonly throttle: Throttle },
): Promise<EventCheck | null> {
  const startedMs = performance.now();
  const { eventId } = due;
  const isCompleteDue = o.complete || isCompleteCheckDue(due) || due.isRebuilt;
  const record = await readEventRecord(deps.pool, { eventId, complete: isCompleteDue });
  if (!record) return null;
  const { complete } = record;

  let pausedMs = 0;
  const throttle: Throttle = async (sinceMs) => (pausedMs += await o.throttle(sinceMs));
  const inventory = await compareInventory(deps, record);
  const messages = await compareMessages(deps, record);
  const changedSince = complete ? null : withOverlap(due.checkedAt);
  const readModels = await checkReadModels(deps, { eventId, changedSince, throttle });
  const paymentsChangedSince = o.complete ? null : withOverlap(due.checkedAt);
  const payments = await checkPayments(deps, { eventId, changedSince: paymentsChangedSince, throttle });
  const discrepancies = [
    ...compareCapacity(record),
    ...compareLines(record),
    ...compareContradictions(record),
    ...compareAdmissions(record),
    ...inventory.discrepancies,
    ...messages.discrepancies,
    ...readModels,
    ...payments,
  ];
  const isFinished =
    discrepancies.length === 0 &&
    record.underWay.size === 0 &&
    !record.building &&
    inventory.isComplete &&
    messages.isComplete;
  const checkpoint: Checkpoint = {
    eventId,
    checkedAt: record.readAt,
    tookMs: Math.round(performance.now() - startedMs - pausedMs),
    complete,
    unfinished: !isFinished,
  };
  const comparedKinds: FindingKind[] = [
    ...(['duplicate', 'invalid_admission'] as const),
    ...(messages.isComplete ? (['missing_message'] as const) : []),
    ...(inventory.hasOwners ? (['lost_hold', 'orphaned_hold'] as const) : []),
    ...(inventory.isComplete ? (['capacity_wrong'] as const) : []),
    ...(inventory.hasOwners && complete ? (['serial_mismatch'] as const) : []),
    ...(inventory.isComplete && complete ? (['wrong_read_model'] as const) : []),
  ];
  return { checkpoint, discrepancies, comparedKinds, underWay: record.underWay };
}

function isCompleteCheckDue({ completedAt }: DueEvent): boolean {
  const lastMs = completedAt === null ? 0 : Date.parse(completedAt);
  return Date.now() - lastMs > COMPLETE_CHECK_INTERVAL_MS;
}

/** The instant from which changes are read again; null for all. */
const withOverlap = (checkedAt: string | null): string | null =>
  checkedAt === null ? null : new Date(Date.parse(checkedAt) - OVERLAP_MS).toISOString();

async function compareInventory(deps: ReconciliationDeps, record: EventRecord): Promise<InventoryComparison> {
  if (record.building) return { discrepancies: [], isComplete: false, hasOwners: false };
  const { snapshot, consistent } = await readInventory(deps.inventory, record.details.id);
  // The inventory of an event that ended long ago has expired in Redis and must not be rebuilt.
  if (!snapshot && isPastRedis(record.details)) return { discrepancies: [], isComplete: true, hasOwners: true };
  const unusable = compareUsability(record, snapshot);
  if (!snapshot || unusable.length > 0) return { discrepancies: unusable, isComplete: false, hasOwners: false };
  return {
    discrepancies: [
      ...(await compareOwnersTwice(deps, record, snapshot)),
      ...compareDetails(record, snapshot),
      ...(consistent ? compareCounts(record, consistent) : []),
    ],
    isComplete: consistent !== undefined,
    hasOwners: true,
  };
}

/**
 * A discrepancy counts only if it shows against PostgreSQL both before and after the inventory was read: in a rush,
 * purchases are confirmed and settled between the two reads.
 */
async function compareOwnersTwice(
  deps: ReconciliationDeps,
  before: EventRecord,
  snapshot: InventorySnapshot,
): Promise<Discrepancy[]> {
  const discrepancies = compareOwners(before, snapshot);
  if (discrepancies.length === 0) return [];
  const after = await readEventRecord(deps.pool, { eventId: before.details.id, complete: false });
  if (!after) return [];
  const keysAfter = new Set(compareOwners(after, snapshot).map(discrepancyKey));
  return discrepancies.filter((discrepancy) => keysAfter.has(discrepancyKey(discrepancy)));
}

/** A purchase without a line misses no message while messages are unconsumed. */
async function compareMessages(deps: ReconciliationDeps, record: EventRecord): Promise<Comparison> {
  const lacking = record.wrongLines.filter((lines) => lacksLines(lines) && !record.underWay.has(lines.purchaseId));
  if (lacking.length === 0) return { discrepancies: [], isComplete: true };
  if (await deps.mayHaveUnconsumedMessages()) return { discrepancies: [], isComplete: false };
  const messages = await findMissingMessages(
    deps.pool,
    lacking.map(({ purchaseId }) => purchaseId),
  );
  const discrepancies = [...missingMessages(record, messages), ...removedLines(record, lacking, messages)];
  return { discrepancies, isComplete: true };
}

async function checkReadModels(
  deps: ReconciliationDeps,
  o: { readonly eventId: string; readonly changedSince: string | null; readonly throttle: Throttle },
): Promise<Discrepancy[]> {
  const wrong = new Map<string, WrongReadModel>();
  for (let after: string | null = null; ;) {
    const sinceMs = performance.now();
    const { ids, next } = await listEventPurchases(deps.pool, { ...o, after, limit: PURCHASES_PER_PAGE });
    if (ids.length > 0) {
      const found = await findWrongReadModels(deps, ids);
      // A buyer with several purchases is on several pages.
      for (const model of found.wrong) wrong.set(model.key, model);
    }
    if (next === null) break;
    await o.throttle(sinceMs);
    after = next;
  }
  return wrongReadModels(o.eventId, [...wrong.values()]);
}
