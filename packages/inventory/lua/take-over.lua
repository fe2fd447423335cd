--[[
  Moves the serials of holds to the purchases that use them. Only the owner changes: no counter moves, and the
  serials are free at no moment. The sale window is not checked, because it was open when the hold was taken; an event that
  was closed or cancelled since then sells nothing.

  KEYS[1..8]  the event's keys, see includes/prelude.lua
  ARGV[1]     generation that the caller relies on
  ARGV[2]     JSON [{ holdId, purchaseId, epoch, userId }]

  Reply: JSON { kind: 'done', outcomes }, one TakeOverOutcome for each purchase, in order; or `unavailable`.
]]

--- @include "includes/prelude"
--- @include "includes/tombstones"

local reservations, sales, tombstones = fields_of(RESERVATIONS), fields_of(SALES), fields_of(TOMBSTONES)
local changed, tombstoned = false, {}

local function take_over(request)
  local id, epoch = request.purchaseId, request.epoch
  local sale = decoded(sales, id)
  if sale then return { kind = 'reserved', items = sale.items } end
  local own = decoded(reservations, id)
  if own then
    if own.epoch > epoch then return { kind = 'stale_epoch' } end
    if own.epoch < epoch then
      own.epoch = epoch
      changed = true
      reservations.put(id, cjson.encode(own))
    end
    return { kind = 'reserved', items = own.items }
  end
  local tombstone = tombstones.get(id)
  if tombstone and (tombstone == FINAL or (tonumber(tombstone) or -1) >= epoch) then return { kind = 'tombstoned' } end
  local reservation = decoded(reservations, request.holdId)
  if not reservation or reservation.userId ~= request.userId then return { kind = 'gone' } end
  if inventory.status ~= 'on_sale' then
    return { kind = 'refused', refusal = { reason = 'not_on_sale', cause = inventory.status } }
  end
  changed = true
  reservation.epoch = epoch
  reservations.put(id, cjson.encode(reservation))
  reservations.put(request.holdId, nil)
  -- A late reserve for the hold must not take capacity a second time.
  tombstones.put(request.holdId, FINAL)
  tombstoned[#tombstoned + 1] = request.holdId
  return { kind = 'reserved', items = reservation.items }
end

local requests = cjson.decode(ARGV[2])
return on_trusted_inventory(function()
  local ids, held, outcomes = each(requests, 'purchaseId'), each(requests, 'holdId'), {}
  sales.load(ids)
  reservations.load(ids)
  reservations.load(held)
  tombstones.load(ids)
  for i, request in ipairs(requests) do outcomes[i] = take_over(request) end
  if changed then reservations.save() end
  set_tombstones(tombstones, tombstoned)
  return done(outcomes)
end)
