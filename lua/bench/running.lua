-- Steady strokes: rate and jitter of the needle itself, supply current, and both in the load.
local raw_pen = require "raw.pen"
local raw_jig = require "raw.jig"
local raw_capture = require "raw.capture"
local current = require "bench.current"
local depth = require "bench.depth"
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
  local u_percent = uncertainty.rate_percent(calibration, math.max(stroke.maxima - 1, 1),
                                             found.samples, jitter_percent)
  return {
    rate_hz = rate_hz, u_percent = u_percent, u_hz = u_percent / 100 * rate_hz,
    jitter_percent = jitter_percent, current_ma = ma,
    u_ma = not sinc3.clipped and uncertainty.current_ma(calibration, ma) or nil,
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

--- Runs steadily and captures `seconds` of it, in air. `u_...` are expanded uncertainties.
---@param wanted { seconds: number }
---@return { rate_hz: number, u_hz: number, u_percent: number, jitter_percent: number,
--- current_ma: any, u_ma: number|nil }
function running.running(pen, wanted)
  start(pen)
  local air = steady(pen, wanted.seconds)
  stop(pen)
  return air
end

--- Runs in air and then in the skin simulant, `seconds` each.
---@param wanted { seconds: number }
---@return { air: table, skin: table, droop_percent: number, u_percent: number,
--- battery_error_mv: number }
function running.loaded(pen, wanted)
  start(pen)
  local air = steady(pen, wanted.seconds)
  pen:stimulus("load", true)
  raw_jig.wait(SETTLE_S)
  local skin = steady(pen, wanted.seconds)
  local battery_error_mv = pen:battery_error_mv(skin.current_ma)
  pen:stimulus("load", false)
  stop(pen)
  return {
    air = air, skin = skin, battery_error_mv = battery_error_mv,
    droop_percent = (skin.rate_hz / air.rate_hz - 1) * 100,
    u_percent = math.sqrt(air.u_percent ^ 2 + skin.u_percent ^ 2),
  }
end

return running
