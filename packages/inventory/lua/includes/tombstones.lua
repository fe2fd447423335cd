-- Tombstones, for the scripts that set them. A tombstone refuses a late reserve of a purchase that was released or whose
-- tickets were all given back.

local TOMBSTONE_MS = 24 * 60 * 60 * 1000
local MAX_TRIMMED = 200

local function set_tombstones(tombstones, ids)
  if #ids == 0 then return end
  local now, ages = now_ms(), {}
  for _, id in ipairs(ids) do
    ages[#ages + 1] = now
    ages[#ages + 1] = id
  end
  in_slices('ZADD', TOMBSTONE_AGES, ages)
  tombstones.save()
  set_expiry({ TOMBSTONES, TOMBSTONE_AGES })
  -- Removes up to as many old ones as a call can set, so that the set shrinks again after a peak.
  local old = redis.call('ZRANGEBYSCORE', TOMBSTONE_AGES, '-inf', now - TOMBSTONE_MS, 'LIMIT', 0, MAX_TRIMMED)
  in_slices('ZREM', TOMBSTONE_AGES, old)
  in_slices('HDEL', TOMBSTONES, old)
end
