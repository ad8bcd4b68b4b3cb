-- PEN-120, PEN-121, PEN-130: told to run at 120 Hz, the needle strokes at 120 Hz, evenly, on a low
-- supply current.
local bench = require "bench"

return bench.case {
  title = "stroke rate, jitter and running current at 120 Hz",
  measures = { rate_error_percent = "PEN-120", jitter_percent = "PEN-121", current_ma = "PEN-130" },
  run = function(pen, measure)
    pen:set { depth_um = 1500, rate_hz = 120 }
    local running = pen:running { seconds = 0.5 }
    measure.rate_error_percent((running.rate_hz / 120 - 1) * 100, running.rate_budget)
    measure.jitter_percent(running.jitter_percent, running.jitter_of)
    measure.current_ma(running.current_ma, running.current_budget)
  end,
}
