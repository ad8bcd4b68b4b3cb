-- PEN-161: on a battery of 3.10 V the pen refuses to stroke, says why, and stands still: for longer
-- than PEN-142 gives it to begin.
local bench = require "bench"

return bench.case {
  title = "low-battery lock-out at 3.10 V",
  measures = { locked_out = "PEN-161" },
  run = function(pen, measure)
    pen:set { depth_um = 500 }
    pen:low_battery()
    local reason = pen:refusal "STROKE 20"
    measure.locked_out(reason == "BATTERY" and pen:watch(0.15) == 0 and 1 or 0)
  end,
}
