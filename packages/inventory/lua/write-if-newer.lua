--[[
  Writes a JSON read model unless the stored one is as new or newer.

  KEYS[1]  key of the read model
  ARGV[1]  version of the new one
  ARGV[2]  JSON text of the new one
  ARGV[3]  when it expires, in ms since 1970

  Reply: 1 if it was written, 0 if the stored one was kept. A value without a version is replaced.
]]

local stored = redis.pcall('GET', KEYS[1])
if type(stored) == 'string' then
  local readable, model = pcall(cjson.decode, stored)
  local version = readable and type(model) == 'table' and type(model.version) == 'number' and model.version
  if version and version >= tonumber(ARGV[1]) then return 0 end
end
redis.call('SET', KEYS[1], ARGV[2], 'PXAT', ARGV[3])
return 1
