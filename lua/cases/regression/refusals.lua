-- PEN-166: orders out of range, at the wrong time or misspelt are refused with the reason.
local bench = require "bench"
local regression = require "bench.regression"

local without_depth = { { "STROKE 1", "DEPTH" }, { "RUN", "DEPTH" }, { "JOG 1", "DEPTH" } }
local at_rest = {
  { "DEPTH 240", "RANGE" }, { "DEPTH 2510", "RANGE" }, { "DEPTH 2800", "RANGE" },
  { "DEPTH 1505", "RANGE" }, { "DEPTH 0", "RANGE" }, { "DEPTH 66036", "RANGE" },
  { "RATE 89", "RANGE" }, { "RATE 151", "RANGE" }, { "RATE 65656", "RANGE" },
  { "STROKE 0", "RANGE" }, { "STROKE 1001", "RANGE" }, { "STROKE 65537", "RANGE" },
  { "JOG 0", "RANGE" }, { "JOG 21", "RANGE" }, { "JOG 4294967297", "RANGE" },
  { "STROKE", "COMMAND" }, { "STROKE -1", "COMMAND" }, { "RUN 1", "COMMAND" },
  { "stroke 1", "COMMAND" }, { "GO", "COMMAND" }, { ("9"):rep(61), "TOO-LONG" },
}
local while_running = { { "DEPTH 1500", "BUSY" }, { "STROKE 1", "BUSY" }, { "JOG 1", "BUSY" } }

return bench.case {
  title = "refusals of orders out of range",
  measures = { accepted = "PEN-166" },
  run = function(pen, measure)
    local accepted = regression.accepted(pen, without_depth)
    pen:set { depth_um = 1000 }
    accepted = accepted + regression.accepted(pen, at_rest)
    pen:order "RUN"
    measure.accepted(accepted + regression.accepted(pen, while_running))
  end,
}
