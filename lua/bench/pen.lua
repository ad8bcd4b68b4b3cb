-- The pen in the jig, as a case speaks of it: set, strokes, running, started, stopped, idle.
--
-- Answers are checked: a refusal, a fault or nonsense fails the pen and names the reason; a capture
-- that cannot be trusted is the bench's fault. Times are sample counts over the corrected rate.
-- What is measured how stands in strokes.lua, running.lua, transients.lua and resting.lua.
local raw_pen = require "raw.pen"
local raw_jig = require "raw.jig"
local raw_capture = require "raw.capture"
local depth = require "bench.depth"
local given = require "bench.given"
local resting = require "bench.resting"
local running = require "bench.running"
local status = require "bench.status"
local strokes = require "bench.strokes"
local supply = require "bench.supply"
local transients = require "bench.transients"
local uncertainty = require "bench.uncertainty"

local OPTIONAL = { has_depth = true } -- fields that are nil until they are set

---@class bench.Pen
---@field rate_hz integer as it was set last
local Pen = {}
Pen.__index = function(_, name)
  if Pen[name] == nil and type(name) == "string" and not OPTIONAL[name] then
    error(("the pen has no '%s'; lua/README.md lists what it offers"):format(name), 2)
  end
  return Pen[name]
end

local RATE_AT_POWER_UP_HZ = 120
local MISTAKE = "the order \"%s\" is the case's mistake: %s"
local NO_DEPTH = "\"%s\" wants a depth first: pen:set { depth_um = ... }"
local POLL_S = 0.01
local LOW_MV, LOW_POLLS = 3150, 10
local MOVE_S = 3.0 -- the longest way of the nose, homing included, and twice that again
local PARK_S = 3.0 -- the longest stop and park

-- A state that no pen is ever in would fail every pen.
local function check_state(state)
  if not status.states[state] then
    error(("no state \"%s\"; the pen knows FAULT, IDLE, JOG, MOVE, RUN, STOP"):format(
      tostring(state)), 3)
  end
end

function Pen.new()
  return setmetatable({ rate_hz = RATE_AT_POWER_UP_HZ }, Pen)
end

--- One request whose answer must be "OK ...".
---@return string answer
function Pen:order(request)
  local answer = raw_pen.ask(request)
  if answer:sub(1, 3) == "OK " then
    self.has_depth = self.has_depth or request:match "^DEPTH " ~= nil
    return answer
  end
  -- A pen is right to refuse what no pen knows, and what the case has not prepared.
  local mistake = answer:match "^ERR " and status.mistake(request)
  if mistake then error(MISTAKE:format(request, mistake), 2) end
  if answer == "ERR DEPTH" and not self.has_depth and status.wants_depth(request) then
    error(NO_DEPTH:format(request), 2)
  end
  raw_pen.fail(("the pen refuses \"%s\": %s"):format(request, answer))
end

--- The reason of a refusal ("RANGE"), or nil when the pen accepts the request.
---@return string|nil reason
function Pen:refusal(request)
  return raw_pen.ask(request):match "^ERR (.+)$"
end

--- What the pen says of itself: { state, fault, strokes, rate_hz, duty, current_ma, battery_mv,
--- depth_um, cause }.
function Pen:status()
  local answer = self:order "STATUS?"
  local now = status.parse(answer)
  if not now then raw_pen.fail(("the pen's status is nonsense: \"%s\""):format(answer)) end
  return now
end

--- Asks until the pen is in `state`; nil when it is not within limit_s, or at a fault.
---@return table|nil status
function Pen:reaches(state, limit_s)
  check_state(state)
  for _ = 0, math.ceil(limit_s / POLL_S) do
    local now = self:status()
    if now.state == state then return now end
    if now.state == "FAULT" then return nil, now.fault end
    raw_jig.wait(POLL_S)
  end
  return nil
end

--- Waits until the pen is in `state`; a fault of the pen or limit_s of waiting fails it.
function Pen:wait_for(state, limit_s)
  check_state(state)
  local now, fault = self:reaches(state, limit_s)
  if fault then raw_pen.fail("the pen reports fault " .. fault) end
  if not now then raw_pen.fail(("the pen is not %s after %.1f s"):format(state, limit_s)) end
  return now
end

--- Waits until strokes or nose have come to their end.
function Pen:rest()
  return self:wait_for("IDLE", PARK_S)
end

--- Sets depth and rate, and waits until the nose stands.
---@param wanted { depth_um: integer|nil, rate_hz: integer|nil }
function Pen:set(wanted)
  given.check("pen:set", wanted, { depth_um = false, rate_hz = false })
  local depth_um, rate_hz = wanted.depth_um, wanted.rate_hz
  if depth_um and not (math.type(depth_um) == "integer" and depth_um >= 250 and depth_um <= 2500
      and depth_um % 10 == 0) then
    error(("depth_um is %s, wanted 250..2500 in steps of 10"):format(depth_um), 2)
  elseif rate_hz and not (math.type(rate_hz) == "integer" and rate_hz >= 90 and rate_hz <= 150) then
    error(("rate_hz is %s, wanted 90..150"):format(rate_hz), 2)
  end
  if wanted.rate_hz then
    self:order(("RATE %d"):format(wanted.rate_hz))
    self.rate_hz = wanted.rate_hz
  end
  if wanted.depth_um then
    self:order(("DEPTH %d"):format(wanted.depth_um))
    self:wait_for("IDLE", MOVE_S)
  end
