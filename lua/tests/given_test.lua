-- What a case gives a call is taken as it is meant, or refused by name.
local given = require "bench.given"

local function refused(wanted, reason)
  local ok, text = pcall(given.check, "pen:call", wanted, { count = "number", depth_um = false })
  assert(not ok and text:find(reason, 1, true), text)
end

return {
  ["known keys pass"] = function()
    given.check("pen:call", { count = 1 }, { count = "number", depth_um = false })
    given.check("pen:call", { count = 1, depth_um = 500 }, { count = "number", depth_um = false })
  end,
  ["what is no table"] = function()
    refused(nil, "pen:call wants a table { count, depth_um }, called with a colon; it got nil")
    refused(5, "it got number")
  end,
  ["an unknown key"] = function()
    refused({ count = 1, deph_um = 500 }, "pen:call knows count, depth_um, not deph_um")
    refused({ 1 }, "not 1")
  end,
  ["a key that is missing or of another type"] = function()
    refused({}, "pen:call: count is missing, wanted a number")
    refused({ count = "1" }, "pen:call: count is a string, wanted a number")
  end,
}
