-- PEN-163: random bytes, and an order with any bit wrong or any part missing, do not move the
-- needle; the order as it should be does.
local bench = require "bench"
local noise = require "bench.noise"
local regression = require "bench.regression"

return bench.case {
  title = "no motion on line noise",
  measures = { motion_counts = "PEN-163" },
  run = function(pen, measure)
    local order, motion = noise.line "STROKE 3", 0
    pen:set { depth_um = 1500 }
    local lines = { { noise.random(2000, 7) }, noise.bit_errors(order), noise.cuts(order) }
    for _, texts in ipairs(lines) do
      local actions, end_s = noise.actions(texts, 0.02)
      local still = regression.still(pen, { seconds = end_s + 0.3, actions = actions })
      motion = motion + still.motion
    end
    measure.motion_counts(motion)
    regression.must_move(pen, order)
  end,
}
