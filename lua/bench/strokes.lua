-- Depth captures: slow jog, counted strokes at one or several settings, slow jog, in one capture.
--
-- The zero of the first jog holds for all of it, and the second jog closes the ring. The nose may
-- move in between: the encoder sees the needle, not the nose.
local raw_pen = require "raw.pen"
local raw_jig = require "raw.jig"
local depth = require "bench.depth"
local given = require "bench.given"
local statistics = require "bench.statistics"
local uncertainty = require "bench.uncertainty"
local witness = require "bench.witness"

local strokes = {}

local LATE_S = 0.05     -- an action comes at most so late
local QUICK_S = 0.02    -- a pen is slower than planned by no more; else it is BUSY, and
local PATIENT_S = 0.3   -- gets a second capture with so much time for each order
local JOG = "JOG 1"     -- one turn passes the mark once: all that a zero needs
local JOG_S = 0.28
local NOSE_UM_PER_S, NOSE_S = 5000, 0.02

-- Soft start and soft stop take longer the faster the crank turns; the creep to the park window
-- takes what friction wants.
local function strokes_s(count, rate_hz)
  return count / rate_hz + rate_hz / 300 + 0.13
end

-- Orders with the time that each takes; the first setting stands already.
local function plan(pen, wanted, spare_s)
  local list, at_s = {}, 0.01
  local function add(request, takes_s)
    list[#list + 1] = { at_s = at_s, send = request }
    at_s = at_s + LATE_S + takes_s + spare_s
  end
  add(JOG, JOG_S)
  for i, um in ipairs(wanted.settings_um) do
    if i > 1 then
      add(("DEPTH %d"):format(um), (um - wanted.settings_um[i - 1]) / NOSE_UM_PER_S + NOSE_S)
    end
    add(("STROKE %d"):format(wanted.count), strokes_s(wanted.count, pen.rate_hz))
  end
  add(JOG, JOG_S)
  return list, at_s
end

-- The capture, and the pen's status before it; nil when the pen was busy and may be.
local function record(pen, wanted, spare_s, may_be_busy)
  pen:set { depth_um = wanted.settings_um[1] }
  local before = pen:status()
  local actions, seconds = plan(pen, wanted, spare_s)
  local found = pen:capture({
    seconds = seconds, actions = actions,
    analyses = { "protrusion:a=ENC_A,b=ENC_B,z=ENC_Z,hysteresis=300", "pulse:ch=TACH" },
  }, may_be_busy)
  if not found then pen:rest() end
  return found, before
end

local function worst_scatter_percent(movements)
  local worst = 0
  for i = 2, #movements - 1 do -- not the jogs
    worst = math.max(worst, depth.scatter_percent(movements[i]))
  end
  return worst
end

-- What the capture is worth, before what it says about the pen.
local function check(pen, before, found, movements, wanted)
  local protrusion, tach = found[1], found[2]
  local now = pen:status()
  if now.state == "FAULT" then
    raw_pen.fail("the pen reports fault " .. now.fault .. " while stroking")
  end
  pen:check_jig(depth.bench_fault(protrusion, movements, wanted) or witness.fault {
    encoder = #protrusion.top, tach = tach.rising / 4, pen = now.strokes - before.strokes,
    tolerance = 1, unit = "turns", scatter_percent = worst_scatter_percent(movements),
    steady_percent = witness.STEADY_WITH_ENDS_PERCENT,
  })
  if #movements ~= wanted then
    raw_pen.fail(("the needle made %d movements, wanted %d: jog, %d times strokes, jog")
      :format(#movements, wanted, wanted - 2))
  end
end

local function evaluate(setting_um, movement, found)
  local calibration, protrusion = raw_jig.calibration(), found[1]
  local list = depth.at_speed_um(movement, protrusion.zero_count, calibration)
  local top_um = statistics.of(list)
  if not top_um or #list < depth.SHARE_MIN * #movement then
    raw_pen.fail(("%d of %d strokes at one running rate, wanted a quarter of them")
      :format(#list, #movement))
  end
  local spread_um = depth.spread_um(movement, calibration)
  return {
    setting_um = setting_um, count = #movement, top_um = top_um,
    budget = uncertainty.depth(calibration, {
      um = top_um.mean, sd_um = top_um.sd, count = top_um.count, closing = protrusion.closing,
      sample_um = depth.zero_sample_um(protrusion, found.samplerate_hz),
    }),
    spread_um = spread_um, spread_budget = uncertainty.spread(calibration, spread_um),
  }
end

--- `count` strokes at each of the settings (ascending), in one capture. Sets the first one itself.
--- Per setting the depths at speed past the nose face and the budget of their mean, the spread of
--- all strokes and its budget, and their number.
---@param wanted { settings_um: integer[], count: integer }
---@return { setting_um: integer, count: integer, top_um: table, budget: table[],
--- spread_um: number, spread_budget: table[] }[]
function strokes.depths(pen, wanted)
  given.check("pen:depths", wanted, { settings_um = "table", count = "number" })
  if #wanted.settings_um == 0 then error("pen:depths: settings_um is empty", 2) end
  local found, before = record(pen, wanted, QUICK_S, true)
  if not found then found, before = record(pen, wanted, PATIENT_S, false) end
  local movements = depth.movements(found[1].top, found.seconds_at)
  check(pen, before, found, movements, #wanted.settings_um + 2)
  local list = {}
  for i, um in ipairs(wanted.settings_um) do list[i] = evaluate(um, movements[i + 1], found) end
  return list
end

--- The same at the setting that stands.
---@param wanted { count: integer }
---@return table as one of strokes.depths
function strokes.strokes(pen, wanted)
  given.check("pen:strokes", wanted, { count = "number" })
  return strokes.depths(pen, { settings_um = { pen:status().depth_um }, count = wanted.count })[1]
end

return strokes
