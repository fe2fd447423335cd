import { HOLD_WORKFLOW } from '@box-office/contract';
import { Client, Connection } from '@temporalio/client';
import { connectToDatabase } from './reading/postgres.js';
import { readQueues } from './reading/queues.js';

const CONNECT_TIMEOUT_MS = 3_000;
const RPC_TIMEOUT_MS = 10_000;
const METRICS_TIMEOUT_MS = 5_000;
/** Unfinished rows that a check names; of the others it gives the number. */
const MAX_NAMED = 5;

/** Where to look for work in progress. */
export interface ProgressCheckOptions {
  readonly databaseUrl: string;
  readonly amqpUrl: string;
  /** Prefix of the queue names, for tests that share a broker. */
  readonly queuePrefix?: string;
  readonly temporalAddress: string;
  readonly temporalNamespace: string;
  /** Additional condition of the query for open workflows, for tests that share a namespace. */
  readonly workflowFilter?: string;
  /** `/metrics` of the audit consumers, which report delivered messages that are not acknowledged. */
  readonly consumerMetricsUrls?: readonly string[];
}

/** Result of one check. `watermark` changes whenever a row is written and stays the same while nothing happens. */
export interface ProgressCheck {
  readonly inProgress: readonly string[];
  readonly watermark: string;
}

/** Checks every server once. A server that cannot be asked counts as in progress. */
export async function checkProgress(o: ProgressCheckOptions): Promise<ProgressCheck> {
  let activeHolds = 0;
  const database = await checkServer('PostgreSQL', async () => {
    const check = await unfinishedRows(o.databaseUrl);
    ({ activeHolds } = check);
    return check;
  });
  const others = await Promise.all([
    checkServer('RabbitMQ', () => queuedMessages(o)),
    checkServer('Temporal', () => openWorkflows(o, activeHolds)),
    checkServer('the consumers', () => unacknowledgedMessages(o.consumerMetricsUrls ?? [])),
  ]);
  return { inProgress: [database, ...others].flatMap((part) => part.inProgress), watermark: database.watermark };
}

async function checkServer(name: string, check: () => Promise<ProgressCheck>): Promise<ProgressCheck> {
  try {
    return await check();
  } catch (error) {
    return {
      inProgress: [`${name} cannot be asked (${error instanceof Error ? error.message : String(error)})`],
      watermark: '',
    };
  }
}

const UNFINISHED = `
select concat_ws('/', (select count(*) from capacity_ledger), (select count(*) from audit_logs),
                 (select max(updated_at) from event_ticket_transactions), (select max(updated_at) from ticket_holds)) as watermark,
       (select count(*)::integer from ticket_holds where status = 'active' and expires_at > now()) as "activeHolds",
       (select coalesce(jsonb_agg(what), '[]') from (
          select concat('purchase ', id, ' is ', status) as what from event_ticket_transactions where outcome is null
          union all
          select concat('cancellation ', id, ' is ', status) from ticket_cancellations where settled_at is null
          union all
          select concat('the cancellation of event ', event_id) from event_cancellations where finished_at is null
          union all
          select concat('hold ', id, ' has not expired') from ticket_holds where status = 'active' and expires_at <= now()
       ) u) as unfinished`;

/** Rows in PostgreSQL whose work is in progress. */
async function unfinishedRows(databaseUrl: string): Promise<ProgressCheck & { readonly activeHolds: number }> {
  const client = await connectToDatabase(databaseUrl);
  try {
    const { rows } = await client.query<{ watermark: string; activeHolds: number; unfinished: string[] }>(UNFINISHED);
    const [row] = rows;
    if (!row) throw new Error('no answer');
    const more = row.unfinished.length - MAX_NAMED;
    const inProgress = row.unfinished.slice(0, MAX_NAMED);
    if (more > 0) inProgress.push(`… and ${more} more in PostgreSQL`);
    return { inProgress, watermark: row.watermark, activeHolds: row.activeHolds };
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function queuedMessages(o: ProgressCheckOptions): Promise<ProgressCheck> {
  const queues = await readQueues(o.amqpUrl, o.queuePrefix ?? '');
  const inProgress = queues
    .filter(({ purpose, ready }) => purpose !== 'dead letters' && (ready ?? 0) > 0)
    .map(({ name, ready }) => `${ready ?? 0} messages wait in ${name}`);
  return { inProgress, watermark: '' };
}

/** Only active holds may have an open workflow, one each. */
async function openWorkflows(o: ProgressCheckOptions, activeHolds: number): Promise<ProgressCheck> {
  const connection = await Connection.connect({ address: o.temporalAddress, connectTimeout: CONNECT_TIMEOUT_MS });
  try {
    const { workflow } = new Client({ connection, namespace: o.temporalNamespace });
    const filter = o.workflowFilter === undefined ? '' : ` AND (${o.workflowFilter})`;
    const open = async (condition: string): Promise<number> => {
      const { count } = await connection.withDeadline(Date.now() + RPC_TIMEOUT_MS, () =>
        workflow.count(`ExecutionStatus = "Running" AND ${condition}${filter}`),
      );
      return count;
    };
    const ofHolds = await open(`WorkflowType = "${HOLD_WORKFLOW}"`);
    const others = await open(`WorkflowType != "${HOLD_WORKFLOW}"`);
    return {
      inProgress: [
        ...(others > 0 ? [`${others} workflows are open`] : []),
        ...(ofHolds === activeHolds ? [] : [`${ofHolds} hold workflows are open, and ${activeHolds} holds are active`]),
      ],
      watermark: '',
    };
  } finally {
    await connection.close();
  }
}

/** A consumer that is down has no unacknowledged messages: the broker requeues them. */
async function unacknowledgedMessages(metricsUrls: readonly string[]): Promise<ProgressCheck> {
  const inProgress: string[] = [];
  for (const url of metricsUrls) {
    const response = await fetch(url, { signal: AbortSignal.timeout(METRICS_TIMEOUT_MS) });
    const ages = [...(await response.text()).matchAll(/^oldest_message_age_seconds\{queue="([^"]+)"\} (\S+)$/gm)];
    for (const [, queue, age] of ages) {
      if (Number(age) > 0) inProgress.push(`a message of ${queue ?? ''} is unacknowledged for ${age ?? ''} s`);
    }
  }
  return { inProgress, watermark: '' };
}
