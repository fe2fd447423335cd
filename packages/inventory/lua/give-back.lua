--[[
  Returns the cancelled tickets of sales. Only serials that the purchase owns at this moment are returned, so a repeat,
  however late, cannot take a ticket from its next owner. A reservation of the purchase counts too: its confirmation may be
  late, and is done here instead.

  KEYS[1..8]  the event's keys, see includes/prelude.lua
  ARGV[1]     generation that the caller relies on
  ARGV[2]     JSON [{ purchaseId, items: [{ ticketType, serials }] }]

  Reply: JSON { kind: 'done', outcomes }, one GiveBackOutcome for each purchase, in order; or `unavailable`.
]]

--- @include "includes/prelude"
--- @include "includes/each-purchase"

-- A purchase whose tickets are all cancelled is final: neither a late reserve nor a late confirmation revives it.
local function set_final(id)
  if tombstones.get(id) == FINAL then return end
  tombstones.put(id, FINAL)
  tombstoned[#tombstoned + 1] = id
end

-- The items that stay, the items that return, and how many tickets return.
local function split(items, cancelled)
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
  local sale, reservation = decoded(sales, id), nil
  if not sale then reservation = decoded(reservations, id) end
  local owner = sale or reservation
  if not owner then
    set_final(id)
    return { kind = 'given_back', tickets = 0 }
  end
  local left, returned, tickets = split(owner.items, cancelled)
  if tickets == 0 then return { kind = 'given_back', tickets = 0 } end

  changed = true
  if reservation then
    for _, item in ipairs(reservation.items) do
      local s = stock[item.ticketType]
      s.held = s.held - #item.serials
      s.sold = s.sold + #item.serials
    end
    reservations.put(id, nil)
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
    set_final(id)
  end
  return { kind = 'given_back', tickets = tickets }
end

return for_each_purchase(give_back)
