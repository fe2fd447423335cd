import { inTransaction } from '@box-office/platform';
import type pg from 'pg';
import { decideFindings, listActiveFindings, recordFindings } from '../reconciliation/findings.js';
import { rowsOf } from '../rows.js';

/** The endpoint no longer accepts messages. */
export interface EndpointFailure {
  readonly endpointId: string;
  readonly reason: 'gone' | 'failing';
  /** `failing` disables it only if it has failed for this long. */
  readonly failingForMs: number;
  /** Run of the workflow that noticed it. */
  readonly runId: string;
}

const FAILED = `
select e.url, e.failing_since from webhook_endpoints e
 where e.id = $1 and e.status = 'enabled'
   and ($2 = 'gone' or e.failing_since < now() - make_interval(secs => $3 / 1000.0))
   for update`;

const DISABLE = `
update webhook_endpoints set status = 'disabled', disabled_reason = $2, updated_at = now()
 where id = $1 and status = 'enabled'`;

const REQUESTED_BY = 'webhook delivery';
const ACTION =
  'Ask the integrator. Then enable the endpoint and replay the time in which it was disabled, or delete it.';

/**
 * Disables an endpoint that answered 410 or has failed for days, and hands a finding over to an operator. Both happen
 * under the lock of the endpoint's row, so that no endpoint is disabled without a finding, and none is left of one that
 * is deleted at that moment. Idempotent.
 *
 * @returns whether the endpoint is disabled now
 */
export async function disableFailedWebhookEndpoint(pool: pg.Pool, failure: EndpointFailure): Promise<boolean> {
  const { endpointId, reason, failingForMs, runId } = failure;
  type Row = { readonly url: string; readonly failingSince: string | null };
  return inTransaction(pool, async (client) => {
    const [failed] = await rowsOf<Row>(client, FAILED, [endpointId, reason, failingForMs]);
    if (!failed) return false;
    const cause = reason === 'gone' ? 'The endpoint answered 410 (Gone).' : 'No delivery has succeeded for days.';
    const [finding] = await recordFindings(client, { reconciliationId: runId, requestedBy: REQUESTED_BY }, [
      {
        kind: 'webhook_disabled',
        subject: endpointId,
        eventId: null,
        ticketType: null,
        purchaseId: null,
        expected: { status: 'enabled', url: failed.url },
        found: { reason, failingSince: failed.failingSince },
        cause,
        action: ACTION,
      },
    ]);
    if (!finding) throw new Error('a finding is recorded');
    await client.query(DISABLE, [endpointId, reason]);
    if (finding.status === 'found') {
      await decideFindings(client, [{ findingId: finding.findingId, status: 'handed_over', action: ACTION }]);
    }
    return true;
  });
}

/** Closes the finding about an endpoint that an operator has enabled or deleted. */
export async function closeWebhookFinding(pool: pg.Pool, endpointId: string, action: string): Promise<void> {
  const open = await listActiveFindings(pool, { kinds: ['webhook_disabled'], subjects: [endpointId] });
  await decideFindings(
    pool,
    open.map(({ findingId }) => ({ findingId, status: 'gone', action })),
  );
}
