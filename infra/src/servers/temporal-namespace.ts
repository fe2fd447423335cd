import { setTimeout as sleep } from 'node:timers/promises';
import { NAMESPACE_RETENTION_DAYS, SEARCH_ATTRIBUTES } from '@box-office/contract';
import { type Connection, isGrpcServiceError } from '@temporalio/client';
import Long from 'long';
import { messageOf } from '../failure.js';

const CALL_TIMEOUT_MS = 10_000;
/** A new namespace reaches every part of a cluster only after its caches were refreshed. */
const SETTLE_TIMEOUT_MS = 30_000;
/** grpc-js would be one more dependency for one number. */
const GRPC_NOT_FOUND = 5;

/** Numbers of `temporal.api.enums.v1.IndexedValueType`. */
const TYPES = { Keyword: 2, KeywordList: 7 } as const;

/**
 * Sees to what the purchases need of a Temporal namespace: that it exists, that closed workflows stay visible for a
 * month, and the search attributes. Changes nothing that is right already; a longer retention is left as it is.
 *
 * @returns what was changed, one phrase each
 */
export async function prepareNamespace(connection: Connection, namespace: string): Promise<string[]> {
  const changes: string[] = [];
  const call = <T>(fn: () => Promise<T>): Promise<T> => connection.withDeadline(Date.now() + CALL_TIMEOUT_MS, fn);
  const retention = { seconds: Long.fromNumber(NAMESPACE_RETENTION_DAYS * 86_400) };

  const found = await call(() => connection.workflowService.describeNamespace({ namespace })).catch(
    (error: unknown) => {
      if (isGrpcServiceError(error) && Number(error.code) === GRPC_NOT_FOUND) return undefined;
      throw error;
    },
  );
  if (found === undefined) {
    await call(() =>
      connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: retention }),
    );
    changes.push(`namespace ${namespace}`);
  } else if (Number(found.config?.workflowExecutionRetentionTtl?.seconds ?? 0) < retention.seconds.toNumber()) {
    await call(() =>
      connection.workflowService.updateNamespace({ namespace, config: { workflowExecutionRetentionTtl: retention } }),
    );
    changes.push(`retention of ${NAMESPACE_RETENTION_DAYS} days`);
  }

  const known = await settled(() => call(() => connection.operatorService.listSearchAttributes({ namespace })));
  const missing = Object.entries(SEARCH_ATTRIBUTES).filter(([name]) => !(name in (known.customAttributes ?? {})));
  if (missing.length > 0) {
    await settled(() =>
      call(() =>
        connection.operatorService.addSearchAttributes({
          namespace,
          searchAttributes: Object.fromEntries(missing.map(([name, type]) => [name, TYPES[type]])),
        }),
      ),
    );
    changes.push(`search attributes ${missing.map(([name]) => name).join(', ')}`);
  }
  return changes;
}

async function settled<T>(call: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + SETTLE_TIMEOUT_MS;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (Date.now() >= deadline) throw new Error(`Temporal: ${messageOf(error)}`, { cause: error });
      await sleep(500);
    }
  }
}
