-- What a case gives a call of the pen: a table with the keys that the call knows, or the case is
-- wrong, and is told so at its own line. Pure.
local given = {}

local function names(keys)
  local list = {}
  for key in pairs(keys) do list[#list + 1] = key end
  table.sort(list)
  return table.concat(list, ", ")
end

--- Raises, two levels up, unless `wanted` is a table of these keys only.
---@param what string the call, as its error names it
---@param keys table<string, string|false> type of each key; false: it may be absent
function given.check(what, wanted, keys)
  if type(wanted) ~= "table" then
    error(("%s wants a table { %s }, called with a colon; it got %s"):format(what, names(keys),
      type(wanted)), 3)
  end
  for key in pairs(wanted) do
    if keys[key] == nil then
      error(("%s knows %s, not %s"):format(what, names(keys), tostring(key)), 3)
    end
  end
  for key, kind in pairs(keys) do
    if kind and type(wanted[key]) ~= kind then
      local found = wanted[key] == nil and "missing" or "a " .. type(wanted[key])
      error(("%s: %s is %s, wanted a %s"):format(what, key, found, kind), 3)
    end
  end
end

return given
