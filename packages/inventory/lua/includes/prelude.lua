--[[
  Stands before every script that works on an event's inventory.

  KEYS[1]  event:<id>                   KEYS[5]  {event:<id>}:sales
  KEYS[2]  {event:<id>}:inventory       KEYS[6]  {event:<id>}:buyers
  KEYS[3]  {event:<id>}:free            KEYS[7]  {event:<id>}:tombstones
  KEYS[4]  {event:<id>}:holds           KEYS[8]  {event:<id>}:tombstone_ages
  ARGV[1]  generation that the caller relies on, or '' for any

  Reply: JSON { kind, … }, see src/outcomes.ts; { kind: 'unavailable', cause, generation? } if nothing was done.

  Fields of the inventory hash:
    generation, run_id
    revision                      of the details, in the order of their changes
    types                         names of the ticket types, joined by RS (\30)
    read_model                    JSON with RS in the place of each count
    status, limit
    sale_starts_ms, sale_ends_ms  '' if open; each also as ISO 8601 in …_at
    kept_until_ms
    total:<type>, next:<type>, held:<type>, sold:<type>
  The separators are control characters, because no ticket type and no JSON text contains a bare one.
]]

local EVENT, INVENTORY, FREE, RESERVATIONS, SALES, BUYERS, TOMBSTONES, TOMBSTONE_AGES = unpack(KEYS)
local INVENTORY_KEYS = { EVENT, INVENTORY, FREE, RESERVATIONS, SALES, BUYERS, TOMBSTONES, TOMBSTONE_AGES }
local FINAL = 'final'
local MAX_ARGUMENTS = 1000

local inventory, types, stock = {}, {}, {}

local function own_run_id()
  return string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
end

local function now_ms()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

