import { setTimeout as sleep } from 'node:timers/promises';
import { PURCHASE_TASK_QUEUE } from '@box-office/contract';
import { Client, Connection } from '@temporalio/client';
import { readQueues } from '../../checker/reading/queues.js';
import { CountsWrong } from './sale.js';

const CONNECT_TIMEOUT_MS = 5_000;
const RPC_TIMEOUT_MS = 10_000;
/** Temporal's visibility store lags by some seconds. */
const QUIESCENCE_TIMEOUT_MS = 30_000;
const CHECK_INTERVAL_MS = 500;
/** Without the audit consumer's workflows: a reconciliation run of a thousand events may be in progress. */
const BUYERS_WORKFLOWS = `ExecutionStatus = "Running" AND TaskQueue = "${PURCHASE_TASK_QUEUE}"`;

/**
 * Checks the state that every run must leave behind: no open workflow of a buyer, no message in a queue, and no dead
 * letter.
 *
 * @throws CountsWrong
 */
export async function checkAtEnd(o: {
  readonly amqpUrl: string;
  readonly temporalAddress: string;
  readonly temporalNamespace: string;
}): Promise<void> {
  const deadlineMs = performance.now() + QUIESCENCE_TIMEOUT_MS;
  const connection = await Connection.connect({ address: o.temporalAddress, connectTimeout: CONNECT_TIMEOUT_MS });
  try {
    const { workflow } = new Client({ connection, namespace: o.temporalNamespace });
    for (;;) {
      const { count } = await connection.withDeadline(Date.now() + RPC_TIMEOUT_MS, () =>
        workflow.count(BUYERS_WORKFLOWS),
      );
      const left = (await readQueues(o.amqpUrl, '')).filter(({ ready }) => (ready ?? 0) > 0);
      if (count === 0 && left.length === 0) return;
      if (performance.now() >= deadlineMs) {
        throw new CountsWrong([
          ...(count > 0 ? [`${count} workflows are still open`] : []),
          ...left.map(({ name, ready }) => `${ready ?? 0} messages are left in ${name}`),
        ]);
      }
      await sleep(CHECK_INTERVAL_MS);
    }
  } finally {
    await connection.close();
  }
}
