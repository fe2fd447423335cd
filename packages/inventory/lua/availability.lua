--[[
  Counts an event from its inventory and changes nothing.

  KEYS[1..8]  the event's keys, see includes/prelude.lua
  ARGV[1]     generation that the caller relies on, or '' for any

  Reply: JSON { kind: 'counted', generation, event: JSON text of the EventReadModel as counted now }, or `unavailable`.
]]

--- @include "includes/prelude"

return on_trusted_inventory(function()
  return cjson.encode({ kind = 'counted', generation = stored_generation(), event = read_model() })
end)
