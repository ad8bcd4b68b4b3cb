-- PEN-101: the pen names the firmware image that belongs into it, by the CRC-32 over its own flash.
local bench = require "bench"

return bench.case {
  title = "firmware identity equals the image",
  measures = { identity_matches = "PEN-101" },
  run = function(pen, measure)
    measure.identity_matches(pen:identity().matches)
  end,
}
