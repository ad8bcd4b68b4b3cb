-- What the regression cases take of a start.
local regression = require "bench.regression"

return {
  ["the last half of the strokes counts, from crossing to crossing"] = function()
    assert(regression.last_half { 0, 900, 1000, 1100, 1200, 1300 } == 300)
    assert(regression.last_half { 0, 5, 100, 200, 300 } == 200)
  end,
  ["two crossings are one stroke"] = function()
    assert(regression.last_half { 100, 250 } == 150)
  end,
  ["a start that is clear settled when it did, on the corrected clock"] = function()
    local clear = regression.settled({ earliest_seconds = 0.2, latest_seconds = 0.2 }, 0.5, 1)
    assert(clear.seconds == 0.4 and clear.earliest_s == 0.4 and clear.latest_s == 0.4)
  end,
  ["of a stroke at the edge the value is the middle of both instants"] = function()
    local edge = regression.settled({ earliest_seconds = 0.25, latest_seconds = 0.5 }, 1, 1)
    assert(edge.seconds == 0.375 and edge.earliest_s == 0.25 and edge.latest_s == 0.5)
  end,
  ["what has perhaps never settled may have taken the capture"] = function()
    local perhaps = regression.settled({ earliest_seconds = 0.25 }, 0.5, 1)
    assert(perhaps.seconds == 0.75 and perhaps.earliest_s == 0.5 and perhaps.latest_s == 1)
  end,
  ["what never settled took all of it"] = function()
    local never = regression.settled({}, 0.5, 1)
    assert(never.seconds == 1 and never.earliest_s == 1 and never.latest_s == 1)
  end,
}