local function read_inventory()
  local flat = redis.pcall('HGETALL', INVENTORY)
  -- A key of another type is not an inventory.
  if flat.err then return end
  for i = 1, #flat, 2 do inventory[flat[i]] = flat[i + 1] end
  for name in string.gmatch(inventory.types or '', '[^\30]+') do
    types[#types + 1] = name
    stock[name] = {
      total = tonumber(inventory['total:' .. name]),
      next = tonumber(inventory['next:' .. name]),
      held = tonumber(inventory['held:' .. name]),
      sold = tonumber(inventory['sold:' .. name]),
    }
  end
end

local function is_count(number)
  return number and number >= 0 and number == math.floor(number) and number < 2 ^ 53
end

local function stored_generation()
  local generation = tonumber(inventory.generation)
  return is_count(generation) and generation or nil
end

-- Detects a deleted or evicted key in constant time: the counters say which keys must exist.
local function is_whole()
  local held, sold, free = 0, 0, 0
  for _, name in ipairs(types) do
    local s = stock[name]
    if not (is_count(s.total) and is_count(s.next) and is_count(s.held) and is_count(s.sold)) then return false end
    held, sold, free = held + s.held, sold + s.sold, free + s.next - s.held - s.sold
  end
  local expected = 0
  if free > 0 then expected = expected + 1 end
  if held > 0 then expected = expected + 1 end
  if sold > 0 then expected = expected + 1 end
  if held + sold > 0 then expected = expected + 1 end
  return redis.call('EXISTS', FREE, RESERVATIONS, SALES, BUYERS) == expected
end

local STATUSES = { on_sale = true, closed = true, cancelled = true }

-- Checks the fields because of which buyers are refused. A value that these scripts did not write must refuse no buyer.
local function is_readable()
  if #types == 0 or not STATUSES[inventory.status] or not is_count(tonumber(inventory.limit)) then return false end
  for _, name in ipairs({ 'sale_starts_ms', 'sale_ends_ms' }) do
    if inventory[name] ~= '' and not tonumber(inventory[name]) then return false end
  end
  return true
end

local function why_unavailable(generation)
  if not stored_generation() or inventory.run_id == '' or not is_readable() then return 'missing' end
  if inventory.run_id ~= own_run_id() then return 'restarted' end
  if generation ~= '' and inventory.generation ~= generation then return 'generation' end
  if not is_whole() then return 'missing' end
end

local function unavailable(cause)
  return cjson.encode({ kind = 'unavailable', cause = cause, generation = stored_generation() })
end

local function done(outcomes)
  return cjson.encode({ kind = 'done', outcomes = outcomes })
end

-- A body that fails on an unreadable entry or after its first write leaves an inventory that cannot be trusted. It is
-- closed, so that callers rebuild it. If Redis refused the first write, it refuses this one too, and nothing changed.
local function run(body)
  local ok, result = pcall(body)
  if ok then return result end
  local closed = redis.pcall('HSET', INVENTORY, 'run_id', '')
  if type(result) == 'table' then result = result.err end
  if type(closed) == 'table' then return redis.error_reply(result) end
  redis.log(redis.LOG_WARNING, 'closed ' .. INVENTORY .. ': ' .. tostring(result))
  return unavailable('missing')
end

local function on_trusted_inventory(body)
  read_inventory()
  local cause = why_unavailable(ARGV[1])
  if cause then return unavailable(cause) end
  return run(body)
end

local function in_slices(command, key, arguments)
  for first = 1, #arguments, MAX_ARGUMENTS do
    redis.call(command, key, unpack(arguments, first, math.min(first + MAX_ARGUMENTS - 1, #arguments)))
  end
end

-- Some fields of a hash: read with one command, changed in memory, written back with one command, so that the number of
-- commands does not grow with the list.
local function fields_of(key)
  local value, known, changed = {}, {}, {}
  local function load(ids)
    if #ids == 0 then return end
    local found = redis.call('HMGET', key, unpack(ids))
    for i, id in ipairs(ids) do
      known[id] = true
      value[id] = found[i] or nil
    end
  end
  local function get(id)
    if not known[id] then load({ id }) end
    return value[id]
  end
  local function put(id, new)
    known[id], changed[id], value[id] = true, true, new
  end
  local function save()
    local set, gone = {}, {}
    for id in pairs(changed) do
      if value[id] == nil then
        gone[#gone + 1] = id
      else
        set[#set + 1] = id
        set[#set + 1] = value[id]
      end
    end
    in_slices('HSET', key, set)
    in_slices('HDEL', key, gone)
  end
  return { load = load, get = get, put = put, save = save }
end

local function are_items(items)
  if type(items) ~= 'table' then return false end
  for _, item in ipairs(items) do
    if type(item) ~= 'table' or not stock[item.ticketType] or type(item.serials) ~= 'table' then return false end
    for _, serial in ipairs(item.serials) do
      if type(serial) ~= 'number' then return false end
    end
  end
  return true
end

-- A reservation or a sale. Fails for an entry that is neither; that closes the inventory.
local function decoded(fields, id)
  local json = fields.get(id)
  if not json then return nil end
  local owner = cjson.decode(json)
  if type(owner) ~= 'table' or type(owner.userId) ~= 'string' or not are_items(owner.items) then
    error('the entry of ' .. id .. ' is unreadable')
  end
  return owner
end

local function each(list, name)
  local values = {}
  for i, entry in ipairs(list) do values[i] = entry[name] end
  return values
end

local function tickets_of(items)
  local count = 0
  for _, item in ipairs(items) do count = count + #item.serials end
  return count
end

local function member(ticket_type, serial)
  return ticket_type .. '\0' .. string.format('%010d', serial)
end

local function serial_of(free_member)
  return tonumber(string.sub(free_member, -10)) or error('a free serial is unreadable')
end

-- Bounds of a ticket type in the free set: every member of it, and none of another.
local function lowest(ticket_type) return '[' .. ticket_type .. '\0' end
local function beyond(ticket_type) return '(' .. ticket_type .. '\1' end

local function to_free(ticket_type, serials)
  local arguments = {}
  for _, serial in ipairs(serials) do
    arguments[#arguments + 1] = 0
    arguments[#arguments + 1] = member(ticket_type, serial)
  end
  in_slices('ZADD', FREE, arguments)
end

local function add_to_buyer(buyers, user_id, tickets)
  if tickets == 0 then return end
  local count = (tonumber(buyers.get(user_id)) or 0) + tickets
  buyers.put(user_id, count > 0 and count or nil)
end

local function read_model()
  local counts, left, at = { 0 }, 0, 0
  for _, name in ipairs(types) do
    local s = stock[name]
    local available = s.total - s.held - s.sold
    left = left + available
    counts[#counts + 1] = available
    counts[#counts + 1] = s.held
    counts[#counts + 1] = s.sold
  end
  counts[1] = left
  return (string.gsub(inventory.read_model, '\30', function()
    at = at + 1
    return counts[at]
  end))
end

-- Every key of an inventory expires some time after its event ends. A change after that time (a late refund, for example)
-- keeps the keys for another day. A key that this call created has no expiry yet, so each change sets it.
local MIN_LIFETIME_MS = 24 * 60 * 60 * 1000

local function set_expiry(keys)
  local kept_until_ms = tonumber(inventory.kept_until_ms)
  if not kept_until_ms then return end
  local expires_ms = string.format('%.0f', math.max(kept_until_ms, now_ms() + MIN_LIFETIME_MS))
  for _, key in ipairs(keys) do redis.call('PEXPIREAT', key, expires_ms) end
end

local function save_stock()
  local set = {}
  for _, name in ipairs(types) do
    local s = stock[name]
    for _, counter in ipairs({ 'total', 'next', 'held', 'sold' }) do
      set[#set + 1] = counter .. ':' .. name
      set[#set + 1] = s[counter]
    end
  end
  in_slices('HSET', INVENTORY, set)
  redis.call('SET', EVENT, read_model())
  set_expiry(INVENTORY_KEYS)
end
