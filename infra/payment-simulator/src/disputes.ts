import { randomUUID } from 'node:crypto';
import { DISPUTE_STATUSES, isWithdrawn, type DisputeStatus } from '@box-office/contract';
import type { Hono } from 'hono';
import type Stripe from 'stripe';
import { z } from 'zod';
import { invalid, missing } from './api-error.js';
import { capturedMinorOf, type Intent, type SimulatedDispute } from './intent.js';
import type { Effect, Ledger } from './ledger.js';
import { disputeOf } from './render-dispute.js';
import { parsed } from './requests.js';

/** Where the buyer's bank takes it up. `amount` is in Stripe's smallest units. */
const opened = z.strictObject({
  payment_intent: z.string(),
  amount: z.int().min(1).optional(),
  reason: z.string().min(1).max(100).default('fraudulent'),
  status: z.enum(DISPUTE_STATUSES).default('needs_response'),
});
const changed = z.strictObject({ status: z.enum(DISPUTE_STATUSES) });

const CLOSED: ReadonlySet<DisputeStatus> = new Set(['warning_closed', 'prevented', 'won', 'lost']);

/** What disputes have taken back of an intent, in Stripe's smallest units. */
export const disputedMinorOf = ({ disputes }: Intent): number =>
  disputes.reduce((sum, { status, amountMinor }) => sum + (isWithdrawn(status) ? amountMinor : 0), 0);

/** Opens a dispute of a captured intent, by default of all that was captured. */
export function openDispute(
  ledger: Ledger,
  intent: Intent,
  o: { readonly amountMinor?: number | undefined; readonly reason: string; readonly status: DisputeStatus },
): Effect {
  const { amountMinor = capturedMinorOf(intent), reason, status } = o;
  const disputeId = `du_${randomUUID().replaceAll('-', '')}`;
  const base = { key: randomUUID(), at: Date.now(), authorisationId: intent.id };
  return ledger.enter({ type: 'disputed', ...base, disputeId, amountMinor, reason, status });
}

function find(ledger: Ledger, id: string): Intent {
  for (const intent of ledger.newestFirst()) {
    if (intent.disputes.some(({ disputeId }) => disputeId === id)) return intent;
  }
  throw missing('dispute', id, 'dispute');
}

/** Adds the requests by which tests act as the buyer's bank. They are no part of Stripe's API. */
export function addDisputeControl(
  app: Hono,
  o: { readonly ledger: Ledger; readonly settled: () => Promise<void>; readonly known: (id: string) => Intent },
): void {
  const { ledger, settled } = o;
  const answerOf = async ({ intent }: Effect, id?: string): Promise<Stripe.Dispute> => {
    const dispute = intent?.disputes.findLast(({ disputeId }) => id === undefined || disputeId === id);
    if (!intent || !dispute) throw new Error('a dispute was entered');
    await settled();
    return disputeOf(intent, dispute);
  };

  app.post('/disputes', async (c) => {
    const { payment_intent: id, amount, reason, status } = parsed(opened, await c.req.json().catch(() => undefined));
    const intent = o.known(id);
    if (capturedMinorOf(intent) < (amount ?? 1)) throw invalid('more than was captured', { param: 'amount' });
    return c.json(await answerOf(openDispute(ledger, intent, { amountMinor: amount, reason, status })), 201);
  });
  app.post('/disputes/:id', async (c) => {
    const id = c.req.param('id');
    const { status } = parsed(changed, await c.req.json().catch(() => undefined));
    const type = CLOSED.has(status) ? 'dispute_closed' : 'dispute_updated';
    const base = { key: randomUUID(), at: Date.now(), authorisationId: find(ledger, id).id };
    return c.json(await answerOf(ledger.enter({ type, ...base, disputeId: id, status }), id));
  });
}

/** The dispute that an entry opened or changed. */
export function disputeIn(intent: Intent, id: string): SimulatedDispute {
  const dispute = intent.disputes.find(({ disputeId }) => disputeId === id);
  if (!dispute) throw new Error(`${intent.id} has no dispute ${id}`);
  return dispute;
}
