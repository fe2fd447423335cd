-- Writes the fields that `describeDetails` (src/event-details.ts) makes of an event's details.

local function write_details(details)
  local set = {}
  for name, value in pairs(details.fields) do
    set[#set + 1] = name
    set[#set + 1] = value
    inventory[name] = value
  end
  redis.call('HSET', INVENTORY, unpack(set))
end
