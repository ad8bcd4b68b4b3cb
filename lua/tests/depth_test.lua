-- Depth from turning points: zero, closing, movements, tops at speed.
local depth = require "bench.depth"

local function good()
  return { illegal = 0, closing = 1, zeros = { { count = 10 }, { count = 11 } }, zero_count = 10 }
end

local calibration = { um_per_count = 2.0, z0_um = 12.5 }

return {
  ["a good capture has no fault"] = function() assert(depth.bench_fault(good()) == nil) end,
  ["an illegal transition is the bench's"] = function()
    local p = good() p.illegal = 1
    assert(depth.bench_fault(p):find "illegal")
  end,
  ["a closing of two counts is the bench's, either way"] = function()
    for _, closing in ipairs { 2, -2 } do
      local p = good() p.closing = closing
      assert(depth.bench_fault(p):find "closing")
    end
  end,
  ["no second zero is the bench's"] = function()
    local p = good() p.zeros = { { count = 10 } } p.closing = nil
    assert(depth.bench_fault(p):find "ENC_Z")
  end,
  ["movements are parted by rests"] = function()
    local points = {}
    for i, sample in ipairs { 0, 100, 301, 501, 702 } do points[i] = { sample = sample } end
    local list = depth.movements(points, 1000)
    assert(#list == 3 and #list[1] == 2 and #list[2] == 2 and #list[3] == 1)
    assert(#depth.movements({}, 1000) == 0)
  end,
  ["only tops at speed count, with scale and offset"] = function()
    local tops = { { count = 500, rate_hz = 40 } }
    for i = 1, 8 do tops[#tops + 1] = { count = 760 + i % 2, rate_hz = 120 + i / 100 } end
    tops[#tops + 1] = { count = 900, rate_hz = nil }
    local list = depth.at_speed_um(tops, 10, calibration)
    assert(#list == 8)
    for _, um in ipairs(list) do assert(um == 750 * 2 + 12.5 or um == 751 * 2 + 12.5) end
  end,
  ["no rate, no depth"] = function()
    assert(#depth.at_speed_um({ { count = 5 } }, 0, calibration) == 0)
    assert(#depth.at_speed_um({}, 0, calibration) == 0)
  end,
}
