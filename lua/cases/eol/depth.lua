-- PEN-110, PEN-111, PEN-140: set to 1.50 mm and stroking 80 times at 120 Hz, the needle protrudes
-- 1.50 mm past the nose, by the same amount each time, exactly 80 times.
local bench = require "bench"

return bench.case {
  title = "needle depth at 1.50 mm, 120 Hz",
  measures = { depth_error_um = "PEN-110", depth_spread_um = "PEN-111", count_error = "PEN-140" },
  run = function(pen, measure)
    pen:set { depth_um = 1500, rate_hz = 120 }
    local strokes = pen:strokes { count = 80 }
    measure.depth_error_um(strokes.top_um.mean - 1500)
    measure.depth_spread_um(strokes.top_um.max - strokes.top_um.min)
    measure.count_error(strokes.count - 80)
  end,
}
