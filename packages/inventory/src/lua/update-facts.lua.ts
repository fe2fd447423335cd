/** Writes what `describeFacts` made of the facts; shared by rebuild and update. */
export const WRITE_FACTS = String.raw`
local function write_facts(facts)
  local set = {}
  for name, value in pairs(facts.fields) do
    set[#set + 1] = name
    set[#set + 1] = value
    inventory[name] = value
  end
  redis.call('HSET', INVENTORY, unpack(set))
end
`;

/**
 * Changes an event's facts; totals as far down as the highest serial held or sold. Nothing changes if one is refused.
 * Facts of an earlier revision than those that are there come late and are passed over.
 *
 *   ARGV[2] JSON { types: [{ name, total }], fields: { revision, types, read_model, status, … } }
 *
 * Result: UpdateFactsOutcome.
 */
export const UPDATE_FACTS = String.raw`
local PAGE = 1000

-- Walks down from the highest serial handed out while serials are free: as many steps as came back from the top.
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

local facts = cjson.decode(ARGV[2])
return on_trusted_inventory(function()
  if tonumber(facts.fields.revision) < (tonumber(inventory.revision) or 0) then
    return cjson.encode({ kind = 'outdated' })
  end
  local total = {}
  for _, ticket_type in ipairs(facts.types) do total[ticket_type.name] = ticket_type.total end
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
  for i, ticket_type in ipairs(facts.types) do
    local name = ticket_type.name
    types[i] = name
    stock[name] = stock[name] or { next = 0, held = 0, sold = 0 }
    stock[name].total = ticket_type.total
  end
  write_facts(facts)
  save_stock()
  return cjson.encode({ kind = 'updated' })
end)
`;
