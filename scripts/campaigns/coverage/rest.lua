-- PEN-133, PEN-167, PEN-168: at rest, as eol/idle.lua has it.
local bench = require "bench"

return bench.case {
  title = "currents at rest, for the campaign of coverage",
  measures = { awake_ma = "PEN-133", battery_error_mv = "PEN-167", asleep_ma = "PEN-168" },
  run = function(pen, measure)
    local awake = pen:awake()
    measure.awake_ma(awake.current_ma, awake.current_budget)
    measure.battery_error_mv(pen:battery_error_mv(awake))
    local asleep = pen:asleep()
    measure.asleep_ma(asleep.current_ma, asleep.current_budget)
  end,
}