end

--- Who the pen says it is: { version, crc32, size, matches }; matches is 1 when it is the image.
function Pen:identity()
  local answer = self:order "ID?"
  local identity, image = status.parse_identity(answer), raw_pen.image()
  if not identity then
    raw_pen.fail(("the pen's identity is nonsense: \"%s\""):format(answer))
  end
  identity.matches = identity.version == image.version and identity.crc32 == image.crc32 and
    identity.size == image.size and 1 or 0
  return identity
end

--- A stimulus of the jig: "button" pressed, "load" engaged, "charger" plugged in, "brake" engaged,
--- "low_supply" 3.10 V instead of 3.70 V. The bench takes all back after the case.
---@param name "button"|"load"|"charger"|"brake"|"low_supply"
---@param on boolean
function Pen:stimulus(name, on)
  raw_jig.stimulus(name, on)
end

--- One press of the button, long enough for any debouncing.
function Pen:press()
  raw_jig.stimulus("button", true)
  raw_jig.wait(0.06)
  raw_jig.stimulus("button", false)
end

--- 3.10 V instead of 3.70 V; returns when the pen has noticed, or has had the time to.
function Pen:low_battery()
  raw_jig.stimulus("low_supply", true)
  for _ = 1, LOW_POLLS do
    if self:status().battery_mv < LOW_MV then return end
    raw_jig.wait(POLL_S)
  end
end

--- A capture as raw.capture.run makes it, with `answers`: an order in it that the pen refuses fails
--- it. `seconds_at(sample)` of the result is the time of a sample on the corrected time axis, and
--- `samplerate_hz` that axis' rate.
---@param wanted table as of raw.capture.run
---@param may_be_busy? boolean nil is returned when an order came while the pen was busy
function Pen:capture(wanted, may_be_busy)
  local too_early
  for _, action in ipairs(type(wanted.actions) == "table" and wanted.actions or {}) do
    local send = type(action) == "table" and action.send -- else raw.capture says what is wrong
    local mistake = type(send) == "string" and status.mistake(send)
    if mistake then error(MISTAKE:format(send, mistake), 2) end
    if type(send) == "string" and send:match "^DEPTH " then self.has_depth = true end
    too_early = too_early or not self.has_depth and status.wants_depth(send) and send
  end
  wanted.answers = true
  local found = raw_capture.run(wanted)
  found.samplerate_hz = raw_capture.samplerate_hz() * found.rate_ratio
  found.seconds_at = function(sample) return sample / found.samplerate_hz end
  for _, answer in ipairs(found.answers) do
    if may_be_busy and answer == "ERR BUSY" then return nil end
    if too_early and answer == "ERR DEPTH" then error(NO_DEPTH:format(too_early), 2) end
    if answer:sub(1, 3) == "ERR" then
      raw_pen.fail("the pen refuses an order: " .. answer)
    end
  end
  return found
end

--- Battery voltage that the pen reports, less that at its contacts while it takes a current.
---@param taken { current_ma: any, current_budget: table[]|nil } as pen:running and pen:awake
--- give it; the mark of a clipped reading fails the pen: nothing is known then
---@return number mv, table[] budget
function Pen:battery_error_mv(taken)
  if type(taken) ~= "table" then
    error(("pen:battery_error_mv wants what pen:awake gives, not a %s"):format(type(taken)), 2)
  elseif rawequal(taken.current_ma, raw_capture.OVER_RANGE) then
    raw_pen.fail "the supply current is beyond its range"
  end
  local calibration, ma = raw_jig.calibration(), taken.current_ma
  return self:status().battery_mv - supply.contacts_mv(ma, calibration),
    uncertainty.battery(calibration, { ma = ma, budget = taken.current_budget })
end

--- A fault of the jig, found in a capture (nil: none) or told by its encoder, ends the case.
function Pen:check_jig(fault)
  if raw_jig.sense "enc_alarm" then
    fault = "encoder: ENC_ALARM is high; check the gauge's scale and the encoder's head"
  end
  if fault then raw_jig.fault(fault) end
end

--- Counts that the needle moves within `seconds`, nothing being asked: 0 is a needle that stands.
---@return integer counts
function Pen:watch(seconds)
  local found = self:capture {
    seconds = seconds, analyses = { "quadrature:a=ENC_A,b=ENC_B", "pulse:ch=TACH" },
  }
  self:check_jig(depth.encoder_fault(found[1], found[2]))
  return found[1].peak_to_peak
end

Pen.strokes = strokes.strokes
Pen.depths = strokes.depths
Pen.running = running.running
Pen.loaded = running.loaded
Pen.started = transients.started
Pen.stopped = transients.stopped
Pen.stalled = transients.stalled
Pen.awake = resting.awake
Pen.asleep = resting.asleep

return Pen
