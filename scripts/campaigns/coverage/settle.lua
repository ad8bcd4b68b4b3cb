-- PEN-120, PEN-122: one start from rest to 120 Hz.
local bench = require "bench"
local regression = require "bench.regression"

return bench.case {
  title = "rate and settling of a start, for the campaign of coverage",
  measures = { rate_error_percent = "PEN-120", settling_s = "PEN-122" },
  run = function(pen, measure)
    pen:set { depth_um = 1500 }
    local start = regression.start(pen, { rate_hz = 120, seconds = 0.7 })
    measure.rate_error_percent((start.rate_hz / 120 - 1) * 100, start.rate_budget)
    measure.settling_s(start.settling_s, start.settling_budget)
  end,
}
