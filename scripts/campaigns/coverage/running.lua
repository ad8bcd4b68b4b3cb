-- PEN-120, PEN-121, PEN-123, PEN-130, PEN-131, PEN-167: 0.3 s in air, 0.3 s in the skin simulant.
local bench = require "bench"

return bench.case {
  title = "rate, droop and currents, for the campaign of coverage",
  measures = {
    rate_error_percent = "PEN-120", jitter_percent = "PEN-121", droop_percent = "PEN-123",
    air_ma = "PEN-130", skin_ma = "PEN-131", battery_error_mv = "PEN-167",
  },
  run = function(pen, measure)
    pen:set { depth_um = 1500, rate_hz = 120 }
    local run = pen:loaded { seconds = 0.3 }
    measure.rate_error_percent((run.air.rate_hz / 120 - 1) * 100, run.air.rate_budget)
    measure.jitter_percent(run.air.jitter_percent, run.air.jitter_of)
    measure.droop_percent(run.droop_percent, run.droop_budget)
    measure.air_ma(run.air.current_ma, run.air.current_budget)
    measure.skin_ma(run.skin.current_ma, run.skin.current_budget)
    measure.battery_error_mv(run.battery_error_mv, run.battery_budget)
  end,
}
