-- PEN-164: a pen whose program hangs resets itself, stands still, and answers within a second.
local bench = require "bench"
local regression = require "bench.regression"

return bench.case {
  title = "safe after a watchdog reset",
  measures = { recovers = "PEN-164" },
  run = function(pen, measure)
    pen:set { depth_um = 1500 }
    local still = regression.still(pen, { seconds = 1.1, actions = {
      { at_s = 0.02, send = "SELFTEST WDT" },
      { at_s = 0.95, send = "STATUS?" },
    } })
    local now = regression.status(still.answers[#still.answers])
    local woke = still.answers[1] == "OK SELFTEST WDT" and now and now.cause == "WATCHDOG"
    measure.recovers(woke and still.motion == 0 and 1 or 0)
  end,
}
