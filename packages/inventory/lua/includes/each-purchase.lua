-- For scripts that take a step for each purchase of a list, and then write what has changed.

--- @include "includes/tombstones"

local reservations, sales = fields_of(RESERVATIONS), fields_of(SALES)
local tombstones, buyers = fields_of(TOMBSTONES), fields_of(BUYERS)
local changed, tombstoned = false, {}

local function for_each_purchase(step)
  local purchases = cjson.decode(ARGV[2])
  return on_trusted_inventory(function()
    local ids, outcomes = each(purchases, 'purchaseId'), {}
    sales.load(ids)
    reservations.load(ids)
    tombstones.load(ids)
    for i, purchase in ipairs(purchases) do outcomes[i] = step(purchase) end
    if changed then
      reservations.save()
      sales.save()
      buyers.save()
      save_stock()
    end
    set_tombstones(tombstones, tombstoned)
    return done(outcomes)
  end)
end
