--[[
  Frees reservations and leaves a tombstone for each, so that a late reserve of the same purchase takes nothing. Serials
  that a purchase took over from a hold return to that hold: the owner changes, no counter does. If the hold was lost in
  between, the purchase may own other serials; those become free.

  KEYS[1..8]  the event's keys, see includes/prelude.lua
  ARGV[1]     generation that the caller relies on
  ARGV[2]     JSON [{ purchaseId, epoch, to?: { holdId, epoch, items: [{ ticketType, serials }] } }]

  Reply: JSON { kind: 'done', outcomes }, one ReleaseOutcome for each purchase, in order; or `unavailable`.
]]

--- @include "includes/prelude"
--- @include "includes/each-purchase"

local function same(items, others)
  local set, count = {}, 0
  for _, item in ipairs(items) do
    for _, serial in ipairs(item.serials) do set[member(item.ticketType, serial)] = true end
  end
  for _, item in ipairs(others) do
    for _, serial in ipairs(item.serials) do
      if not set[member(item.ticketType, serial)] then return false end
      count = count + 1
    end
  end
  return count == tickets_of(items)
end

-- The outcome; if the purchase used a hold, whether that hold owns its serials again.
local function outcome(to)
  if not to then return { kind = 'released' } end
  return { kind = reservations.get(to.holdId) and 'returned' or 'gone' }
end

local function release(purchase)
  local id, epoch, to = purchase.purchaseId, purchase.epoch, purchase.to
  if decoded(sales, id) then return { kind = 'sold' } end
  local before = tombstones.get(id)
  if before ~= FINAL and (tonumber(before) or -1) < epoch then
    tombstones.put(id, epoch)
    tombstoned[#tombstoned + 1] = id
  end
  local reservation = decoded(reservations, id)
  if not reservation then return outcome(to) end
  if reservation.epoch > epoch then return { kind = 'stale_epoch' } end
  changed = true
  if to and not reservations.get(to.holdId) and not sales.get(to.holdId) and same(reservation.items, to.items) then
    reservation.epoch = to.epoch
    reservations.put(to.holdId, cjson.encode(reservation))
    reservations.put(id, nil)
    return outcome(to)
  end
  for _, item in ipairs(reservation.items) do
    local s = stock[item.ticketType]
    to_free(item.ticketType, item.serials)
    s.held = s.held - #item.serials
  end
  reservations.put(id, nil)
  add_to_buyer(buyers, reservation.userId, -tickets_of(reservation.items))
  return outcome(to)
end

return for_each_purchase(release)
