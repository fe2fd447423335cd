/**
 * Gives holds back and leaves a tombstone for each, so that a reserve of the same purchase that comes late takes nothing.
 *
 *   ARGV[2] JSON [{ purchaseId, epoch }]
 *
 * Result: { kind: 'done', outcomes }, one ReleaseOutcome for each, in order.
 */
export const RELEASE = String.raw`
local holds, sales, tombstones, buyers = fields_of(HOLDS), fields_of(SALES), fields_of(TOMBSTONES), fields_of(BUYERS)
local changed, buried = false, {}

local function release(purchase)
  local id, epoch = purchase.purchaseId, purchase.epoch
  if sales.get(id) then return { kind = 'sold' } end
  local before = tombstones.get(id)
  if before ~= FINAL and (tonumber(before) or -1) < epoch then
    tombstones.put(id, epoch)
    buried[#buried + 1] = id
  end
  local hold = decoded(holds, id)
  if not hold then return { kind = 'released' } end
  if hold.epoch > epoch then return { kind = 'stale_epoch' } end
  changed = true
  for _, item in ipairs(hold.items) do
    local s = stock[item.ticketType]
    to_free(item.ticketType, item.serials)
    s.held = s.held - #item.serials
  end
  holds.put(id, nil)
  add_to_buyer(buyers, hold.userId, -tickets_of(hold.items))
  return { kind = 'released' }
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
