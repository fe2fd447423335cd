import { isPastRedis } from '@box-office/contract';
import type { InventorySnapshot } from '@box-office/inventory';
import {
  findMissingMessages,
  listEventPurchases,
  readEventRecord,
  type DueEvent,
  type EventRecord,
  type Mark,
} from '@box-office/records';
import { findWrongReadModels, type WrongReadModel } from '@box-office/restoration';
import { compareCounts } from '../comparing/counts.js';
import { compareFacts, compareUse } from '../comparing/facts.js';
import { compareOwners } from '../comparing/inventory.js';
import { wrongReadModels } from '../comparing/read-models.js';
import {
  compareCapacity,
  compareLines,
  compareWithItself,
  lacksLines,
  missingMessages,
  removedLines,
} from '../comparing/record.js';
import type { ReconciliationDeps } from '../deps.js';
import { suspicionKey, type Difference } from '../difference.js';
import { lookAtPayments } from './event-payments.js';
import type { Rest } from './resting.js';
import { readInventory } from './still-inventory.js';

/** Purchases whose read models are looked at together. */
const PAGE = 200;
/** An event with no more purchases than this is looked at completely every time: it costs no more than to choose. */
const SMALL_EVENT = 20;
/** Otherwise what did not change is looked at so often. */
const COMPLETE_EVERY_MS = 60 * 60 * 1000;
/** Some changes are seen only a while after their time, which is the beginning of their transaction. */
const OVERLAP_MS = 15_000;

/** What one look at an event showed. */
export interface EventLook {
  readonly mark: Mark;
  readonly differences: readonly Difference[];
}

/**
 * Compares everything that the stores have of one event. One look alone proves nothing: what is under way shows as a
 * difference too.
 *
 * @param o.complete also look at what did not change since the last look
 * @param o.rest between pages; what it takes does not count as work
 * @returns null if there is no such event
 */
export async function lookAtEvent(
  deps: ReconciliationDeps,
  due: DueEvent,
  o: { readonly complete: boolean; readonly rest: Rest },
): Promise<EventLook | null> {
  const startedMs = performance.now();
  const { eventId } = due;
  const lastComplete = due.completedAt === null ? 0 : Date.parse(due.completedAt);
  const isLongAgo = Date.now() - lastComplete > COMPLETE_EVERY_MS;
  const whole = o.complete || isLongAgo || due.isRebuilt;
  const record = await readEventRecord(deps.pool, { eventId, complete: whole });
  if (!record) return null;
  const complete = whole || record.purchases <= SMALL_EVENT;
  const changedSince = complete || due.lookedAt === null ? null : earlier(due.lookedAt, OVERLAP_MS);

  const inRedis = await compareInventory(deps, record);
  const messages = await compareMessages(deps, record);
  let restedMs = 0;
  const rest: Rest = async (sinceMs) => (restedMs += await o.rest(sinceMs));
  const readModels = await compareReadModels(deps, { eventId, changedSince, rest });
  const paymentsSince = o.complete || due.lookedAt === null ? null : earlier(due.lookedAt, OVERLAP_MS);
  const payments = await lookAtPayments(deps, { eventId, changedSince: paymentsSince, rest });
  const differences = [
    ...compareCapacity(record),
    ...compareLines(record),
    ...compareWithItself(record),
    ...inRedis.differences,
    ...messages.differences,
    ...readModels,
    ...payments,
  ];
  const mark: Mark = {
    eventId,
    lookedAt: record.readAt,
    tookMs: Math.round(performance.now() - startedMs - restedMs),
    complete,
    unfinished:
      differences.length > 0 || record.underWay.size > 0 || record.building || !inRedis.isAll || !messages.isAll,
  };
  return { mark, differences };
}

async function compareInventory(
  deps: ReconciliationDeps,
  record: EventRecord,
): Promise<{ readonly differences: Difference[]; readonly isAll: boolean }> {
  if (record.building) return { differences: [], isAll: false };
  const { snapshot, still } = await readInventory(deps.inventory, record.facts.id);
  // Redis has forgotten an event that is long over, and is not to be taught it again.
  if (!snapshot && isPastRedis(record.facts)) return { differences: [], isAll: true };
  const unusable = compareUse(record, snapshot);
  if (!snapshot || unusable.length > 0) return { differences: unusable, isAll: true };
  return {
    differences: [
      ...(await compareOwnersBetween(deps, record, snapshot)),
      ...compareFacts(record, snapshot),
      ...(still ? compareCounts(record, still) : []),
    ],
    isAll: still !== undefined,
  };
}

/**
 * A difference counts only if it stands against the record as it was before the inventory was read and as it was after: in a
 * rush many purchases are confirmed, and settled, while the one is read and then the other.
 */
async function compareOwnersBetween(
  deps: ReconciliationDeps,
  before: EventRecord,
  snapshot: InventorySnapshot,
): Promise<Difference[]> {
  const seen = compareOwners(before, snapshot);
  if (seen.length === 0) return seen;
  const after = await readEventRecord(deps.pool, { eventId: before.facts.id, complete: false });
  if (!after) return [];
  const stillSeen = new Set(compareOwners(after, snapshot).map(suspicionKey));
  return seen.filter((difference) => stillSeen.has(suspicionKey(difference)));
}

/** While messages are on their way, one without a line is not missing. */
async function compareMessages(
  deps: ReconciliationDeps,
  record: EventRecord,
): Promise<{ readonly differences: Difference[]; readonly isAll: boolean }> {
  const lacking = record.wrongLines.filter((lines) => lacksLines(lines) && !record.underWay.has(lines.purchaseId));
  if (lacking.length === 0) return { differences: [], isAll: true };
  if (await deps.messagesOnTheWay()) return { differences: [], isAll: false };
  const messages = await findMissingMessages(
    deps.pool,
    lacking.map(({ purchaseId }) => purchaseId),
  );
  const differences = [...missingMessages(record, messages), ...removedLines(record, lacking, messages)];
  return { differences, isAll: true };
}

async function compareReadModels(
  deps: ReconciliationDeps,
  o: { readonly eventId: string; readonly changedSince: string | null; readonly rest: Rest },
): Promise<Difference[]> {
  const wrong = new Map<string, WrongReadModel>();
  for (let after: string | null = null; ;) {
    const sinceMs = performance.now();
    const { ids, next } = await listEventPurchases(deps.pool, { ...o, after, limit: PAGE });
    if (ids.length > 0) {
      const found = await findWrongReadModels(deps, ids);
      // A buyer of several purchases is met on several pages.
      for (const model of found.wrong) wrong.set(model.key, model);
    }
    if (next === null) break;
    await o.rest(sinceMs);
    after = next;
  }
  return wrongReadModels(o.eventId, [...wrong.values()]);
}

const earlier = (iso: string, ms: number): string => new Date(Date.parse(iso) - ms).toISOString();
