--[[
  Replaces or deletes a text if it is still the expected one.

  KEYS[1]  key of the text
  ARGV[1]  expected text
  ARGV[2]  new text, empty to delete the key
  ARGV[3]  how long the new text is kept, in seconds

  Reply: 1 if the text was the expected one and is now the new one, else 0. A key of another type is left as it is.
]]

if redis.pcall('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '' then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
end
return 1
