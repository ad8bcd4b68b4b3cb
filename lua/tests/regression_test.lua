-- The spread of the strokes of a start.
local regression = require "bench.regression"

return {
  ["equal strokes have no jitter"] = function()
    local percent, strokes, samples = regression.jitter { 0, 900, 1000, 1100, 1200, 1300 }
    assert(percent == 0 and strokes == 3 and samples == 300)
  end,
  ["the first half does not count"] = function()
    assert(regression.jitter { 0, 5, 100, 200, 300 } == 0)
  end,
  ["jitter is that of single strokes, in per cent"] = function()
    local percent = regression.jitter { 0, 0, 0, 0, 99, 200, 299, 400 }
    assert(math.abs(percent - 1.154700538) < 1e-6)
  end,
}
