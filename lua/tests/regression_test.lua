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
}
