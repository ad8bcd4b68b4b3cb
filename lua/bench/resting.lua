-- What a pen takes that does nothing: awake, and asleep.
local raw_jig = require "raw.jig"
local raw_capture = require "raw.capture"
local current = require "bench.current"
local uncertainty = require "bench.uncertainty"

local resting = {}

local MEAN_S = 0.05
local ASLEEP_S = 2.1 -- the pen sleeps 2 s after the last line or movement

local function measure(pen)
  local found = pen:capture {
    seconds = MEAN_S, analyses = { "sinc3:clk=MOD_CLK,dat=MOD_DAT,osr=160" },
  }
  local calibration = raw_jig.calibration()
  pen:check_jig(current.bench_fault(found[1]))
  local ma = current.mean_ma(found[1], calibration, raw_capture.OVER_RANGE)
  return {
    current_ma = ma,
    current_budget = not found[1].clipped and
      uncertainty.current(calibration, { ma = ma, clocks = found[1].bits }) or nil,
  }
end

--- Supply current at rest, awake: within 2 s of the last line. The pen answers first: one that is
--- still starting up takes more, and is not at rest.
---@return { current_ma: any, current_budget: table[]|nil }
function resting.awake(pen)
  pen:status()
  return measure(pen)
end

--- Supply current asleep. Waits for it, saying nothing to the pen.
---@return { current_ma: any, current_budget: table[]|nil }
function resting.asleep(pen)
  raw_jig.wait(ASLEEP_S)
  return measure(pen)
end

return resting
