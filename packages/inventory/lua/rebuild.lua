--[[
  Replaces an event's inventory by staged contents. Tombstones stay: what they say remains true.

  KEYS[1..8]   the event's keys, see includes/prelude.lua
  KEYS[9..12]  staged free set, reservations, sales and buyers, under names that only this attempt uses
  ARGV[1]      generation of the contents
  ARGV[2]      JSON details as for update-details.lua
  ARGV[3]      JSON { stock: { <type>: { next, held, sold } }, staged: number of entries of KEYS[9] to KEYS[12], a list }

  Reply: JSON RebuildOutcome, or { kind: 'staging_lost' } if a staged key is not as it was filled; nothing changed then.
]]

--- @include "includes/prelude"
--- @include "includes/write-details"

-- Callers cannot be this many generations behind: a stored generation that is further ahead is not valid.
local MAX_AHEAD = 1000
local STAGED = { KEYS[9], KEYS[10], KEYS[11], KEYS[12] }
local LIVE = { FREE, RESERVATIONS, SALES, BUYERS }
local generation = tonumber(ARGV[1])
local details, contents = cjson.decode(ARGV[2]), cjson.decode(ARGV[3])

local function is_staged()
  for i, expected in ipairs(contents.staged) do
    if redis.call(i == 1 and 'ZCARD' or 'HLEN', STAGED[i]) ~= expected then return false end
  end
  return true
end

read_inventory()
local stored, trusted = stored_generation(), not why_unavailable('')
if stored and stored - generation > MAX_AHEAD then stored = nil end
if stored and stored > generation then
  redis.call('UNLINK', unpack(STAGED))
  return unavailable('generation')
end
if stored == generation and trusted then
  redis.call('UNLINK', unpack(STAGED))
  return cjson.encode({ kind = 'already_built' })
end
if not is_staged() then
  redis.call('UNLINK', unpack(STAGED))
  return cjson.encode({ kind = 'staging_lost' })
end

return run(function()
  redis.call('UNLINK', INVENTORY, unpack(LIVE))
  for key, kept in pairs({ [TOMBSTONES] = 'hash', [TOMBSTONE_AGES] = 'zset' }) do
    if redis.call('TYPE', key).ok ~= kept then redis.call('UNLINK', key) end
  end
  for i, live in ipairs(LIVE) do
    if contents.staged[i] > 0 then
      redis.call('RENAME', STAGED[i], live)
      redis.call('PERSIST', live)
    end
  end
  types, stock = {}, {}
  for i, ticket_type in ipairs(details.types) do
    local name = ticket_type.name
    local counted = contents.stock[name]
    types[i] = name
    stock[name] = { total = ticket_type.total, next = counted.next, held = counted.held, sold = counted.sold }
  end
  redis.call('HSET', INVENTORY, 'generation', ARGV[1], 'run_id', own_run_id())
  write_details(details)
  save_stock()
  return cjson.encode({ kind = 'rebuilt' })
end)
