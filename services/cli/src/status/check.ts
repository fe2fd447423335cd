import {
  countOpenFindings,
  latestReconciliationRun,
  readDeliveryBacklog,
  type DeliveryBacklog,
  type ReconciliationRun,
} from '@box-office/database';
import { listAttention } from '../commands/attention.js';
import type { CliContext } from '../context.js';
import { misused } from '../failure.js';
import { checked, type Checked } from './checked.js';
import { readOldestMessageAge } from './metrics.js';
import { checkParts, type Part } from './parts.js';

const MAX_WAITING = 1_000;

/** What an operator needs first. */
export interface SystemStatus {
  readonly at: string;
  readonly parts: readonly Part[];
  readonly queues: Checked<{ readonly queues: readonly { queue: string; waiting: number; dead: number }[] }>;
  /** Age of the oldest message that the audit consumer has not settled; 0 if there is none. */
  readonly auditLag: Checked<{ readonly oldestMessageAgeS: number }>;
  /** Workflows of purchases, batches, cancellations and holds that wait for an operator. */
  readonly attention: Checked<{ readonly workflows: number; readonly more: boolean }>;
  readonly findings: Checked<{ readonly found: number; readonly handedOver: number }>;
  /** Mails and messages to integrators. */
  readonly deliveries: Checked<DeliveryBacklog>;
  readonly lastRun: Checked<{ readonly run: ReconciliationRun | null }>;
}

/** Checks everything in parallel. Rejects only if the configuration is wrong. */
export async function checkSystem(context: CliContext): Promise<SystemStatus> {
  const config = context.config();
  if (!config.isAnyGiven)
    throw misused(
      'nothing is configured: set API_URL and the other variables of docs/cli.md, or run this in the clone of a started Box Office',
    );
  const queues = checked(async () => ({ queues: await context.withDeadLetters((admin) => admin.count()) }));
  const record = checked(() =>
    context.withDatabase(async (pool) => ({
      findings: await countOpenFindings(pool),
      run: await latestReconciliationRun(pool),
      deliveries: await readDeliveryBacklog(pool),
    })),
  );
  const attention = checked(async () => {
    const { items, next } = await listAttention(context.gateway(), MAX_WAITING);
    return { workflows: items.length, more: next !== null };
  });
  const auditLag = checked(async () => ({
    oldestMessageAgeS: await readOldestMessageAge(config.required('AUDIT_CONSUMER_URL')),
  }));
  const [queuesNow, recordNow] = [await queues, await record];
  return {
    at: new Date().toISOString(),
    parts: await checkParts(config, { rabbitmq: queuesNow, postgres: recordNow }),
    queues: queuesNow,
    auditLag: await auditLag,
    attention: await attention,
    findings: 'unknown' in recordNow ? recordNow : recordNow.findings,
    deliveries: 'unknown' in recordNow ? recordNow : recordNow.deliveries,
    lastRun: 'unknown' in recordNow ? recordNow : { run: recordNow.run },
  };
}
