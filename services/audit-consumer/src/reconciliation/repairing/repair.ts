import {
  correctLedger,
  decideFindings,
  findEvent,
  findMissingMessages,
  findOwners,
  findPurchases,
  readContradictions,
  recomputeCapacity,
} from '@box-office/records';
import {
  confirmSales,
  publishFacts,
  restoreInventory,
  rewriteReadModels,
  withUsableInventory,
} from '@box-office/restoration';
import type { ReconciliationDeps } from '../deps.js';
import type { Repair } from '../difference.js';
import { goOnAlone } from '../recovering/purchases.js';
import type { DueRepair } from '../recording.js';
import { giveBackMoney } from './money.js';
import { done, gone, type Repaired } from './repaired.js';
import { rewriteAll } from './rewriting.js';

/** Puts one finding right and notes what was done. Each repair looks again at what it changes, and may be repeated. */
export async function repair(deps: ReconciliationDeps, due: DueRepair): Promise<Repaired> {
  const repaired = await carryOut(deps, due);
  await decideFindings(deps.pool, [{ findingId: due.findingId, ...repaired }]);
  return repaired;
}

function carryOut(deps: ReconciliationDeps, { repair: what, findingId, eventId }: DueRepair): Promise<Repaired> {
  if (what.do === 'give_back_money') return giveBackMoney(deps, what);
  if (what.do === 'republish') return republish(deps, what);
  if (what.do === 'recover') return goOn(deps, what.purchaseId);
  if (eventId === null) throw new Error(`finding ${findingId} is about no event`);
  switch (what.do) {
    case 'release':
      return release(deps, eventId, what);
    case 'confirm':
      return confirm(deps, eventId, what.purchaseId);
    case 'rebuild':
      return rebuild(deps, eventId, what);
    case 'write_facts':
      return writeFacts(deps, eventId);
    case 'correct_ledger':
      return correct(deps, { findingId, eventId, purchaseId: what.purchaseId });
    case 'recompute_capacity':
      return recompute(deps, eventId);
    case 'rewrite':
      return rewriteReadModels(deps, [what]).then(() => done(`${what.key} was written anew from the record`));
    case 'rewrite_all':
      return rewriteAll(deps, eventId).then(({ rewritten }) => done(`${rewritten} read models were written anew`));
    case 'hand_over':
      return Promise.resolve({ status: 'handed_over', action: 'a person has to decide' });
  }
}

async function release(
  deps: ReconciliationDeps,
  eventId: string,
  { owner, epoch }: Extract<Repair, { do: 'release' }>,
): Promise<Repaired> {
  const { reply } = await withUsableInventory(deps, eventId, (current) =>
    deps.inventory.release(eventId, current, [{ purchaseId: owner, epoch }]),
  );
  const [outcome] = reply.outcomes;
  return outcome?.kind === 'released' ? done('the serials were given back') : gone;
}

async function confirm(deps: ReconciliationDeps, eventId: string, purchaseId: string): Promise<Repaired> {
  const purchases = await findPurchases(deps.pool, [purchaseId]);
  if (purchases[0]?.status !== 'confirmed') return gone;
  if (await confirmSales(deps, eventId, purchases)) return done('Redis has the sale of the record');
  const [now] = await findPurchases(deps.pool, [purchaseId]);
  if (now?.status !== 'confirmed') return gone;
  // Its mark in Redis that it is over refuses every confirmation: only what the record has goes past it.
  return rebuild(deps, eventId, { do: 'rebuild', seen: now.generation, cause: 'it has a sale as given back' });
}

/** A record that gives a serial to two buyers can be built into no inventory: trying would only stop the sale. */
async function rebuild(
  deps: ReconciliationDeps,
  eventId: string,
  { seen, cause }: Extract<Repair, { do: 'rebuild' }>,
): Promise<Repaired> {
  const contradictions = await readContradictions(deps.pool, eventId);
  if (contradictions.some(({ kind }) => kind === 'doubled_serial' || kind === 'serial_above_total')) {
    const action = 'a person has to decide about the tickets first: the record contradicts itself';
    return { status: 'handed_over', action };
  }
  const generation = await restoreInventory(deps, { eventId, seen, cause: `reconciliation: ${cause}` });
  return generation === null ? gone : done(`the inventory was built anew, as generation ${generation}`);
}

async function writeFacts(deps: ReconciliationDeps, eventId: string): Promise<Repaired> {
  const facts = await findEvent(deps.pool, eventId);
  if (!facts) return gone;
  const { kind } = await publishFacts(deps, facts);
  if (kind === 'updated') return done('Redis has the facts and counts of the record');
  if (kind === 'outdated' && (await findEvent(deps.pool, eventId))?.revision !== facts.revision) return gone;
  // Redis has facts or serials that the record does not have: then it is wrong about more than its facts.
  const { generation } = await withUsableInventory(deps, eventId, async () => ({ kind: 'usable' }) as const);
  const cause = kind === 'outdated' ? 'it has facts that were never committed' : 'it has serials above the total';
  return rebuild(deps, eventId, { do: 'rebuild', seen: generation, cause });
}

async function republish(
  deps: ReconciliationDeps,
  { purchaseId, messageId }: Extract<Repair, { do: 'republish' }>,
): Promise<Repaired> {
  const missing = (await findMissingMessages(deps.pool, [purchaseId])).filter((one) => one.messageId === messageId);
  if (missing.length === 0) return gone;
  await deps.publisher.publish(missing);
  return done('the very same message was published');
}

async function goOn(deps: ReconciliationDeps, purchaseId: string): Promise<Repaired> {
  const [owned] = await findOwners(deps.pool, [purchaseId]);
  if (!owned) return gone;
  const started = await goOnAlone(deps, owned);
  return done(started ? 'a workflow went on with the purchase' : 'a workflow goes on with the purchase already');
}

async function correct(
  deps: ReconciliationDeps,
  o: { readonly findingId: string; readonly eventId: string; readonly purchaseId: string | null },
): Promise<Repaired> {
  const change = await correctLedger(deps.pool, o);
  return change === 0 ? gone : done(`a line of ${change > 0 ? '+' : ''}${change} corrects the ledger`);
}

async function recompute(deps: ReconciliationDeps, eventId: string): Promise<Repaired> {
  const capacity = await recomputeCapacity(deps.pool, eventId);
  return capacity === null ? gone : done(`the capacity was set to ${capacity}`);
}
