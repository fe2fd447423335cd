import {
  CANCELLATION_WORKFLOW,
  EVENT_CANCELLATION_WORKFLOW,
  HOLD_WORKFLOW,
  MAIL_DELIVERY_WORKFLOW,
  PURCHASE_WORKFLOW,
  REBUILD_WORKFLOW,
  RECONCILIATION_WORKFLOW,
  RECOVERY_WORKFLOW,
  REDIS_REBUILD_WORKFLOW,
  WEBHOOK_DELIVERY_WORKFLOW,
} from '@box-office/contract';

/** The service whose bundle has the code of each workflow type. */
const SERVICE_OF = new Map([
  [PURCHASE_WORKFLOW, 'workflows'],
  [HOLD_WORKFLOW, 'workflows'],
  [CANCELLATION_WORKFLOW, 'workflows'],
  [EVENT_CANCELLATION_WORKFLOW, 'workflows'],
  [WEBHOOK_DELIVERY_WORKFLOW, 'workflows'],
  [MAIL_DELIVERY_WORKFLOW, 'workflows'],
  [RECONCILIATION_WORKFLOW, 'audit-consumer'],
  [RECOVERY_WORKFLOW, 'audit-consumer'],
  [REBUILD_WORKFLOW, 'audit-consumer'],
  [REDIS_REBUILD_WORKFLOW, 'audit-consumer'],
]);

/** The built bundle below the root of the code. @throws Error if no bundle has this workflow type */
export function bundleOf(workflowType: string): string {
  const service = SERVICE_OF.get(workflowType);
  if (service === undefined) throw new Error(`no bundle is known for workflows of type ${workflowType}`);
  return `services/${service}/dist/workflow-bundle.js`;
}
