-- PEN-101: the pen names the firmware that belongs into it: version, size, CRC-32 of its own flash.
local bench = require "bench"

return bench.case {
  title = "firmware identity equals the image",
  measures = { identity_matches = "PEN-101" },
  run = function(pen, measure)
    measure.identity_matches(pen:identity().matches)
  end,
}
