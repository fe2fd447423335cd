--[[
  Changes an event's details. A total can be lowered to the highest serial that is held or sold. Nothing changes if one
  total is refused. Details of an earlier revision than the stored ones arrived late and are ignored.

  KEYS[1..8]  the event's keys, see includes/prelude.lua
  ARGV[1]     generation that the caller relies on
  ARGV[2]     JSON { types: [{ name, total }], fields: { revision, types, read_model, status, … } }

  Reply: JSON UpdateDetailsOutcome.
]]

--- @include "includes/prelude"
--- @include "includes/write-details"

local PAGE = 1000

-- Counts down from the highest serial handed out while serials are free.
local function highest_owned(name, s)
  local serial, bound = s.next, beyond(name)
  while true do
    local page = redis.call('ZREVRANGEBYLEX', FREE, bound, lowest(name), 'LIMIT', 0, PAGE)
    for _, free in ipairs(page) do
      if serial_of(free) ~= serial then return serial end
      serial = serial - 1
    end
    if #page < PAGE then return serial end
    bound = '(' .. page[#page]
  end
end

local details = cjson.decode(ARGV[2])
return on_trusted_inventory(function()
  if tonumber(details.fields.revision) < (tonumber(inventory.revision) or 0) then
    return cjson.encode({ kind = 'outdated' })
  end
  local total = {}
  for _, ticket_type in ipairs(details.types) do total[ticket_type.name] = ticket_type.total end
  for _, name in ipairs(types) do
    local s = stock[name]
    if (total[name] or 0) < s.next then
      local lowest_possible = highest_owned(name, s)
      if (total[name] or 0) < lowest_possible then
        return cjson.encode({ kind = 'refused', ticketType = name, lowestPossible = lowest_possible })
      end
    end
  end
  for _, name in ipairs(types) do
    local s, new = stock[name], total[name] or 0
    if new < s.next then
      redis.call('ZREMRANGEBYLEX', FREE, '[' .. member(name, new + 1), beyond(name))
      s.next = new
    end
    if not total[name] then
      redis.call('HDEL', INVENTORY, 'total:' .. name, 'next:' .. name, 'held:' .. name, 'sold:' .. name)
    end
  end
  types = {}
  for i, ticket_type in ipairs(details.types) do
    local name = ticket_type.name
    types[i] = name
    stock[name] = stock[name] or { next = 0, held = 0, sold = 0 }
    stock[name].total = ticket_type.total
  end
  write_details(details)
  save_stock()
  return cjson.encode({ kind = 'updated' })
end)
