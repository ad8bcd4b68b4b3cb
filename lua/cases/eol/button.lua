-- PEN-160: one press of the button starts the strokes, the next one stops them.
local bench = require "bench"

return bench.case {
  title = "button starts and stops", measures = { starts_and_stops = "PEN-160" },
  run = function(pen, measure)
    pen:set { depth_um = 500, rate_hz = 90 }
    local before = pen:watch(0.05)
    pen:press()
    local running = pen:reaches("RUN", 0.5) and pen:watch(0.1) or 0
    pen:press()
    local after = pen:reaches("IDLE", 2) and pen:watch(0.05) or 1
    measure.starts_and_stops(before == 0 and running > 2000 and after == 0 and 1 or 0)
  end,
}
