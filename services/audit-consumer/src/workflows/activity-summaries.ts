import type { AuditActivities } from '../activities/index.js';

/** The summary that the Temporal UI shows for each activity. */
export const SUMMARIES: Readonly<Record<keyof AuditActivities, string>> = {
  beginReconciliationRun: 'Record the start of the run',
  finishReconciliationRun: 'Record the result of the run',
  recoverPurchases: 'Recover purchases whose workflow is closed',
  recoverCancellations: 'Recover cancellations whose workflow is closed',
  recoverHolds: 'End expired holds whose workflow is closed',
  recoverUnclaimed: 'Start again the workflows that closed before they left a row',
  findStalled: 'Find unfinished work whose open workflow tries no step',
  closeFinishedFindings: 'Close the findings of abandoned work that has finished',
  recordRecoveryRun: 'Record how much was recovered',
  listEventsByUrgency: 'List the next events to rebuild, those on sale first',
  rebuildUnusableInventories: 'Rebuild the unusable inventories in Redis',
  rewriteReadModelsOfEvents: 'Rewrite the wrong read models of a page of events',
  listEventsToCheck: 'List the next events to check',
  checkEvents: 'First check of a page of events in all stores',
  confirmEvents: 'Second check: what both checks show is a finding',
  checkStatement: 'First check of the payment provider statement',
  confirmStatement: 'Second check of the payment provider statement',
  repairFinding: 'Repair one finding',
  listEventsToRebuild: 'List the next events to rebuild',
  rebuildInventory: 'Rebuild the inventory in Redis from PostgreSQL',
  rewriteReadModels: 'Rewrite the wrong read models in Redis',
  recomputeCapacity: 'Set events.capacity to the sum of the ledger',
  countLedgerDifferences: 'Compare the ledger with the tickets',
};
