-- Steady strokes: rate and jitter of the needle itself, supply current, and both in the load.
local raw_pen = require "raw.pen"
local raw_jig = require "raw.jig"
local raw_capture = require "raw.capture"
local current = require "bench.current"
local depth = require "bench.depth"
local given = require "bench.given"
local uncertainty = require "bench.uncertainty"
local witness = require "bench.witness"

local running = {}

local SETTLE_S = 0.5 -- after RUN, and after the load has come: PEN-122 and a reserve
local AGREE = 0.005  -- encoder and tachometer

local function evaluate(pen, found, now)
  local stroke, quadrature, tach, sinc3 = found[1], found[2], found[3], found[4]
  local calibration, mid = raw_jig.calibration(), stroke.rate_mid_hz or {}
  local rate_hz = (mid.mean or 0) * found.rate_ratio
  local jitter_percent = rate_hz > 0 and (mid.sd or 0) / mid.mean * 100 or 0
  pen:check_jig(depth.illegal_fault(quadrature.illegal) or current.bench_fault(sinc3) or
    witness.fault {
      encoder = rate_hz, tach = (tach.frequency_hz.mean or 0) / 4 * found.rate_ratio,
      pen = now.rate_hz, tolerance = AGREE * rate_hz, unit = "Hz",
      scatter_percent = jitter_percent, steady_percent = witness.STEADY_PERCENT,
    })
  if now.state ~= "RUN" then
    raw_pen.fail(("the pen stopped by itself: %s, fault %s"):format(now.state, now.fault))
  end
  if rate_hz == 0 then raw_pen.fail "the needle does not stroke while the pen runs" end
  local ma = current.mean_ma(sinc3, calibration, raw_capture.OVER_RANGE)
  -- Behind each bottom but the last the needle passed the middle for certain.
  local strokes = math.max(stroke.minima - 2, 2)
  local span = { samples = found.samples, span_samples = strokes / rate_hz * found.samplerate_hz }
  return {
    rate_hz = rate_hz, rate_budget = uncertainty.rate(calibration, span), span = span,
    jitter_percent = jitter_percent, jitter_of = { n = strokes }, current_ma = ma,
    current_budget = not sinc3.clipped and
      uncertainty.current(calibration, { ma = ma, clocks = sinc3.bits }) or nil,
  }
end

local function steady(pen, seconds)
  local found = pen:capture {
    seconds = seconds,
    analyses = {
      "stroke:a=ENC_A,b=ENC_B,hysteresis=300",
      "quadrature:a=ENC_A,b=ENC_B",
      "pulse:ch=TACH",
      "sinc3:clk=MOD_CLK,dat=MOD_DAT,osr=160",
    },
  }
  return evaluate(pen, found, pen:status())
end

local function start(pen)
  pen:order "RUN"
  raw_jig.wait(SETTLE_S)
end

local function stop(pen)
  pen:order "STOP"
  pen:rest()
end

--- Runs steadily and captures `seconds` of it, in air. The budget of the rate is in per cent of it;
--- `jitter_of` says of how many strokes the jitter is.
---@param wanted { seconds: number }
---@return { rate_hz: number, rate_budget: table[], jitter_percent: number,
--- jitter_of: { n: integer }, current_ma: any, current_budget: table[]|nil }
function running.running(pen, wanted)
  given.check("pen:running", wanted, { seconds = "number" })
  start(pen)
  local air = steady(pen, wanted.seconds)
  stop(pen)
  return air
end

--- Runs in air and then in the skin simulant, `seconds` each.
---@param wanted { seconds: number }
---@return { air: table, skin: table, droop_percent: number, droop_budget: table[],
--- battery_error_mv: number, battery_budget: table[] }
function running.loaded(pen, wanted)
  given.check("pen:loaded", wanted, { seconds = "number" })
  start(pen)
  local air = steady(pen, wanted.seconds)
  pen:stimulus("load", true)
  raw_jig.wait(SETTLE_S)
  local skin = steady(pen, wanted.seconds)
  local battery_error_mv, battery_budget = pen:battery_error_mv(skin)
  pen:stimulus("load", false)
  stop(pen)
  return {
    air = air, skin = skin, battery_error_mv = battery_error_mv, battery_budget = battery_budget,
    droop_percent = (skin.rate_hz / air.rate_hz - 1) * 100,
    droop_budget = uncertainty.droop(raw_jig.calibration(), skin.span, air.span),
  }
end

return running
