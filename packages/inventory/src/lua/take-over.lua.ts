/**
 * Moves the serials of timed holds to the purchases that use them. Whose they are changes and nothing else: no counter
 * moves, and at no moment are they free. The sale window is not asked, because it was open when the hold was taken; an
 * event that was closed or cancelled since sells nothing.
 *
 *   ARGV[2] JSON [{ holdId, purchaseId, epoch, userId }]
 *
 * Result: { kind: 'done', outcomes }, one TakeOverOutcome for each, in order.
 */
export const TAKE_OVER = String.raw`
local holds, sales, tombstones = fields_of(HOLDS), fields_of(SALES), fields_of(TOMBSTONES)
local changed, buried = false, {}

local function take_over(request)
  local id, epoch = request.purchaseId, request.epoch
  local sale = decoded(sales, id)
  if sale then return { kind = 'reserved', items = sale.items } end
  local own = decoded(holds, id)
  if own then
    if own.epoch > epoch then return { kind = 'stale_epoch' } end
    if own.epoch < epoch then
      own.epoch = epoch
      changed = true
      holds.put(id, cjson.encode(own))
    end
    return { kind = 'reserved', items = own.items }
  end
  local dead = tombstones.get(id)
  if dead and (dead == FINAL or (tonumber(dead) or -1) >= epoch) then return { kind = 'tombstoned' } end
  local hold = decoded(holds, request.holdId)
  if not hold or hold.userId ~= request.userId then return { kind = 'gone' } end
  if inventory.status ~= 'on_sale' then
    return { kind = 'refused', refusal = { reason = 'not_on_sale', cause = inventory.status } }
  end
  changed = true
  hold.epoch = epoch
  holds.put(id, cjson.encode(hold))
  holds.put(request.holdId, nil)
  -- A reserve for the hold that comes late must not take capacity a second time.
  tombstones.put(request.holdId, FINAL)
  buried[#buried + 1] = request.holdId
  return { kind = 'reserved', items = hold.items }
end

local requests = cjson.decode(ARGV[2])
return on_trusted_inventory(function()
  local ids, held, outcomes = each(requests, 'purchaseId'), each(requests, 'holdId'), {}
  sales.load(ids)
  holds.load(ids)
  holds.load(held)
  tombstones.load(ids)
  for i, request in ipairs(requests) do outcomes[i] = take_over(request) end
  if changed then holds.save() end
  set_tombstones(tombstones, buried)
  return done(outcomes)
end)
`;
