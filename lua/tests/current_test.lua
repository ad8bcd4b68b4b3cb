-- Current from the modulator's mean, and numbers of lists.
local current = require "bench.current"
local statistics = require "bench.statistics"

local calibration = { full_scale_v = 0.32, shunt_ohm = 0.1, zero_v = 0.001 }

return {
  ["a mean of a quarter is 0.8 A less the zero"] = function()
    local ma = current.mean_ma({ mean = 0.25, clipped = false }, calibration, "over")
    assert(math.abs(ma - 790) < 1e-9)
  end,
  ["a clipped reading is no number"] = function()
    assert(current.mean_ma({ mean = 0.98, clipped = true }, calibration, "over") == "over")
  end,
  ["the largest output, less the zero"] = function()
    assert(math.abs(current.max_ma({ max = 0.5, clipped = false }, calibration, 0) - 1590) < 1e-9)
    assert(current.max_ma({ max = 0.98, clipped = true }, calibration, "over") == "over")
  end,
  ["a modulator that lives has no fault, clipped upwards or not"] = function()
    assert(not current.bench_fault { min = 0, max = 0.07, clipped = false, outputs = 9 })
    assert(not current.bench_fault { min = 0, max = 0.9846, clipped = true, outputs = 9 })
  end,
  ["a line that is stuck is the bench's, either way"] = function()
    assert(current.bench_fault { min = -1, max = -1, clipped = true, outputs = 9 }:find "stuck")
    assert(current.bench_fault { min = 0, max = 1, clipped = true, outputs = 9 }:find "stuck")
  end,
  ["a current that clips backwards is the bench's"] = function()
    assert(current.bench_fault { min = -0.98, max = 0, clipped = true, outputs = 9 }:find "shunt")
  end,
  ["no output is no current"] = function()
    assert(current.bench_fault { outputs = 0 }:find "no value")
  end,
  ["statistics of a list"] = function()
    local s = statistics.of { 2, 4, 4, 4, 5, 5, 7, 9 }
    assert(s.count == 8 and s.mean == 5 and s.min == 2 and s.max == 9)
    assert(math.abs(s.sd - math.sqrt(32 / 7)) < 1e-12)
    assert(statistics.of {} == nil)
    assert(statistics.of({ 3 }).sd == 0)
  end,
  ["quantiles by nearest rank"] = function()
    assert(statistics.quantile({ 4, 1, 3, 2 }, 0.75) == 3)
    assert(statistics.quantile({ 4, 1, 3, 2 }, 1) == 4)
    assert(statistics.quantile({ 4, 1, 3, 2 }, 0) == 1)
  end,
}
