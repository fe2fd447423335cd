/**
 * Returns cancelled tickets of sales. Only serials that are the purchase's at this moment are returned, so a repeat,
 * however late, cannot take a ticket from the next owner. A hold counts as the purchase's too: its confirmation
 * may be late, and is made up for here.
 *
 *   ARGV[2] JSON [{ purchaseId, items: [{ ticketType, serials }] }]
 *
 * Result: { kind: 'done', outcomes }, one GiveBackOutcome for each, in order.
 */
export const GIVE_BACK = String.raw`
local holds, sales, tombstones, buyers = fields_of(HOLDS), fields_of(SALES), fields_of(TOMBSTONES), fields_of(BUYERS)
local changed, buried = false, {}

-- A purchase whose tickets are cancelled is over: neither a late reserve nor a late confirmation may bring it back.
local function bury(id)
  if tombstones.get(id) == FINAL then return end
  tombstones.put(id, FINAL)
  buried[#buried + 1] = id
end

-- The items as they stay and as they return, and how many tickets return.
local function parted(items, cancelled)
  local left, returned, tickets = {}, {}, 0
  for _, item in ipairs(items) do
    local kept, gone = {}, {}
    for _, serial in ipairs(item.serials) do
      local to = cancelled[member(item.ticketType, serial)] and gone or kept
      to[#to + 1] = serial
    end
    if #kept > 0 then left[#left + 1] = { ticketType = item.ticketType, serials = kept } end
    if #gone > 0 then returned[#returned + 1] = { ticketType = item.ticketType, serials = gone } end
    tickets = tickets + #gone
  end
  return left, returned, tickets
end

local function give_back(purchase)
  local id, cancelled = purchase.purchaseId, {}
  for _, item in ipairs(purchase.items) do
    for _, serial in ipairs(item.serials) do cancelled[member(item.ticketType, serial)] = true end
  end
  local sale, hold = decoded(sales, id), nil
  if not sale then hold = decoded(holds, id) end
  local owner = sale or hold
  if not owner then
    bury(id)
    return { kind = 'given_back', tickets = 0 }
  end
  local left, returned, tickets = parted(owner.items, cancelled)
  if tickets == 0 then return { kind = 'given_back', tickets = 0 } end

  changed = true
  if hold then
    for _, item in ipairs(hold.items) do
      local s = stock[item.ticketType]
      s.held = s.held - #item.serials
      s.sold = s.sold + #item.serials
    end
    holds.put(id, nil)
  end
  for _, item in ipairs(returned) do
    local s = stock[item.ticketType]
    to_free(item.ticketType, item.serials)
    s.sold = s.sold - #item.serials
  end
  add_to_buyer(buyers, owner.userId, -tickets)
  if #left > 0 then
    sales.put(id, cjson.encode({ userId = owner.userId, items = left }))
  else
    sales.put(id, nil)
    bury(id)
  end
  return { kind = 'given_back', tickets = tickets }
end

local purchases = cjson.decode(ARGV[2])
return on_trusted_inventory(function()
  local ids, outcomes = each(purchases, 'purchaseId'), {}
  sales.load(ids)
  holds.load(ids)
  tombstones.load(ids)
  for i, purchase in ipairs(purchases) do outcomes[i] = give_back(purchase) end
  if changed then
    holds.save()
    sales.save()
    buyers.save()
    save_stock()
  end
  set_tombstones(tombstones, buried)
  return done(outcomes)
end)
`;
