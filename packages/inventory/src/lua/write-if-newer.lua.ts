/**
 * Writes a JSON read model unless the stored one is as new.
 *
 *   KEYS[1] the read model's key
 *   ARGV[1] version of the new one
 *   ARGV[2] JSON text of the new one
 *
 * Result: 1 if it was written, 0 if the stored one was kept. A stored text that is no JSON object with a version loses.
 */
export const WRITE_IF_NEWER = String.raw`
local stored = redis.call('GET', KEYS[1])
if stored then
  local readable, model = pcall(cjson.decode, stored)
  local version = readable and type(model) == 'table' and tonumber(model.version)
  if version and version >= tonumber(ARGV[1]) then return 0 end
end
redis.call('SET', KEYS[1], ARGV[2])
return 1
`;
