import type { ActivityInterfaceFor, ActivityOptions } from '@temporalio/workflow';
import type { AuditActivities } from '../activities/index.js';

/** What each step does, in words for whoever reads a history or the pending activities in the Temporal UI. */
const SUMMARIES: Readonly<Record<keyof AuditActivities, string>> = {
  beginSweep: 'records that the comparison begins',
  finishSweep: 'records what came of the comparison',
  recoverPurchases: 'has purchases go on whose workflow is gone',
  recoverCancellations: 'has cancellations go on whose workflow is gone',
  recoverHolds: 'ends holds whose time is over and whose workflow is gone',
  recoverUnclaimed: 'begins again with requests whose workflow was gone before it left a row',
  findStalled: 'finds what stands still although its workflow is open',
  closeRecovered: 'closes the findings of what has come to its end meanwhile',
  recordRecovery: 'records what goes on again',
  nextToRebuild: 'lists the events to rebuild next, those on sale soonest first',
  rebuildUnusable: 'builds inventories in Redis anew that cannot be used',
  rewriteAllReadModels: 'writes anew what readers see of a page of events, where it is wrong',
  chooseEvents: 'chooses the events to compare next',
  lookAtEvents: 'first look at the stores of a page of events',
  confirmEvents: 'second look: what both have shown is a finding',
  lookAtBooks: "first look at the payment provider's books",
  confirmBooks: "second look at the payment provider's books",
  repair: 'puts one finding right',
  eventsToRebuild: 'lists the events to rebuild next',
  rebuildInventory: 'builds the inventory in Redis anew from PostgreSQL',
  rewriteReadModels: 'writes anew what readers see in Redis, where it is wrong',
  recomputeCapacity: 'makes events.capacity what its ledger adds up to',
  checkLedger: 'compares the ledger with the tickets',
};

type Activities = ActivityInterfaceFor<AuditActivities>;

/** The same activities, each of which says in the history what it does, unless the caller says more. */
export function described(activities: Activities): Activities {
  const withSummary = <N extends keyof AuditActivities>(name: N): [N, Activities[N]] => {
    type Described = { executeWithOptions(options: ActivityOptions, args: unknown[]): Promise<unknown> };
    const activity = activities[name] as unknown as Described;
    const executeWithOptions = (options: ActivityOptions, args: unknown[]) =>
      activity.executeWithOptions({ summary: SUMMARIES[name], ...options }, args);
    const call = (...args: unknown[]) => executeWithOptions({}, args);
    return [name, Object.assign(call, { executeWithOptions }) as unknown as Activities[N]];
  };
  const names = Object.keys(SUMMARIES) as (keyof AuditActivities)[];
  return Object.fromEntries(names.map(withSummary)) as unknown as Activities;
}
