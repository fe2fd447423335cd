import { setTimeout as sleep } from 'node:timers/promises';
import { Connection, Client } from '@temporalio/client';
import { connectToRecord } from './reading/postgres.js';
import { readQueues } from './reading/queues.js';

const CONNECT_TIMEOUT_MS = 3_000;
const RPC_TIMEOUT_MS = 10_000;
const METRICS_TIMEOUT_MS = 5_000;
/** Quiet looks in a row that count as rest: one could fall between a commit and what it sets off. */
const QUIET_LOOKS = 3;

export interface RestOptions {
  readonly databaseUrl: string;
  readonly amqpUrl: string;
  /** Put before the queues' names by tests that share a broker. */
  readonly queuePrefix?: string;
  readonly temporalAddress: string;
  readonly temporalNamespace: string;
  /** A further condition of the search for open workflows, for tests that share a namespace. */
  readonly workflowFilter?: string;
  /** `/metrics` of the audit consumers, which know of the messages that were delivered and are not done. */
  readonly consumerMetricsUrls?: readonly string[];
  readonly restTimeoutMs: number;
  readonly lookEveryMs: number;
}

export interface Rest {
  readonly rested: boolean;
  /** When the first of the quiet looks was taken, or the wait was given up; epoch ms. */
  readonly atMs: number;
  /** What still moved at the last look. */
  readonly moving: readonly string[];
}

/** What one look saw: what still moves, and counts that must not change from one quiet look to the next. */
interface Look {
  readonly moving: readonly string[];
  readonly marks: string;
}

/**
 * Waits until nothing is under way any longer: every purchase has its outcome, every queue is empty, no purchase
 * workflow is open, no consumer has a message in hand. A server that cannot be asked counts as moving.
 */
export async function waitForRest(o: RestOptions): Promise<Rest> {
  const startedAt = Date.now();
  let quiet = 0;
  let quietSince = startedAt;
  let marks = '';
  for (;;) {
    const lookedAt = Date.now();
    const look = await lookOnce(o);
    if (look.moving.length > 0) quiet = 0;
    else if (quiet > 0 && look.marks === marks) quiet++;
    else {
      quiet = 1;
      quietSince = lookedAt;
    }
    marks = look.marks;
    if (quiet >= QUIET_LOOKS) return { rested: true, atMs: quietSince, moving: [] };
    if (Date.now() - startedAt >= o.restTimeoutMs) {
      const moving = look.moving.length > 0 ? look.moving : ['the counts of ledger and audit lines'];
      return { rested: false, atMs: Date.now(), moving };
    }
    await sleep(o.lookEveryMs);
  }
}

async function lookOnce(o: RestOptions): Promise<Look> {
  const [record, queues, workflows, consumers] = await Promise.all([
    asking('PostgreSQL', () => openPurchases(o.databaseUrl)),
    asking('RabbitMQ', () => waitingMessages(o)),
    asking('Temporal', () => openWorkflows(o)),
    asking('the consumers', () => messagesInHand(o.consumerMetricsUrls ?? [])),
  ]);
  return {
    moving: [record, queues, workflows, consumers].flatMap((part) => part.moving),
    marks: record.marks,
  };
}

async function asking(who: string, ask: () => Promise<Look>): Promise<Look> {
  try {
    return await ask();
  } catch (error) {
    return {
      moving: [`${who} cannot be asked (${error instanceof Error ? error.message : String(error)})`],
      marks: '',
    };
  }
}

async function openPurchases(databaseUrl: string): Promise<Look> {
  const client = await connectToRecord(databaseUrl);
  try {
    const { rows } = await client.query<{ open: string; ids: string[] | null; marks: string }>(`
      select count(*) as open, (array_agg(id::text))[1:3] as ids,
             concat((select count(*) from capacity_ledger), '/', (select count(*) from audit_logs)) as marks
        from event_ticket_transactions where outcome is null`);
    const [row] = rows;
    const open = Number(row?.open ?? 0);
    const moving = open === 0 ? [] : [`${open} purchases have no outcome (${row?.ids?.join(', ') ?? ''}…)`];
    return { moving, marks: row?.marks ?? '' };
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function waitingMessages(o: RestOptions): Promise<Look> {
  const queues = await readQueues(o.amqpUrl, o.queuePrefix ?? '');
  const moving = queues
    .filter(({ purpose, ready }) => purpose !== 'dead letters' && (ready ?? 0) > 0)
    .map(({ name, ready }) => `${ready ?? 0} messages wait in ${name}`);
  return { moving, marks: '' };
}

async function openWorkflows(o: RestOptions): Promise<Look> {
  const connection = await Connection.connect({ address: o.temporalAddress, connectTimeout: CONNECT_TIMEOUT_MS });
  try {
    const { workflow } = new Client({ connection, namespace: o.temporalNamespace });
    const filter = o.workflowFilter === undefined ? '' : ` AND (${o.workflowFilter})`;
    const { count } = await connection.withDeadline(Date.now() + RPC_TIMEOUT_MS, () =>
      workflow.count(`ExecutionStatus = "Running"${filter}`),
    );
    return { moving: count === 0 ? [] : [`${count} workflows are open`], marks: '' };
  } finally {
    await connection.close();
  }
}

/** A consumer that is away has nothing in hand: the broker takes back what it had. */
async function messagesInHand(metricsUrls: readonly string[]): Promise<Look> {
  const moving: string[] = [];
  for (const url of metricsUrls) {
    const response = await fetch(url, { signal: AbortSignal.timeout(METRICS_TIMEOUT_MS) });
    const ages = [...(await response.text()).matchAll(/^oldest_message_age_seconds\{queue="([^"]+)"\} (\S+)$/gm)];
    for (const [, queue, age] of ages) {
      if (Number(age) > 0) moving.push(`a message of ${queue ?? ''} is in hand for ${age ?? ''} s`);
    }
  }
  return { moving, marks: '' };
}
