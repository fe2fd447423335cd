--[[
  Takes capacity for a list of purchases, all or nothing for each purchase.

  KEYS[1..8]  the event's keys, see includes/prelude.lua
  ARGV[1]     generation that the caller relies on
  ARGV[2]     JSON [{ purchaseId, epoch, userId, items: [{ ticketType, quantity }], complimentary?,
              evenIfReleased? }]

  Reply: JSON { kind: 'done', outcomes }, one ReserveOutcome for each purchase, in order; a purchase sees what those before
  it took; or `unavailable`.
]]

--- @include "includes/prelude"

local reservations, sales = fields_of(RESERVATIONS), fields_of(SALES)
local tombstones, buyers = fields_of(TOMBSTONES), fields_of(BUYERS)
local now, changed

local function refusal(reason, details)
  details = details or {}
  details.reason = reason
  return { kind = 'refused', refusal = details }
end

-- Nil while the event is on sale by the clock of Redis; the same rule as whyNotOnSale of the contract.
local function why_not_on_sale(is_complimentary)
  -- Complimentary tickets need no sale. Their claim has refused them if the event is over.
  if is_complimentary and inventory.status ~= 'cancelled' then return end
  if inventory.status ~= 'on_sale' then return { cause = inventory.status } end
  if now < (tonumber(inventory.sale_starts_ms) or 0) then
    return { cause = 'not_started', at = inventory.sale_starts_at }
  end
  if now >= (tonumber(inventory.sale_ends_ms) or math.huge) then
    return { cause = 'ended', at = inventory.sale_ends_at }
  end
end

local function why_refused(request)
  local wanted, tickets = {}, 0
  for _, item in ipairs(request.items) do
    if not stock[item.ticketType] then return refusal('unknown_ticket_type', { ticketType = item.ticketType }) end
    wanted[item.ticketType] = (wanted[item.ticketType] or 0) + item.quantity
    tickets = tickets + item.quantity
  end
  local not_on_sale = why_not_on_sale(request.complimentary)
  if not_on_sale then return refusal('not_on_sale', not_on_sale) end
  for _, item in ipairs(request.items) do
    local s = stock[item.ticketType]
    local available = s.total - s.held - s.sold
    if available == 0 then return refusal('sold_out', { ticketType = item.ticketType }) end
    if wanted[item.ticketType] > available then
      return refusal('not_enough_left', { ticketType = item.ticketType, available = available })
    end
  end
  local has, limit = tonumber(buyers.get(request.userId)) or 0, tonumber(inventory.limit)
  if has + tickets > limit then return refusal('over_buyer_limit', { limit = limit, held = has }) end
end

-- Returned serials first, lowest first; then those never handed out.
local function take(ticket_type, quantity)
  local s, serials = stock[ticket_type], {}
  local returned = math.min(quantity, s.next - s.held - s.sold)
  if returned > 0 then
    local free = redis.call('ZRANGEBYLEX', FREE, lowest(ticket_type), beyond(ticket_type), 'LIMIT', 0, returned)
    if #free ~= returned then error('free serials are missing for ' .. ticket_type) end
    redis.call('ZREMRANGEBYLEX', FREE, '[' .. free[1], '[' .. free[#free])
    for i, found in ipairs(free) do serials[i] = serial_of(found) end
  end
  for serial = s.next + 1, s.next + quantity - returned do serials[#serials + 1] = serial end
  s.next = s.next + quantity - returned
  s.held = s.held + quantity
  return serials
end

local function reserve(request)
  local id, epoch = request.purchaseId, request.epoch
  local sale = decoded(sales, id)
  if sale then return { kind = 'reserved', items = sale.items } end
  local reservation = decoded(reservations, id)
  if reservation then
    if reservation.epoch > epoch then return { kind = 'stale_epoch' } end
    if reservation.epoch < epoch then
      reservation.epoch = epoch
      reservations.put(id, cjson.encode(reservation))
    end
    return { kind = 'reserved', items = reservation.items }
  end
  local tombstone = tombstones.get(id)
  local refuses = not request.evenIfReleased and (tonumber(tombstone) or -1) >= epoch
  if tombstone and (tombstone == FINAL or refuses) then return { kind = 'tombstoned' } end
  local refused = why_refused(request)
  if refused then return refused end
  local items, tickets = {}, 0
  for i, item in ipairs(request.items) do
    items[i] = { ticketType = item.ticketType, serials = take(item.ticketType, item.quantity) }
    tickets = tickets + item.quantity
  end
  changed = true
  reservations.put(id, cjson.encode({ epoch = epoch, userId = request.userId, heldSinceMs = now, items = items }))
  add_to_buyer(buyers, request.userId, tickets)
  return { kind = 'reserved', items = items }
end

local requests = cjson.decode(ARGV[2])
return on_trusted_inventory(function()
  local ids, outcomes = each(requests, 'purchaseId'), {}
  now = now_ms()
  sales.load(ids)
  reservations.load(ids)
  tombstones.load(ids)
  buyers.load(each(requests, 'userId'))
  for i, request in ipairs(requests) do outcomes[i] = reserve(request) end
  reservations.save()
  buyers.save()
  if changed then save_stock() end
  return done(outcomes)
end)
