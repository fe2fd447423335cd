import { countOpenFindings, latestSweep, type Sweep } from '@box-office/records';
import { listAttention } from '../commands/attention.js';
import type { Counter } from '../counter.js';
import { misused } from '../failure.js';
import { looked, type Looked } from './looked.js';
import { readOldestMessageAge } from './metrics.js';
import { lookAtParts, type Part } from './parts.js';

const MOST_WAITING = 1_000;

/** Everything that an operator asks first. */
export interface OfficeStatus {
  readonly at: string;
  readonly parts: readonly Part[];
  readonly queues: Looked<{ readonly queues: readonly { queue: string; waiting: number; dead: number }[] }>;
  /** Age of the oldest message in the audit consumer's hands; 0 if there is none. */
  readonly auditLag: Looked<{ readonly oldestMessageAgeS: number }>;
  /** Purchases, groups of them, cancellations and holds, each with its workflow. */
  readonly attention: Looked<{ readonly workflows: number; readonly more: boolean }>;
  readonly findings: Looked<{ readonly found: number; readonly handedOver: number }>;
  readonly lastSweep: Looked<{ readonly sweep: Sweep | null }>;
}

/** Looks at all of it at once. Rejects only for a configuration that is wrong. */
export async function lookAtOffice(counter: Counter): Promise<OfficeStatus> {
  const config = counter.config();
  if (!config.isAnyGiven)
    throw misused(
      'nothing is configured: set API_URL and the others of docs/cli.md, or run this beside a started Box Office',
    );
  const queues = looked(async () => ({ queues: await counter.withDeadLetters((desk) => desk.count()) }));
  const record = looked(() =>
    counter.withRecord(async (pool) => ({ findings: await countOpenFindings(pool), sweep: await latestSweep(pool) })),
  );
  const attention = looked(async () => {
    const { items, next } = await listAttention(counter.gateway(), MOST_WAITING);
    return { workflows: items.length, more: next !== null };
  });
  const auditLag = looked(async () => ({
    oldestMessageAgeS: await readOldestMessageAge(config.required('AUDIT_CONSUMER_URL')),
  }));
  const [queuesNow, recordNow] = [await queues, await record];
  return {
    at: new Date().toISOString(),
    parts: await lookAtParts(config, { rabbitmq: queuesNow, postgres: recordNow }),
    queues: queuesNow,
    auditLag: await auditLag,
    attention: await attention,
    findings: 'unknown' in recordNow ? recordNow : recordNow.findings,
    lastSweep: 'unknown' in recordNow ? recordNow : { sweep: recordNow.sweep },
  };
}
