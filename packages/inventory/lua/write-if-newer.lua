--[[
  Writes JSON read models, each by itself and only if the stored one is older.

  KEYS[i]       key of a read model
  ARGV[3i - 2]  version of the new one
  ARGV[3i - 1]  JSON text of the new one
  ARGV[3i]      when it expires, in ms since 1970

  Reply: for each key 1 if it was written, 0 if the stored one was kept. A value without a version is replaced.
]]

local function is_kept(key, version)
  local stored = redis.pcall('GET', key)
  if type(stored) ~= 'string' then return false end
  local readable, model = pcall(cjson.decode, stored)
  return readable and type(model) == 'table' and type(model.version) == 'number' and model.version >= version
end

local written = {}
for i, key in ipairs(KEYS) do
  local version, json, expires_at = ARGV[3 * i - 2], ARGV[3 * i - 1], ARGV[3 * i]
  local writes = not is_kept(key, tonumber(version))
  if writes then redis.call('SET', key, json, 'PXAT', expires_at) end
  written[i] = writes and 1 or 0
end
return written
