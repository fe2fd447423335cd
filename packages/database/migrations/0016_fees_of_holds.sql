-- The fees that a hold keeps never change, as the rest of its price. A used hold is returned only by the purchase that
-- uses it, while that purchase is being undone.
create or replace function hold_change_is_legal() returns trigger language plpgsql as $$
begin
  if new.status <> old.status and old.status <> 'active' and not (
    old.status = 'used' and new.status in ('active', 'expired', 'released')
    and exists (select from event_ticket_transactions where id = old.purchase_id and status = 'undoing')
  ) then
    raise exception 'hold %: % cannot become %', old.id, old.status, new.status
      using errcode = 'check_violation', constraint = 'hold_change_is_legal';
  end if;
  if new.purchase_id is distinct from old.purchase_id and new.status = 'used' and not (
    old.status = 'active' and exists (
      select from event_ticket_transactions where id = new.purchase_id and used_hold_id = new.id)
  ) then
    raise exception 'hold %: purchase % cannot use it', old.id, new.purchase_id
      using errcode = 'check_violation', constraint = 'hold_change_is_legal';
  end if;
  if (new.event_id, new.user_id, new.items, new.tickets, new.quoted_items, new.quoted_fees, new.amount_minor,
      new.currency)
     is distinct from
     (old.event_id, old.user_id, old.items, old.tickets, old.quoted_items, old.quoted_fees, old.amount_minor,
      old.currency) then
    raise exception 'hold %: its buyer, tickets and price never change', old.id
      using errcode = 'check_violation', constraint = 'hold_change_is_legal';
  end if;
  new.updated_at := now();
  return new;
end $$;
