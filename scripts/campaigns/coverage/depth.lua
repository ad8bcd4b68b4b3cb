-- PEN-110, PEN-111: one capture of jog, strokes, jog.
local bench = require "bench"

return bench.case {
  title = "depth and spread, for the campaign of coverage",
  measures = { depth_error_um = "PEN-110", depth_spread_um = "PEN-111" },
  run = function(pen, measure)
    pen:set { rate_hz = 90 }
    local at = pen:depths { settings_um = { 1500 }, count = 40 }[1]
    measure.depth_error_um(at.top_um.mean - 1500, at.budget)
    measure.depth_spread_um(at.spread_um, at.spread_budget)
  end,
}
