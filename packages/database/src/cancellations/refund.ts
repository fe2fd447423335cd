import { withheldOf, type AmountMinor, type CancellationRequest, type RefundRules } from '@box-office/contract';
import { rowsOf, type Queryable } from '../rows.js';

/** A ticket that can be cancelled. */
interface FreeTicket {
  readonly id: string;
  readonly ticketType: string;
  readonly serial: number;
  readonly priceMinor: AmountMinor;
  readonly admitted: boolean;
  readonly transferred: boolean;
}

interface KeptFee {
  readonly id: number;
  /** Null: of the purchase. */
  readonly ticketId: string | null;
  readonly amountMinor: AmountMinor;
}

/** What the cancellation of these tickets refunds: `amountMinor` is prices + returned fees − withheld. */
export interface Refund {
  readonly tickets: readonly (FreeTicket & { readonly withheldMinor: AmountMinor })[];
  /** Ids of the fees that it returns. */
  readonly feeIds: readonly number[];
  readonly pricesMinor: AmountMinor;
  readonly withheldMinor: AmountMinor;
  readonly returnedFeesMinor: AmountMinor;
  /** Fees of what is cancelled that the seller keeps. */
  readonly keptFeesMinor: AmountMinor;
  readonly amountMinor: AmountMinor;
  readonly currency: string;
}

// With a lock, their rows are locked against doors, which admit without a lock on the purchase.
const freeTickets = (lock: boolean): string => `
select id, ticket_type, serial, price_minor, admission_id is not null as admitted, holder_id is not null as transferred
  from event_tickets
 where purchase_id = $1 and status = 'valid' and cancellation_id is null and ($2::uuid[] is null or id = any($2))
 order by id ${lock ? 'for update' : ''}`;

// The fee of the purchase goes with its last ticket.
const FEES = `
select id, ticket_id, amount_minor from purchase_fees
 where purchase_id = $1 and returned_by is null
   and (ticket_id = any($2::uuid[])
     or (ticket_id is null and not exists (
           select from event_tickets
            where purchase_id = $1 and status = 'valid' and cancellation_id is null and id <> all ($2::uuid[]))))`;

const RULES = `
select t.currency, case when e.status <> 'cancelled' then e.refund_rules end as rules
  from event_ticket_transactions t left join events e on e.id = t.event_id
 where t.id = $1`;

/**
 * What a cancellation would refund now, by the event's rules. They hold for buyers alone, and not once the event is
 * cancelled: operators and the event's cancellation return everything, fees included, and so does money that went back
 * outside of Box Office.
 *
 * @param o.lock whether the caller is about to cancel, under the lock of the purchase's row
 */
export async function readRefund(
  db: Queryable,
  request: Pick<CancellationRequest, 'purchaseId' | 'tickets' | 'byOperator' | 'returnedBy'>,
  o: { readonly lock: boolean } = { lock: false },
): Promise<Refund> {
  const { purchaseId } = request;
  const free = await rowsOf<FreeTicket>(db, freeTickets(o.lock), [purchaseId, request.tickets]);
  type Rules = { readonly currency: string; readonly rules: RefundRules | null };
  const [found] = await rowsOf<Rules>(db, RULES, [purchaseId]);
  const currency = found?.currency ?? '';
  const rules = request.byOperator || request.returnedBy !== undefined ? null : (found?.rules ?? null);
  const tickets = free.map((one) => ({ ...one, withheldMinor: withheldOf(one.priceMinor, rules, currency) }));
  const fees = free.length === 0 ? [] : await rowsOf<KeptFee>(db, FEES, [purchaseId, free.map(({ id }) => id)]);
  const feesMinor = fees.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  const keepsFees = rules?.keepsFees === true;
  const [pricesMinor, withheldMinor] = tickets.reduce(
    ([prices, withheld], ticket) => [prices + ticket.priceMinor, withheld + ticket.withheldMinor],
    [0, 0],
  );
  const returnedFeesMinor = keepsFees ? 0 : feesMinor;
  return {
    tickets,
    pricesMinor,
    withheldMinor,
    returnedFeesMinor,
    keptFeesMinor: feesMinor - returnedFeesMinor,
    currency,
    feeIds: keepsFees ? [] : fees.map(({ id }) => id),
    amountMinor: pricesMinor - withheldMinor + returnedFeesMinor,
  };
}

const WITHHOLD = `
insert into withheld_amounts (ticket_id, purchase_id, cancellation_id, amount_minor)
select id, $2, $1, "withheldMinor" from jsonb_to_recordset($3) as x(id uuid, "withheldMinor" bigint)
 where "withheldMinor" > 0`;

const CLAIM_TICKETS = `update event_tickets set cancellation_id = $1 where id = any($2::uuid[])`;
const RETURN_FEES = `update purchase_fees set returned_by = $1 where id = any($2::bigint[])`;

/** Gives a cancellation its tickets and fees, and records what is withheld, each permanently. */
export async function takeRefund(
  client: Queryable,
  { cancellationId, purchaseId }: Pick<CancellationRequest, 'cancellationId' | 'purchaseId'>,
  { tickets, feeIds, withheldMinor }: Refund,
): Promise<void> {
  await client.query(CLAIM_TICKETS, [cancellationId, tickets.map(({ id }) => id)]);
  if (feeIds.length > 0) await client.query(RETURN_FEES, [cancellationId, feeIds]);
  if (withheldMinor > 0) await client.query(WITHHOLD, [cancellationId, purchaseId, JSON.stringify(tickets)]);
}
