-- PEN-141: told to stop at 120 Hz, the needle parks retracted, soon.
local bench = require "bench"

return bench.case {
  title = "stop-to-parked time at 120 Hz",
  measures = { parked_s = "PEN-141" },
  run = function(pen, measure)
    pen:set { depth_um = 500, rate_hz = 120 }
    local stopped = pen:stopped()
    measure.parked_s(stopped.seconds, stopped.budget)
  end,
}
