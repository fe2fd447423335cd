/**
 * Puts staged contents in the place of an event's inventory. Tombstones stay: what they say remains true.
 *
 *   KEYS[9] … KEYS[12] staged free set, holds, sales, buyers, under names of this attempt alone
 *   ARGV[1] generation of the contents
 *   ARGV[2] JSON facts as for the update of facts
 *   ARGV[3] JSON { stock: { <type>: { next, held, sold } }, staged: [entries of KEYS[9], … of KEYS[12]] }
 *
 * Result: RebuildOutcome, or { kind: 'staging_lost' } if a staged key is not as it was filled; nothing changed then.
 */
export const REBUILD = String.raw`
-- A stored generation that is further ahead than callers can come is not one.
local MOST_AHEAD = 1000
local STAGED = { KEYS[9], KEYS[10], KEYS[11], KEYS[12] }
local LIVE = { FREE, HOLDS, SALES, BUYERS }
local generation = tonumber(ARGV[1])
local facts, contents = cjson.decode(ARGV[2]), cjson.decode(ARGV[3])

local function is_staged()
  for i, expected in ipairs(contents.staged) do
    if redis.call(i == 1 and 'ZCARD' or 'HLEN', STAGED[i]) ~= expected then return false end
  end
  return true
end

read_inventory()
local stored, trusted = stored_generation(), not why_unavailable('')
if stored and stored - generation > MOST_AHEAD then stored = nil end
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
  for i, ticket_type in ipairs(facts.types) do
    local name = ticket_type.name
    local counted = contents.stock[name]
    types[i] = name
    stock[name] = { total = ticket_type.total, next = counted.next, held = counted.held, sold = counted.sold }
  end
  redis.call('HSET', INVENTORY, 'generation', ARGV[1], 'run_id', own_run_id())
  write_facts(facts)
  save_stock()
  return cjson.encode({ kind = 'rebuilt' })
end)
`;
