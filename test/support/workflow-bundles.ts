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

/** The built bundles below the root of the code, and the workflow types of each. */
export const BUNDLES = [
  {
    path: 'services/workflows/dist/workflow-bundle.js',
    workflowTypes: [
      PURCHASE_WORKFLOW,
      HOLD_WORKFLOW,
      CANCELLATION_WORKFLOW,
      EVENT_CANCELLATION_WORKFLOW,
      WEBHOOK_DELIVERY_WORKFLOW,
      MAIL_DELIVERY_WORKFLOW,
    ],
  },
  {
    path: 'services/audit-consumer/dist/workflow-bundle.js',
    workflowTypes: [RECONCILIATION_WORKFLOW, RECOVERY_WORKFLOW, REBUILD_WORKFLOW, REDIS_REBUILD_WORKFLOW],
  },
];

/** The path of the bundle that has this workflow type. @throws Error if no bundle has it */
export function bundleOf(workflowType: string): string {
  const bundle = BUNDLES.find(({ workflowTypes }) => workflowTypes.includes(workflowType));
  if (bundle === undefined) throw new Error(`no bundle is known for workflows of type ${workflowType}`);
  return bundle.path;
}
