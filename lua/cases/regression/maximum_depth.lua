-- PEN-112: at its deepest setting the needle never protrudes more than 2.65 mm: not while it
-- starts, runs or stops, and not after orders to go deeper or faster than it may.
local bench = require "bench"
local regression = require "bench.regression"

return bench.case {
  title = "absolute maximum protrusion",
  measures = { maximum_protrusion_um = "PEN-112" },
  run = function(pen, measure)
    pen:set { depth_um = 2500, rate_hz = 150 }
    measure.maximum_protrusion_um(regression.deepest_um(pen, { seconds = 2.6, actions = {
      { at_s = 0.0, send = "DEPTH 2510" },
      { at_s = 0.1, send = "DEPTH 2800" },
      { at_s = 0.4, send = "STROKE 120" },
      { at_s = 0.8, send = "RATE 200" },
      { at_s = 1.0, send = "DEPTH 2800" },
    } }))
  end,
}
