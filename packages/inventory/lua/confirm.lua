--[[
  Turns holds into sales for purchases whose tickets are valid in PostgreSQL. PostgreSQL decides who owns a serial:
  a hold that differs from the given serials is replaced by them.

  KEYS[1..8]  the event's keys, see includes/prelude.lua
  ARGV[1]     generation that the caller relies on
  ARGV[2]     JSON [{ purchaseId, userId, items: [{ ticketType, serials }] }]

  Reply: JSON { kind: 'done', outcomes }, one ConfirmOutcome for each purchase, in order; or `unavailable`.
]]

--- @include "includes/prelude"

-- Serials between the highest one handed out and a given one become free one by one. A wider gap needs a rebuild.
local MAX_GAP = 10000

local holds, sales, tombstones, buyers = fields_of(HOLDS), fields_of(SALES), fields_of(TOMBSTONES), fields_of(BUYERS)
local changed = false

local function conflict_at(ticket_type, serial)
  local s = stock[ticket_type]
  if not s or serial > s.total then return true end
  if serial > s.next then return serial - s.next > MAX_GAP end
  return not redis.call('ZSCORE', FREE, member(ticket_type, serial))
end

local function occupy(ticket_type, serial)
  local s = stock[ticket_type]
  if serial <= s.next then
    redis.call('ZREM', FREE, member(ticket_type, serial))
    return
  end
  local skipped = {}
  for between = s.next + 1, serial - 1 do skipped[#skipped + 1] = between end
  to_free(ticket_type, skipped)
  s.next = serial
end

local function confirm(purchase)
  local id = purchase.purchaseId
  if decoded(sales, id) then return { kind = 'sold' } end
  if tombstones.get(id) == FINAL then return { kind = 'given_back' } end

  local hold, own = decoded(holds, id), {}
  for _, item in ipairs(hold and hold.items or {}) do
    for _, serial in ipairs(item.serials) do own[member(item.ticketType, serial)] = { item.ticketType, serial } end
  end
  local missing, seen = {}, {}
  for _, item in ipairs(purchase.items) do
    for _, serial in ipairs(item.serials) do
      local name = member(item.ticketType, serial)
      if own[name] then
        own[name] = nil
      else
        if seen[name] or conflict_at(item.ticketType, serial) then
          return { kind = 'conflict', ticketType = item.ticketType, serial = serial }
        end
        seen[name] = true
        missing[#missing + 1] = { item.ticketType, serial }
      end
    end
  end

  changed = true
  for _, other in pairs(own) do to_free(other[1], { other[2] }) end
  for _, other in ipairs(missing) do occupy(other[1], other[2]) end
  if hold then
    for _, item in ipairs(hold.items) do
      local s = stock[item.ticketType]
      s.held = s.held - #item.serials
    end
    holds.put(id, nil)
  end
  for _, item in ipairs(purchase.items) do
    local s = stock[item.ticketType]
    s.sold = s.sold + #item.serials
  end
  if not hold or hold.userId ~= purchase.userId or tickets_of(hold.items) ~= tickets_of(purchase.items) then
    if hold then add_to_buyer(buyers, hold.userId, -tickets_of(hold.items)) end
    add_to_buyer(buyers, purchase.userId, tickets_of(purchase.items))
  end
  sales.put(id, cjson.encode({ userId = purchase.userId, items = purchase.items }))
  return { kind = 'sold' }
end

local purchases = cjson.decode(ARGV[2])
return on_trusted_inventory(function()
  local ids, outcomes = each(purchases, 'purchaseId'), {}
  sales.load(ids)
  holds.load(ids)
  tombstones.load(ids)
  for i, purchase in ipairs(purchases) do outcomes[i] = confirm(purchase) end
  if changed then
    holds.save()
    sales.save()
    buyers.save()
    save_stock()
  end
  return done(outcomes)
end)
