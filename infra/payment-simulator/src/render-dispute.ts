import type Stripe from 'stripe';
import type { Intent, SimulatedDispute } from './intent.js';
import { chargeIdOf, seconds } from './render.js';

/** Evidence is accepted for a week. */
const RESPOND_WITHIN_MS = 7 * 24 * 3_600_000;

/** A dispute as Stripe shows it. Its metadata are its own: it names the purchase by its payment alone. */
export function disputeOf(intent: Intent, dispute: SimulatedDispute): Stripe.Dispute {
  const needsResponse = dispute.status.endsWith('needs_response');
  return {
    id: dispute.disputeId,
    object: 'dispute',
    amount: dispute.amountMinor,
    balance_transactions: [],
    charge: chargeIdOf(intent),
    created: seconds(dispute.at),
    currency: intent.currency.toLowerCase(),
    enhanced_eligibility_types: [],
    evidence: NO_EVIDENCE,
    evidence_details: {
      due_by: needsResponse ? seconds(dispute.at + RESPOND_WITHIN_MS) : null,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: dispute.status.startsWith('warning_'),
    livemode: false,
    metadata: {},
    payment_intent: intent.id,
    reason: dispute.reason,
    status: dispute.status,
  };
}

const NO_EVIDENCE: Stripe.Dispute.Evidence = {
  access_activity_log: null,
  billing_address: null,
  cancellation_policy: null,
  cancellation_policy_disclosure: null,
  cancellation_rebuttal: null,
  customer_communication: null,
  customer_email_address: null,
  customer_name: null,
  customer_purchase_ip: null,
  customer_signature: null,
  duplicate_charge_documentation: null,
  duplicate_charge_explanation: null,
  duplicate_charge_id: null,
  enhanced_evidence: {},
  product_description: null,
  receipt: null,
  refund_policy: null,
  refund_policy_disclosure: null,
  refund_refusal_explanation: null,
  service_date: null,
  service_documentation: null,
  shipping_address: null,
  shipping_carrier: null,
  shipping_date: null,
  shipping_documentation: null,
  shipping_tracking_number: null,
  uncategorized_file: null,
  uncategorized_text: null,
};
