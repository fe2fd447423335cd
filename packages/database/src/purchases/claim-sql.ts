/** Columns that a claim reads of a purchase `t` and of the inventory `i` of its event. */
export const CLAIMED = `
  t.id as purchase_id, t.transaction_id, t.fingerprint, t.status, t.outcome, t.undo_outcome, t.epoch, t.owner_workflow_id, t.owner_run_id,
  t.amount_minor, t.currency, t.payment_method, t.payment_attempt, t.version, t.used_hold_id, coalesce(i.generation, 0) as generation`;

/** In id order, so that batches of purchases do not deadlock. Later statements see the new state of the holds. */
export const LOCK_HOLDS = `select from ticket_holds where id = any($1::uuid[]) order by id for update`;

/** Gives the holds to the purchases that were inserted with them. */
export const USE_HOLDS = `
update ticket_holds h set status = 'used', purchase_id = t.id
  from event_ticket_transactions t
 where t.id = any($1::uuid[]) and h.id = t.used_hold_id`;

/** A `QuotedItem` of a ticket type `t`, of which `w` wants some. A rate of 0 is left out. */
export const quotedItem = (name: string): string => `
  jsonb_build_object('ticketType', ${name}, 'quantity', w.quantity, 'priceMinor', t.price_minor)
  || case when t.tax_rate_ppm > 0 then jsonb_build_object('taxRatePpm', t.tax_rate_ppm) else '{}' end`;

/** The same of complimentary tickets. */
const GIVEN_ITEM = `jsonb_build_object('ticketType', w."ticketType", 'quantity', w.quantity, 'priceMinor', 0)`;

/** What `w.quantity` tickets of a type `t` cost with their fees. */
export const QUOTED_AMOUNT = `sum(w.quantity * (t.price_minor + coalesce((t.fee ->> 'priceMinor')::bigint, 0)))`;

/** The fees of these tickets as `QuotedFee`s; null if there are none. */
export const TICKET_FEES = `
  jsonb_agg(t.fee - 'netPriceMinor' || jsonb_build_object('ticketType', t.name, 'quantity', w.quantity))
  filter (where t.fee is not null)`;

/** The fee of a purchase of the event `e`. */
export const PURCHASE_FEE = `coalesce((e.purchase_fee ->> 'priceMinor')::bigint, 0)`;

/** The fees of tickets and that of the purchase; null if there are none. */
export const allFees = (ticketFees: string): string => `
  case when e.purchase_fee is null then ${ticketFees}
       else coalesce(${ticketFees}, '[]') || jsonb_build_array(e.purchase_fee - 'netPriceMinor' || '{"quantity": 1}') end`;

