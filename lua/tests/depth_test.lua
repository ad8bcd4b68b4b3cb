-- Depth from turning points: zero, closing, movements, tops at speed.
local depth = require "bench.depth"

local function good()
  return { illegal = 0, closing = 1, zero_count = 10, top = {}, bottom = {},
           zeros = { { sample = 5, count = 10 }, { sample = 95, count = 11 } } }
end

-- Tops of jog, strokes, jog.
local three = {
  { { sample = 10, count = 700 } }, { { sample = 40 }, { sample = 60 } }, { { sample = 100 } },
}

local calibration = { um_per_count = 2.0, z0_um = 12.5 }

return {
  ["a good capture has no fault"] = function()
    assert(depth.bench_fault(good(), three, 3) == nil)
  end,
  ["an illegal transition is the bench's"] = function()
    local p = good() p.illegal = 1
    assert(depth.bench_fault(p, three, 3):find "illegal")
  end,
  ["a needle that stands while the crank turns is the bench's, a stuck line's one count too"] =
  function()
    for _, counts in ipairs { 0, 1, 9 } do
      local stuck = { illegal = 0, transitions = 500 * counts, peak_to_peak = counts }
      assert(depth.encoder_fault(stuck, { rising = 4 }):find "ENC_A")
    end
  end,
  ["a needle that moves, or stands with the crank, is the pen's"] = function()
    assert(depth.encoder_fault({ illegal = 0, peak_to_peak = 10 }, { rising = 400 }) == nil)
    assert(depth.encoder_fault({ illegal = 0, peak_to_peak = 1 }, { rising = 3 }) == nil)
    assert(depth.encoder_fault({ illegal = 1, peak_to_peak = 3000 }, { rising = 400 }):find
      "illegal")
  end,
  ["a closing of two counts is the bench's, either way"] = function()
    for _, closing in ipairs { 2, -2 } do
      local p = good() p.closing = closing
      assert(depth.bench_fault(p, three, 3):find "closing")
    end
  end,
  ["no second zero is the bench's"] = function()
    local p = good() p.zeros[2] = nil p.closing = nil
    assert(depth.bench_fault(p, three, 3):find "ENC_Z after the strokes")
    p.zeros = {}
    assert(depth.bench_fault(p, three, 3):find "ENC_Z before the strokes")
  end,
  ["zeros of one jog alone close nothing"] = function()
    local p = good() p.zeros[2].sample = 8
    assert(depth.bench_fault(p, three, 3):find "after")
    p.zeros = { { sample = 90, count = 10 }, { sample = 95, count = 10 } }
    assert(depth.bench_fault(p, three, 3):find "before")
    p.zeros[2].sample = 50
    assert(depth.bench_fault(p, three, 3):find "before")
  end,
  ["an illegal transition comes before a wrong number of movements"] = function()
    local p = good() p.illegal, p.zeros, p.closing = 1, {}, nil
    assert(depth.bench_fault(p, {}, 3):find "illegal")
    p.illegal = 0
    assert(depth.bench_fault(p, {}, 3) == nil)
  end,
  ["strokes at several settings lie between the two zeros"] = function()
    local p = good()
    local four = {}
    for i, sample in ipairs { 10, 40, 90, 99 } do four[i] = { { sample = sample, count = 700 } } end
    assert(depth.bench_fault(p, four, 4) == nil)
    p.zeros[2].sample = 80
    assert(depth.bench_fault(p, four, 4):find "after")
  end,
  ["a needle that does not reach the mark is no fault of the mark"] = function()
    local p = good()
    local four = {}
    for i, sample in ipairs { 10, 20, 40, 90 } do four[i] = { { sample = sample, count = 700 } } end
    p.zeros[1] = { sample = 30, count = 10 }
    assert(depth.bench_fault(p, four, 4):find "before") -- it came past it, unseen
    four[1][1].count = 9
    assert(depth.bench_fault(p, four, 4) == nil)
    p.zeros, p.closing = {}, nil
    assert(depth.bench_fault(p, four, 4):find "before")
  end,
  ["an encoder that counts backwards is the bench's"] = function()
    local p = good()
    p.top, p.bottom = { { count = 3010 }, { count = 3000 } }, { { count = -20 } }
    assert(depth.bench_fault(p, three, 3) == nil)
    p.top, p.bottom = { { count = 20 }, { count = 10 } }, { { count = -2980 } }
    assert(depth.bench_fault(p, three, 3):find "exchanged")
    assert(depth.bench_fault(p, {}, 3):find "exchanged")
  end,
  ["movements are parted by rests"] = function()
    local points = {}
    for i, sample in ipairs { 0, 100, 251, 401, 552 } do points[i] = { sample = sample } end
    local list = depth.movements(points, function(n) return n / 1000 end)
    assert(#list == 3 and #list[1] == 2 and #list[2] == 2 and #list[3] == 1)
    assert(#depth.movements({}, function(n) return n end) == 0)
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
  ["the spread is that of all strokes, at speed or not"] = function()
    local tops = { { count = 700 }, { count = 712, rate_hz = 120 }, { count = 705 } }
    assert(depth.spread_um(tops, calibration) == 24)
  end,
  ["the scatter is that of the strokes between start and stop"] = function()
    local tops = { { rate_hz = nil }, { rate_hz = 60 } }
    for i = 1, 10 do tops[#tops + 1] = { rate_hz = 120 + (i % 2 * 2 - 1) } end
    tops[#tops + 1] = { rate_hz = 50 }
    local wanted = 100 / 120 * math.sqrt(10 / 9)
    assert(math.abs(depth.scatter_percent(tops) - wanted) < 1e-9)
    tops[7].rate_hz = 90 -- a stroke that broke out in the middle counts
    assert(depth.scatter_percent(tops) > 5)
    assert(depth.scatter_percent({}) == 0 and depth.scatter_percent({ {} }) == 0)
  end,
}
