-- What the regression cases share: captures in which the needle has to stand, starts from rest, the
-- deepest point of a capture, stops by the charger, and refusals.
local raw_pen = require "raw.pen"
local raw_jig = require "raw.jig"
local raw_capture = require "raw.capture"
local depth = require "bench.depth"
local status = require "bench.status"
local uncertainty = require "bench.uncertainty"

local regression = {}

local ENCODER = "a=ENC_A,b=ENC_B"
local LATE_S = 0.05            -- an action comes at most so late
local JOG_S = 0.5              -- one turn at 15 Hz, start, park, and a rest that parts movements
local STOP_S = 1.2             -- a soft stop and the park behind it, at most
local REST_S = 0.2             -- so long without a count is no pause between two strokes
local STROKE_COUNTS_MIN = 2000 -- a full stroke is 3.0 mm

-- A capture in which orders may be refused.
local function captured(pen, wanted)
  local analyses = { "quadrature:" .. ENCODER, "pulse:ch=TACH" }
  for _, analysis in ipairs(wanted.analyses or {}) do analyses[#analyses + 1] = analysis end
  local found = raw_capture.run {
    seconds = wanted.seconds, actions = wanted.actions, analyses = analyses, answers = true,
  }
  local quadrature, tach = found[1], found[2]
  pen:check_jig(depth.encoder_fault(quadrature, tach))
  found.samplerate_hz = raw_capture.samplerate_hz() * found.rate_ratio
  found.seconds_at = function(sample) return sample / found.samplerate_hz end
  found.motion = quadrature
  return found
end

--- One capture of `seconds` with `actions`, in which the needle should stand.
---@return { motion: integer, answers: string[] } still counts between its extremes; the pen's lines
function regression.still(pen, wanted)
  local found = captured(pen, wanted)
  return { motion = found.motion.peak_to_peak, answers = found.answers }
end

--- Starts from rest at rate_hz, captures `seconds` of it, stops. The rate is the mean over the last
--- half of the strokes, its budget in per cent of it.
---@return { rate_hz: number, rate_budget: table[], settling_s: number, settling_budget: table[] }
function regression.start(pen, wanted)
  pen:set { rate_hz = wanted.rate_hz }
  local found = captured(pen, {
    seconds = wanted.seconds,
    actions = { { at_s = 0.02, send = "RUN" } },
    analyses = { ("settling:%s,hysteresis=300"):format(ENCODER) },
  })
  pen:order "STOP"
  pen:wait_for("IDLE", STOP_S + REST_S)
  local settling = found[3]
  if not settling.rate_hz then raw_pen.fail "the needle does not stroke after RUN" end
  local calibration, rate_hz = raw_jig.calibration(), settling.rate_hz * found.rate_ratio
  local settled = regression.settled(settling, found.rate_ratio, wanted.seconds)
  return {
    rate_hz = rate_hz, settling_s = settled.seconds,
    rate_budget = uncertainty.rate(calibration, {
      samples = found.samples, span_samples = regression.last_half(settling.crossings),
    }),
    settling_budget = uncertainty.settling(calibration, {
      seconds = settled.seconds, samples = found.samples, samplerate_hz = found.samplerate_hz,
      rate_hz = rate_hz, earliest_s = settled.earliest_s, latest_s = settled.latest_s,
    }),
  }
end

--- When a start had settled, from its first motion. A stroke at the edge of the band leaves an
--- earliest and a latest instant, and the value is the middle of both (JCGM 100, 4.3.7). A rate
--- that does not stay has not settled within the capture: at least that long.
---@param settling table of the analysis
---@param rate_ratio number the sample rate over its nominal one
---@param capture_s number
---@return { seconds: number, earliest_s: number, latest_s: number }
function regression.settled(settling, rate_ratio, capture_s)
  local function instant_s(seconds) return seconds and seconds / rate_ratio or capture_s end
  local earliest_s = instant_s(settling.earliest_seconds)
  local latest_s = instant_s(settling.latest_seconds)
  return {
    seconds = (earliest_s + latest_s) / 2, earliest_s = earliest_s, latest_s = latest_s,
  }
end

--- Samples that the last half of the strokes between crossings takes. At least two crossings.
---@param crossings integer[] samples
function regression.last_half(crossings)
  return crossings[#crossings] - crossings[(#crossings + 1) // 2]
end

--- One capture of slow jog, `actions`, slow jog: the deepest the needle ever was, past the nose,
--- and its budget.
---@param wanted { seconds: number, actions: table[] } seconds and times of the part between
---@return number deepest_um, table[] budget
function regression.deepest_um(pen, wanted)
  local begin_s = 0.02 + LATE_S + JOG_S
  local end_s = begin_s + wanted.seconds
  local actions = { { at_s = 0.02, send = "JOG 1" } }
  for _, action in ipairs(wanted.actions) do
    actions[#actions + 1] = { at_s = begin_s + action.at_s, send = action.send }
  end
  actions[#actions + 1] = { at_s = end_s, send = "JOG 1" }
  local found = captured(pen, {
    seconds = end_s + LATE_S + JOG_S, actions = actions,
    analyses = { ("protrusion:%s,z=ENC_Z,hysteresis=300"):format(ENCODER) },
  })
  local protrusion = found[3]
  local movements = depth.movements(protrusion.top, found.seconds_at)
  pen:check_jig(depth.bench_fault(protrusion, movements, 3))
  if #movements ~= 3 then
    raw_pen.fail(("the needle made %d movements, wanted jog, strokes, jog"):format(#movements))
  end
  local calibration = raw_jig.calibration()
  local counts = found.motion.max - protrusion.zero_count
  local deepest_um = counts * calibration.um_per_count + calibration.z0_um
  return deepest_um, uncertainty.depth(calibration, {
    um = deepest_um, closing = protrusion.closing,
    sample_um = depth.zero_sample_um(protrusion, found.samplerate_hz),
  })
end

--- The line, sent as it is, must make the needle stroke: else no noise could have.
function regression.must_move(pen, line)
  local found = captured(pen, { seconds = 1.0, actions = { { at_s = 0.02, raw = line } } })
  if found.motion.peak_to_peak < STROKE_COUNTS_MIN then
    raw_pen.fail(("the needle does not stroke after the good line \"%s\"; the pen answers \"%s\"")
      :format(line:gsub("\n", ""), found.answers[1] or ""))
  end
end

--- Runs, and captures whether `actions` bring the needle to a stand: 1.4 s after the last of them
--- at the latest, and for good.
function regression.stopped_by(pen, actions)
  local last_s = actions[#actions].at_s
  local seconds = last_s + LATE_S + STOP_S + REST_S
  pen:order "RUN"
  raw_jig.wait(0.3)
  local found = captured(pen, { seconds = seconds, actions = actions })
  local motion = found.motion
  local stood_s = motion.last_sample and found.seconds_at(motion.last_sample)
  if not stood_s or motion.peak_to_peak < STROKE_COUNTS_MIN then
    raw_pen.fail "the needle does not stroke after RUN"
  end
  return stood_s > last_s and stood_s <= seconds - REST_S
end

--- An action: the charger comes or goes.
function regression.charger(at_s, on)
  return { at_s = at_s, stimulus = "charger", on = on }
end

--- How many of the orders are not refused with the reason that stands with them. What is obeyed by
--- mistake is stopped.
---@param orders string[][] { order, reason }...
function regression.accepted(pen, orders)
  local count = 0
  for _, row in ipairs(orders) do
    local answer = raw_pen.ask(row[1])
    if answer ~= "ERR " .. row[2] then
      print(("\"%s\" is answered \"%s\", wanted \"ERR %s\""):format(row[1], answer, row[2]))
      count = count + 1
    end
    if answer:sub(1, 3) == "OK " then
      pen:order "STOP"
      pen:wait_for("IDLE", STOP_S + REST_S)
    end
  end
  return count
end

--- Of an answer to STATUS? its fields; nil where there was none.
function regression.status(answer)
  return answer and status.parse(answer)
end

return regression
