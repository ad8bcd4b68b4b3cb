-- PEN-162: when its supply comes, the needle does not move until an order says so.
local bench = require "bench"
local regression = require "bench.regression"
local raw_pen = require "raw.pen"

return bench.case {
  title = "no motion at power-up",
  measures = { motion_counts = "PEN-162" },
  run = function(pen, measure)
    pen:set { depth_um = 1500 }
    raw_pen.power(false)
    local power = { at_s = 0.02, power = true }
    measure.motion_counts(regression.still(pen, { seconds = 1.2, actions = { power } }).motion)
  end,
}
