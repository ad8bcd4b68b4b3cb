-- PEN-123, PEN-131, PEN-167: in the skin simulant rate, current and battery voltage are right.
local bench = require "bench"

return bench.case {
  title = "rate droop, supply current and battery voltage in the skin simulant at 120 Hz",
  measures = { droop_percent = "PEN-123", current_ma = "PEN-131",
               loaded_battery_error_mv = "PEN-167" },
  run = function(pen, measure)
    pen:set { depth_um = 1500, rate_hz = 120 }
    local run = pen:loaded { seconds = 0.3 }
    measure.droop_percent(run.droop_percent, run.droop_budget)
    measure.current_ma(run.skin.current_ma, run.skin.current_budget)
    measure.loaded_battery_error_mv(run.battery_error_mv, run.battery_budget)
  end,
}
