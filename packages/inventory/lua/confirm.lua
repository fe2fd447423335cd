--[[
  Turns reservations into sales for purchases whose tickets are valid in PostgreSQL. PostgreSQL decides who owns a serial:
  a reservation that differs from the given serials is replaced by them.

  KEYS[1..8]  the event's keys, see includes/prelude.lua
  ARGV[1]     generation that the caller relies on
  ARGV[2]     JSON [{ purchaseId, userId, items: [{ ticketType, serials }] }]

  Reply: JSON { kind: 'done', outcomes }, one ConfirmOutcome for each purchase, in order; or `unavailable`.
]]

--- @include "includes/prelude"
--- @include "includes/each-purchase"

-- Serials between the highest one handed out and a given one become free one by one. A wider gap needs a rebuild.
local MAX_GAP = 10000

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

  local reservation, own = decoded(reservations, id), {}
  for _, item in ipairs(reservation and reservation.items or {}) do
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
  if reservation then
    for _, item in ipairs(reservation.items) do
      local s = stock[item.ticketType]
      s.held = s.held - #item.serials
    end
    reservations.put(id, nil)
  end
  for _, item in ipairs(purchase.items) do
    local s = stock[item.ticketType]
    s.sold = s.sold + #item.serials
  end
  local reserved = reservation and tickets_of(reservation.items)
  if not reservation or reservation.userId ~= purchase.userId or reserved ~= tickets_of(purchase.items) then
    if reservation then add_to_buyer(buyers, reservation.userId, -reserved) end
    add_to_buyer(buyers, purchase.userId, tickets_of(purchase.items))
  end
  sales.put(id, cjson.encode({ userId = purchase.userId, items = purchase.items }))
  return { kind = 'sold' }
end

return for_each_purchase(confirm)
