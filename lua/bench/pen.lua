-- The pen in the jig, as a case speaks of it: set, strokes, running, identity.
--
-- Answers are checked: a refusal, a fault or nonsense fails the pen and names the reason; a capture
-- that cannot be trusted is the bench's fault. Times are sample counts over the corrected rate.
local raw_pen = require "raw.pen"
local raw_jig = require "raw.jig"
local raw_capture = require "raw.capture"
local current = require "bench.current"
local depth = require "bench.depth"
local statistics = require "bench.statistics"
local status = require "bench.status"

---@class bench.Pen
local Pen = {}
Pen.__index = Pen

local RATE_AT_POWER_UP_HZ = 120
local LATE_S = 0.05        -- an action comes at most so late
local JOG_TURNS = 3
local JOG_S = 0.9          -- three turns at 15 Hz, start, park, settle
local POLL_S = 0.02
local SETTLE_S = 1.0       -- after RUN, until the rate is steady

function Pen.new()
  return setmetatable({ rate_hz = RATE_AT_POWER_UP_HZ }, Pen)
end

--- One request whose answer must be "OK ...".
function Pen:order(request)
  local answer = raw_pen.ask(request)
  if answer:sub(1, 3) ~= "OK " then
    raw_pen.fail(("the pen refuses \"%s\": %s"):format(request, answer))
  end
  return answer
end

function Pen:status()
  local answer = self:order "STATUS?"
  local now = status.parse(answer)
  if not now then raw_pen.fail(("the pen's status is nonsense: \"%s\""):format(answer)) end
  return now
end

--- Waits until the pen is in `state`; a fault of the pen or limit_s of waiting fails it.
function Pen:wait_for(state, limit_s)
  local polls = math.ceil(limit_s / POLL_S)
  for _ = 1, polls do
    local now = self:status()
    if now.state == state then return now end
    if now.state == "FAULT" then raw_pen.fail("the pen reports fault " .. now.fault) end
    raw_jig.wait(POLL_S)
  end
  raw_pen.fail(("the pen is not %s after %.1f s"):format(state, limit_s))
end

--- Sets depth and rate, and waits until the nose stands.
---@param wanted { depth_um: integer|nil, rate_hz: integer|nil }
function Pen:set(wanted)
  for key in pairs(wanted) do
    if key ~= "depth_um" and key ~= "rate_hz" then
      error(("pen:set knows depth_um and rate_hz, not %s"):format(tostring(key)), 2)
    end
  end
  if wanted.rate_hz then
    self:order(("RATE %d"):format(wanted.rate_hz))
    self.rate_hz = wanted.rate_hz
  end
  if wanted.depth_um then
    self:order(("DEPTH %d"):format(wanted.depth_um))
    self:wait_for("IDLE", 3.0)
  end
end

--- Who the pen says it is: { version, crc32, size, matches }; matches is 1 when it is the image.
function Pen:identity()
  local answer = self:order "ID?"
  local identity, image = status.parse_identity(answer), raw_pen.image()
  if not identity then
    raw_pen.fail(("the pen's identity is nonsense: \"%s\""):format(answer))
  end
  identity.matches = identity.crc32 == image.crc32 and identity.size == image.size and 1 or 0
  return identity
end

--- One capture: slow jog, `count` strokes, slow jog. Returns depths at speed and the exact count.
---@param wanted { count: integer }
---@return { count: integer, top_um: table }
function Pen:strokes(wanted)
  local stroke_at_s = 0.02 + JOG_S + LATE_S
  -- Soft stop and park take longer the faster the crank turns.
  local strokes_s = wanted.count / self.rate_hz + self.rate_hz / 300 + 0.9
  local jog_at_s = stroke_at_s + strokes_s + LATE_S
  local found = raw_capture.run {
    seconds = jog_at_s + JOG_S + LATE_S,
    actions = {
      { at_s = 0.02, send = ("JOG %d"):format(JOG_TURNS) },
      { at_s = stroke_at_s, send = ("STROKE %d"):format(wanted.count) },
      { at_s = jog_at_s, send = ("JOG %d"):format(JOG_TURNS) },
    },
    analyses = { "protrusion:a=ENC_A,b=ENC_B,z=ENC_Z,hysteresis=300" },
  }
  local protrusion = found[1]
  local now = self:status()
  if now.state == "FAULT" then
    raw_pen.fail("the pen reports fault " .. now.fault .. " while stroking")
  end
  local samplerate_hz = raw_capture.samplerate_hz() * found.rate_ratio
  local movements = depth.movements(protrusion.top, samplerate_hz)
  if #movements ~= 3 then
    raw_pen.fail(("the needle made %d movements, wanted jog, strokes, jog"):format(#movements))
  end
  local fault = depth.bench_fault(protrusion)
  if fault then raw_jig.fault(fault) end
  local list = depth.at_speed_um(movements[2], protrusion.zero_count, raw_jig.calibration())
  local top_um = statistics.of(list)
  if not top_um then raw_pen.fail "no stroke reached a running rate" end
  return { count = #movements[2], top_um = top_um }
end

--- Runs steadily and captures `seconds` of it: rate of the needle itself, current in the shunt.
---@param wanted { seconds: number }
---@return { rate_hz: number, current_ma: any }
function Pen:running(wanted)
  self:order "RUN"
  raw_jig.wait(SETTLE_S)
  local found = raw_capture.run {
    seconds = wanted.seconds,
    analyses = {
      "stroke:a=ENC_A,b=ENC_B,hysteresis=300",
      "quadrature:a=ENC_A,b=ENC_B",
      "pulse:ch=TACH",
      "sinc3:clk=MOD_CLK,dat=MOD_DAT,osr=160",
    },
  }
  local now = self:status()
  self:order "STOP"
  if now.state ~= "RUN" then
    raw_pen.fail(("the pen stopped by itself: %s, fault %s"):format(now.state, now.fault))
  end
  self:wait_for("IDLE", 3.0)
  return self:evaluate_running(found)
end

function Pen:evaluate_running(found)
  local stroke, quadrature, tach, sinc3 = found[1], found[2], found[3], found[4]
  if quadrature.illegal > 0 then
    raw_jig.fault(("encoder: %d illegal transitions of ENC_A/ENC_B; check its cable and head")
      :format(quadrature.illegal))
  end
  local rate = stroke.rate_mid_hz
  if not rate or not rate.mean then raw_pen.fail "the needle does not stroke while the pen runs" end
  local rate_hz = rate.mean * found.rate_ratio
  local tach_hz = (tach.frequency_hz and tach.frequency_hz.mean or 0) / 4 * found.rate_ratio
  -- Two independent witnesses of one motion: they part only when something slips or is not counted.
  if math.abs(tach_hz / rate_hz - 1) > 0.005 then
    raw_jig.fault(("the encoder sees %.2f Hz and the tachometer %.2f Hz: the gauge slips or " ..
      "TACH has no contact; reseat and run again"):format(rate_hz, tach_hz))
  end
  return {
    rate_hz = rate_hz,
    current_ma = current.mean_ma(sinc3, raw_jig.calibration(), raw_capture.OVER_RANGE),
  }
end

return Pen
