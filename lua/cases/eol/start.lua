-- PEN-132, PEN-142: ordered to stroke, the needle moves at once, without a great inrush current.
local bench = require "bench"

return bench.case {
  title = "command-to-motion latency and inrush current",
  measures = { latency_ms = "PEN-142", inrush_a = "PEN-132" },
  run = function(pen, measure)
    pen:set { depth_um = 500, rate_hz = 120 }
    local start = pen:started { count = 20 }
    measure.latency_ms(start.latency_ms, start.latency_budget)
    measure.inrush_a(start.inrush_a, start.inrush_budget)
  end,
}