/** An instant as the contract writes it. */
const iso = (column: string): string => `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/**
 * Whether this workflow has claimed the list before: a claim that is repeated, or a reset run. It owns a purchase of the
 * list, or its first run owned one that another workflow continues.
 */
const CLAIMED_BEFORE = `
  exists (select from input p join event_ticket_transactions k on k.id = p."purchaseId"
           where k.owner_workflow_id = $2 or $4 = any (k.past_run_ids))`;

/** The last purchase that used the hold that the purchase `r` names. */
const LAST_USER = `
  (select k.id from event_ticket_transactions k
    where k.user_id = r."userId" and k.used_hold_id = r."holdId"
    order by k.created_at desc limit 1)`;

/** How holds are joined in a batch in which some purchase names one, and in a batch in which none does. */
interface HoldSql {
  readonly columns: string;
  readonly joins: string;
  readonly inUseBy: string;
}

const NAMED: HoldSql = {
  columns: `
         u.id as user_of_hold, h.quoted_items as held_items, h.quoted_fees as held_fees, h.amount_minor as held_amount_minor, h.currency as held_currency,
         case
           when i."holdId" is null then 'none'
           when h.status is null or h.status = 'refused' or (h.user_id, h.event_id) <> (i."userId", i."eventId")
             or h.wanted <> i.wanted then 'unknown'
           when u.outcome is not null then 'used'
           when u.id is not null then 'in_use'
           when h.status = 'active' then 'active'
           else 'lapsed'
         end as hold,
         case when i."holdId" is null then false
           else exists (select from event_ticket_transactions k where k.id = i."purchaseId") end as known`,
  joins: `
    left join ticket_holds h on h.id = i."holdId"
    left join event_ticket_transactions u
      on u.used_hold_id = h.id and (u.outcome is null or u.outcome ->> 'kind' = 'confirmed')`,
  inUseBy: `
    case
      when known or outcome is not null then null
      when hold = 'in_use' then user_of_hold
      else coalesce(
        -- Its first claim found the hold in use, and its buyer was told that it is not begun.
        case when ${CLAIMED_BEFORE} then ${LAST_USER} end,
        case when hold = 'active' then nullif(first_value("purchaseId") over (
          partition by "holdId", known or outcome is not null, hold order by place), "purchaseId") end)
    end`,
};

// Most batches name no hold, and then no hold is read.
const NOT_NAMED: HoldSql = {
  columns: `
         null::uuid as user_of_hold, null::jsonb as held_items, null::jsonb as held_fees, null::bigint as held_amount_minor, null::text as held_currency,
         'none' as hold, false as known`,
  joins: '',
  inUseBy: 'null::uuid',
};

/**
 * Inserts purchases that have no row yet: as claimed, or as refused if nothing can be reserved for them. A purchase
 * gets no row if another one may still buy the tickets of the hold that it names, also when this workflow claims it again
 * later. If two purchases of a batch name the same hold, the first one uses it.
 *
 * Of two concurrent claims the later one may violate the unique transaction id before the primary key, so `on conflict`
 * names no index.
 */
const insertOf = (holds: HoldSql): string => `
with input as (
  select * from rows from (jsonb_to_recordset($1) as (
    "purchaseId" uuid, fingerprint text, "userId" text, "eventId" text, items jsonb, "paymentMethod" text,
    "requestId" text, "transactionId" text, "holdId" uuid, wanted jsonb, "expectedAmountMinor" bigint,
    "returnUrl" text, complimentary boolean
  )) with ordinality as x(
    "purchaseId", fingerprint, "userId", "eventId", items, "paymentMethod",
    "requestId", "transactionId", "holdId", wanted, "expectedAmountMinor", "returnUrl", complimentary, place)
), quoted as (
  select i.*, e.id is not null as event_known, e.currency, e.status as event_status, e.ends_at, q.items as quoted_items, q.given_items, q.unknown_type,
         q.amount_minor + ${PURCHASE_FEE} as amount_minor, ${allFees('q.ticket_fees')} as quoted_fees,${holds.columns}
    from input i
    left join events e on e.id = i."eventId"${holds.joins}
    cross join lateral (
      select jsonb_agg(${quotedItem('w."ticketType"')}) as items, jsonb_agg(${GIVEN_ITEM}) as given_items,
             ${QUOTED_AMOUNT} as amount_minor, ${TICKET_FEES} as ticket_fees,
             min(w."ticketType") filter (where t.name is null) as unknown_type
        from jsonb_to_recordset(i.items) as w("ticketType" text, quantity integer)
        left join event_ticket_types t on t.event_id = i."eventId" and t.name = w."ticketType"
    ) q
), priced as (
  select q.*,
         case when hold = 'active' then held_items when complimentary then given_items else quoted_items end as priced_items,
         case when hold = 'active' then held_fees when complimentary then null else quoted_fees end as priced_fees,
         case when hold = 'active' then held_amount_minor when complimentary then 0 else amount_minor end as price_minor,
         case when hold = 'active' then held_currency else currency end as price_currency,
         -- The default for a lapsed hold is the price that it had kept.
         coalesce("expectedAmountMinor", case when hold = 'lapsed' then held_amount_minor end) as expected_minor
    from quoted q
), refusal as (
  select p.*, case
      when not event_known then jsonb_build_object('kind', 'refused', 'reason', 'unknown_event')
      when unknown_type is not null then
        jsonb_build_object('kind', 'refused', 'reason', 'unknown_ticket_type', 'ticketType', unknown_type)
      when complimentary and event_status = 'cancelled' then
        jsonb_build_object('kind', 'refused', 'reason', 'not_on_sale', 'cause', 'cancelled')
      when complimentary and now() >= ends_at then
        jsonb_build_object('kind', 'refused', 'reason', 'not_on_sale', 'cause', 'ended', 'at', ${iso('ends_at')})
      when hold = 'unknown' then jsonb_build_object('kind', 'refused', 'reason', 'unknown_hold')
      when hold = 'used' then jsonb_build_object('kind', 'refused', 'reason', 'hold_used', 'usedBy', user_of_hold)
      when hold <> 'in_use' and "paymentMethod" is null and price_minor > 0 then jsonb_build_object(
        'kind', 'refused', 'reason', 'payment_required', 'amountMinor', price_minor, 'currency', price_currency)
      when hold <> 'in_use' and expected_minor <> price_minor then jsonb_build_object(
        'kind', 'refused', 'reason', 'price_changed', 'amountMinor', price_minor, 'currency', price_currency)
        || case when hold = 'lapsed' then jsonb_build_object('holdLapsed', true) else '{}' end
    end as outcome
    from priced p
), decided as (
  select r.*, ${holds.inUseBy} as hold_in_use_by
    from refusal r
), inserted as (
insert into event_ticket_transactions (
  id, transaction_id, fingerprint, user_id, event_id, items, amount_minor, currency, payment_method, request_id,
  hold_id, return_url, used_hold_id, status, outcome, owner_workflow_id, owner_run_id, fees, complimentary)
select "purchaseId", "transactionId", fingerprint, "userId", "eventId", priced_items,
       coalesce(price_minor, 0), coalesce(price_currency, ''), "paymentMethod", "requestId", "holdId", "returnUrl",
       case when hold = 'active' and outcome is null then "holdId" end,
       case when outcome is null then 'claimed' else 'refused' end, outcome, $2, $3, priced_fees,
       coalesce(complimentary, false)
  from decided
 where not known and hold_in_use_by is null
 order by "purchaseId"
on conflict do nothing
returning *
)
select d."purchaseId" as order_id, d.hold_in_use_by, ${CLAIMED}
  from decided d
  left join inserted t on t.id = d."purchaseId"
  left join event_inventory i on i.event_id = t.event_id`;

export const INSERT = insertOf(NOT_NAMED);
export const INSERT_WITH_HOLDS = insertOf(NAMED);
