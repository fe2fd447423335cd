/**
 * Gives holds back and leaves a tombstone for each, so that a reserve of the same purchase that comes late takes nothing. What a
 * purchase had taken over from a timed hold goes back to that one: whose it is changes and no counter moves. The purchase may
 * have got other serials instead, where the hold was lost; those become free.
 *
 *   ARGV[2] JSON [{ purchaseId, epoch, to?: { holdId, epoch, items: [{ ticketType, serials }] } }]
 *
 * Result: { kind: 'done', outcomes }, one ReleaseOutcome for each, in order.
 */
export const RELEASE = String.raw`
local holds, sales, tombstones, buyers = fields_of(HOLDS), fields_of(SALES), fields_of(TOMBSTONES), fields_of(BUYERS)
local changed, buried = false, {}

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

-- How it ends for the timed hold, if the purchase used one.
local function released(to)
  if not to then return { kind = 'released' } end
  return { kind = holds.get(to.holdId) and 'returned' or 'gone' }
end

local function release(purchase)
  local id, epoch, to = purchase.purchaseId, purchase.epoch, purchase.to
  if sales.get(id) then return { kind = 'sold' } end
  local before = tombstones.get(id)
  if before ~= FINAL and (tonumber(before) or -1) < epoch then
    tombstones.put(id, epoch)
    buried[#buried + 1] = id
  end
  local hold = decoded(holds, id)
  if not hold then return released(to) end
  if hold.epoch > epoch then return { kind = 'stale_epoch' } end
  changed = true
  if to and not holds.get(to.holdId) and not sales.get(to.holdId) and same(hold.items, to.items) then
    hold.epoch = to.epoch
    holds.put(to.holdId, cjson.encode(hold))
    holds.put(id, nil)
    return released(to)
  end
  for _, item in ipairs(hold.items) do
    local s = stock[item.ticketType]
    to_free(item.ticketType, item.serials)
    s.held = s.held - #item.serials
  end
  holds.put(id, nil)
  add_to_buyer(buyers, hold.userId, -tickets_of(hold.items))
  return released(to)
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
  set_tombstones(tombstones, buried)
  return done(outcomes)
end)
`;
