import { HOLD_WORKFLOW } from '@box-office/contract';
import { Client, Connection } from '@temporalio/client';
import { connectToRecord } from './reading/postgres.js';
import { readQueues } from './reading/queues.js';

const CONNECT_TIMEOUT_MS = 3_000;
const RPC_TIMEOUT_MS = 10_000;
const METRICS_TIMEOUT_MS = 5_000;
/** Unfinished things that a look names; of the rest it gives the number. */
const MOST_NAMED = 5;

/** Where to look for what is under way. */
export interface LookOptions {
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
}

/** What one look saw: what still moves, and marks that do not change from one quiet look to the next. */
export interface Look {
  readonly moving: readonly string[];
  readonly marks: string;
}

/** Looks at everything once. A server that cannot be asked counts as moving. */
export async function lookOnce(o: LookOptions): Promise<Look> {
  let standingHolds = 0;
  const record = await asking('PostgreSQL', async () => {
    const look = await unfinished(o.databaseUrl);
    ({ standingHolds } = look);
    return look;
  });
  const others = await Promise.all([
    asking('RabbitMQ', () => waitingMessages(o)),
    asking('Temporal', () => openWorkflows(o, standingHolds)),
    asking('the consumers', () => messagesInHand(o.consumerMetricsUrls ?? [])),
  ]);
  return { moving: [record, ...others].flatMap((part) => part.moving), marks: record.marks };
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

const UNFINISHED = `
select concat_ws('/', (select count(*) from capacity_ledger), (select count(*) from audit_logs),
                 (select max(updated_at) from event_ticket_transactions), (select max(updated_at) from ticket_holds)) as marks,
       (select count(*)::integer from ticket_holds where status = 'active' and expires_at > now()) as "standingHolds",
       (select coalesce(jsonb_agg(what), '[]') from (
          select concat('purchase ', id, ' is ', status) as what from event_ticket_transactions where outcome is null
          union all
          select concat('cancellation ', id, ' is ', status) from ticket_cancellations where settled_at is null
          union all
          select concat('the cancellation of event ', event_id) from event_cancellations where finished_at is null
          union all
          select concat('hold ', id, ' has not lapsed') from ticket_holds where status = 'active' and expires_at <= now()
       ) u) as unfinished`;

/** What PostgreSQL knows to be under way. */
async function unfinished(databaseUrl: string): Promise<Look & { readonly standingHolds: number }> {
  const client = await connectToRecord(databaseUrl);
  try {
    const { rows } = await client.query<{ marks: string; standingHolds: number; unfinished: string[] }>(UNFINISHED);
    const [row] = rows;
    if (!row) throw new Error('no answer');
    const more = row.unfinished.length - MOST_NAMED;
    const moving = row.unfinished.slice(0, MOST_NAMED);
    if (more > 0) moving.push(`… and ${more} more in PostgreSQL`);
    return { moving, marks: row.marks, standingHolds: row.standingHolds };
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function waitingMessages(o: LookOptions): Promise<Look> {
  const queues = await readQueues(o.amqpUrl, o.queuePrefix ?? '');
  const moving = queues
    .filter(({ purpose, ready }) => purpose !== 'dead letters' && (ready ?? 0) > 0)
    .map(({ name, ready }) => `${ready ?? 0} messages wait in ${name}`);
  return { moving, marks: '' };
}

/** None may be open but those of the holds that stand, one each. */
async function openWorkflows(o: LookOptions, standingHolds: number): Promise<Look> {
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
    const holding = await open(`WorkflowType = "${HOLD_WORKFLOW}"`);
    const others = await open(`WorkflowType != "${HOLD_WORKFLOW}"`);
    return {
      moving: [
        ...(others > 0 ? [`${others} workflows are open`] : []),
        ...(holding === standingHolds ? [] : [`${holding} workflows hold, and ${standingHolds} holds stand`]),
      ],
      marks: '',
    };
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
