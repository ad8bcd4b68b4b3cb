-- PEN-165: on the charger the pen refuses to stroke; the charger stops a pen that strokes.
local bench = require "bench"
local regression = require "bench.regression"

return bench.case {
  title = "charger interlock",
  measures = { interlocked = "PEN-165" },
  run = function(pen, measure)
    pen:set { depth_um = 1500 }
    local on, off = regression.charger(0.02, true), regression.charger(0.5, false)
    local order = { at_s = 0.2, send = "STROKE 3" }
    local refused = regression.still(pen, { seconds = 0.7, actions = { on, order, off } })
    local stopped = regression.stopped_by(pen, { regression.charger(0.5, true) })
    measure.interlocked(refused.motion == 0 and refused.answers[1] == "ERR CHARGING" and stopped
      and 1 or 0)
  end,
}
