-- PEN-112: the deepest point of one capture of jog, strokes, jog.
local bench = require "bench"
local regression = require "bench.regression"

return bench.case {
  title = "deepest point, for the campaign of coverage",
  measures = { maximum_protrusion_um = "PEN-112" },
  run = function(pen, measure)
    pen:set { depth_um = 2500, rate_hz = 90 }
    measure.maximum_protrusion_um(regression.deepest_um(pen, {
      seconds = 0.9, actions = { { at_s = 0, send = "STROKE 20" } },
    }))
  end,
}
