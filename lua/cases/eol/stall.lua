-- PEN-150: a crank that is blocked while it runs at 120 Hz is not driven for long.
local bench = require "bench"

return bench.case {
  title = "stall cut-out time at 120 Hz",
  measures = { cut_out_ms = "PEN-150" },
  run = function(pen, measure)
    pen:set { depth_um = 500, rate_hz = 120 }
    local stalled = pen:stalled()
    measure.cut_out_ms(stalled.cut_out_ms, stalled.budget)
  end,
}
