-- What plain Lua answers by address is the same in every run of a case.
local function keys(t)
  local list = {}
  for key in pairs(t) do list[#list + 1] = tostring(key) end
  return table.concat(list, " ")
end

return {
  ["pairs come in order"] = function()
    assert(keys {} == "")
    assert(keys { b = 1, a = 1, ["a\0"] = 1, [""] = 1, B = 1 } == " B a a\0 b")
    assert(keys { [10] = 1, [2] = 1, [-1] = 1, [1.5] = 1, x = 1, [true] = 1, [false] = 1 }
      == "false true -1 1.5 2 10 x")
    assert(keys { [math.maxinteger] = 1, [math.maxinteger - 1] = 1 }
      == ("%d %d"):format(math.maxinteger - 1, math.maxinteger))
    for _, pair in ipairs { { math.maxinteger, 2 ^ 63 }, { 2 ^ 63, math.maxinteger } } do
      assert(keys { [pair[1]] = 1, [pair[2]] = 1 } == ("%d %s"):format(math.maxinteger, 2 ^ 63))
    end
    assert(keys { 7, 8, 9, nil, 10 } == "1 2 3 5")
  end,

  ["pairs gives the values of now"] = function()
    local t, seen = { a = 1, b = 2, c = 3 }, ""
    for key, value in pairs(t) do
      seen = seen .. key .. value
      t.b, t.c, t.d = nil, 30, 4
    end
    assert(seen == "a1c30")
  end,

  ["pairs asks the table"] = function()
    local t = setmetatable({}, { __pairs = function(self) return next, { own = 1 }, nil end })
    assert(keys(t) == "own")
    for _, wrong in ipairs { 5, "x", false } do assert(not pcall(pairs, wrong)) end
    assert(not pcall(pairs))
  end,

  ["keys without an order are refused"] = function()
    local good, why = pcall(pairs, { [{}] = 1 })
    assert(not good and why:find("no order that repeats", 1, true))
    assert(not pcall(next, { [print] = 1 }))
  end,

  ["next follows the order"] = function()
    local t, list, key, value = { b = 2, [1] = 0, a = 1 }, ""
    repeat
      key, value = next(t, key)
      list = list .. tostring(key) .. tostring(value) .. " "
    until key == nil
    assert(list == "10 a1 b2 nilnil ")
    assert(next {} == nil)
  end,

  ["text has no address"] = function()
    assert(tostring {} == "table" and tostring(print) == "function")
    assert(tostring(require "raw.capture".OVER_RANGE) == "userdata")
    assert(("%s %s"):format({}, print) == "table function")
    assert(("%5.1f%%p|%s"):format(1.25, nil) == "  1.2%p|nil")
    local named = setmetatable({}, { __tostring = function() return "me" end })
    assert(tostring(named) == "me" and ("%s"):format(named) == "me")
    for _, format in ipairs { "%p", "%-20p", "%s %p" } do
      assert(not pcall(string.format, format, "", ""), format)
    end
    assert(not pcall(tostring) and tostring(nil) == "nil" and tostring(1.5) == "1.5")
  end,

  ["sorting keeps the order of equals, however hard the list"] = function()
    for count = 0, 70 do
      local rows, reversed = {}, {}
      for i = 1, count do
        rows[i], reversed[i] = { key = i * 7919 % 5, i = i }, count - i
      end
      table.sort(rows, function(a, b) return a.key < b.key end)
      table.sort(reversed)
      for i = 2, count do
        local a, b = rows[i - 1], rows[i]
        assert(a.key < b.key or a.key == b.key and a.i < b.i, count)
        assert(reversed[i - 1] == i - 2 and reversed[i] == i - 1, count)
      end
    end
  end,

  ["what cannot be sorted is an error, and stays as it is"] = function()
    local mixed = { 3, "x", 1 }
    assert(not pcall(table.sort, mixed) and mixed[1] == 3 and mixed[3] == 1)
    for _, wrong in ipairs { 5, "x", true } do
      assert(not pcall(table.sort, wrong) and not pcall(table.sort, { 1 }, wrong))
    end
    local endless = setmetatable({}, { __len = function() return math.maxinteger end })
    assert(not pcall(table.sort, endless))
    local list = { 1, 2, 3 }
    table.sort(list, function() return true end)
    assert(#list == 3)
  end,
}
