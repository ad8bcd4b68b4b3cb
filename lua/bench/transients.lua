-- Starting, stopping, being blocked: times between lines of one capture, never of the script.
local raw_pen = require "raw.pen"
local raw_jig = require "raw.jig"
local raw_capture = require "raw.capture"
local current = require "bench.current"
local depth = require "bench.depth"
local given = require "bench.given"
local uncertainty = require "bench.uncertainty"

local transients = {}

local BIT_S = 1 / 38400  -- a line ends one stop bit after its last edge
local RUN_S = 0.35       -- from RUN until it strokes at about its rate
local AT_S = 0.01        -- of the action; up to 50 ms late
local LATE_S = 0.05
local PARKED_COUNTS = 150
local STILL_S = 0.02     -- at the end of a capture: it has stopped before
local STOP_S, STOP_MAX_S = 0.66, 1.3
local CUT_OUT_S = 0.1    -- beyond the limit of a cut-out
local ENCODER, TACH = "quadrature:a=ENC_A,b=ENC_B", "pulse:ch=TACH"

-- A time between two edges of a capture in ms, and its budget.
local function time_ms(found, seconds)
  local budget = uncertainty.time(raw_jig.calibration(), {
    seconds = seconds, samples = found.samples, samplerate_hz = found.samplerate_hz,
  })
  return seconds * 1000, uncertainty.scaled(budget, 1000)
end

--- `STROKE count` from rest: time from the end of the line to 10 counts of motion, and the largest
--- supply current of any window (19 us) until it runs. The window slides: a period of the pen's PWM
--- is 5 times 32 clocks but for its resonator, and windows that stand side by side would show the
--- same places of it again and again. Returns when the pen has parked.
---@param wanted { count: integer }
---@return { latency_ms: number, latency_budget: table[], inrush_a: any,
--- inrush_budget: table[]|nil }
function transients.started(pen, wanted)
  given.check("pen:started", wanted, { count = "number" })
  local found = pen:capture {
    seconds = AT_S + LATE_S + 0.35,
    actions = { { at_s = AT_S, send = ("STROKE %d"):format(wanted.count) } },
    analyses = {
      "latency:from=CMD,edge=last,a=ENC_A,b=ENC_B,counts=10",
      "sinc3:clk=MOD_CLK,dat=MOD_DAT,osr=32,every=1", ENCODER, TACH,
    },
  }
  local latency, sinc3, encoder, tach = found[1], found[2], found[3], found[4]
  pen:check_jig(depth.encoder_fault(encoder, tach) or current.bench_fault(sinc3))
  if not latency.samples then
    raw_pen.fail(("no motion within %.2f s of STROKE"):format(found.seconds_at(found.samples)))
  end
  pen:rest()
  local latency_ms, latency_budget = time_ms(found, found.seconds_at(latency.samples) - BIT_S)
  local started = { latency_ms = latency_ms, latency_budget = latency_budget }
  local calibration = raw_jig.calibration()
  local ma = current.max_ma(sinc3, calibration, raw_capture.OVER_RANGE)
  started.inrush_a = ma -- the mark of a clipped reading, until it is known to be none
  if not sinc3.clipped then
    ma = ma - uncertainty.inrush_excess_ma(calibration)
    started.inrush_a = ma / 1000
    started.inrush_budget = uncertainty.scaled(uncertainty.inrush(calibration, ma), 1 / 1000)
  end
  return started
end

-- One capture of a stop, with `window_s` for it; nil when the needle still moves at its end.
local function stop_within(pen, window_s)
  pen:order "RUN"
  raw_jig.wait(RUN_S)
  local found = pen:capture {
    seconds = AT_S + LATE_S + window_s + STILL_S,
    actions = { { at_s = AT_S, send = "STOP" } },
    analyses = { "activity:ch=CMD", ENCODER, TACH },
  }
  local line, encoder = found[1], found[2]
  pen:check_jig(depth.encoder_fault(encoder, found[3]))
  if not line.last_sample then
    raw_jig.fault "CMD: no edge though STOP was sent; check its cable"
  end
  if not encoder.last_sample then raw_pen.fail "the needle does not move before STOP" end
  pen:rest()
  if found.seconds_at(found.samples - encoder.last_sample) < STILL_S then return nil end
  local moved_s = found.seconds_at(encoder.last_sample - line.last_sample)
  local ms, budget = time_ms(found, moved_s - BIT_S)
  return { seconds = ms / 1000, budget = uncertainty.scaled(budget, 1 / 1000),
           from_end = encoder.net - encoder.min }
end

--- Runs, then `STOP`: time from the end of the line to the needle's last motion. It must then stand
--- at its retracted end. A pen that is slower than most gets a second, longer capture.
---@return { seconds: number, budget: table[] }
function transients.stopped(pen)
  local stop = stop_within(pen, STOP_S) or stop_within(pen, STOP_MAX_S)
  if not stop then
    raw_pen.fail(("the needle still moves %.1f s after STOP"):format(STOP_MAX_S))
  end
  if stop.from_end > PARKED_COUNTS then
    raw_pen.fail(("the needle stopped %d counts from its retracted end, at most %d is parked")
      :format(stop.from_end, PARKED_COUNTS))
  end
  return { seconds = stop.seconds, budget = stop.budget }
end

--- Runs, then the brake blocks the crank: time from the needle's standstill to the last activity of
--- the motor's gate, at least the rest of the capture when it does not end.
---@return { cut_out_ms: number, budget: table[] }
function transients.stalled(pen)
  pen:order "RUN"
  raw_jig.wait(RUN_S)
  local found = pen:capture {
    seconds = AT_S + LATE_S + CUT_OUT_S,
    actions = { { at_s = AT_S, stimulus = "brake", on = true } },
    analyses = { "activity:ch=PWM", ENCODER, TACH },
  }
  pen:stimulus("brake", false)
  local gate, encoder = found[1], found[2]
  pen:check_jig(depth.encoder_fault(encoder, found[3]))
  if not encoder.last_sample or not gate.last_sample then
    raw_pen.fail "the pen does not run before the brake comes"
  end
  local end_sample = gate.level == 1 and found.samples or gate.last_sample
  local cut_out_ms, budget = time_ms(found, found.seconds_at(end_sample - encoder.last_sample))
  return { cut_out_ms = cut_out_ms, budget = budget }
end

return transients
