--[[
  Frees holds and leaves a tombstone for each, so that a late reserve of the same purchase takes nothing. Serials that a
  purchase took over from a timed hold return to that hold: the owner changes, no counter does. If the timed hold was lost
  in between, the purchase may own other serials; those become free.

  KEYS[1..8]  the event's keys, see includes/prelude.lua
  ARGV[1]     generation that the caller relies on
  ARGV[2]     JSON [{ purchaseId, epoch, to?: { holdId, epoch, items: [{ ticketType, serials }] } }]

  Reply: JSON { kind: 'done', outcomes }, one ReleaseOutcome for each purchase, in order; or `unavailable`.
]]

--- @include "includes/prelude"
--- @include "includes/tombstones"

local holds, sales, tombstones, buyers = fields_of(HOLDS), fields_of(SALES), fields_of(TOMBSTONES), fields_of(BUYERS)
local changed, tombstoned = false, {}

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

-- The outcome; if the purchase used a timed hold, whether that hold owns its serials again.
local function outcome(to)
  if not to then return { kind = 'released' } end
  return { kind = holds.get(to.holdId) and 'returned' or 'gone' }
end

local function release(purchase)
  local id, epoch, to = purchase.purchaseId, purchase.epoch, purchase.to
  if decoded(sales, id) then return { kind = 'sold' } end
  local before = tombstones.get(id)
  if before ~= FINAL and (tonumber(before) or -1) < epoch then
    tombstones.put(id, epoch)
    tombstoned[#tombstoned + 1] = id
  end
  local hold = decoded(holds, id)
  if not hold then return outcome(to) end
  if hold.epoch > epoch then return { kind = 'stale_epoch' } end
  changed = true
  if to and not holds.get(to.holdId) and not sales.get(to.holdId) and same(hold.items, to.items) then
    hold.epoch = to.epoch
    holds.put(to.holdId, cjson.encode(hold))
    holds.put(id, nil)
    return outcome(to)
  end
  for _, item in ipairs(hold.items) do
    local s = stock[item.ticketType]
    to_free(item.ticketType, item.serials)
    s.held = s.held - #item.serials
  end
  holds.put(id, nil)
  add_to_buyer(buyers, hold.userId, -tickets_of(hold.items))
  return outcome(to)
end

local purchases = cjson.decode(ARGV[2])
return on_trusted_inventory(function()
  local ids, outcomes = each(purchases, 'purchaseId'), {}
  sales.load(ids)
  holds.load(ids)
  tombstones.load(ids)
  for i, purchase in ipairs(purchases) do outcomes[i] = release(purchase) end
  if changed then
    holds.save()
    buyers.save()
    save_stock()
  end
  set_tombstones(tombstones, tombstoned)
  return done(outcomes)
end)
