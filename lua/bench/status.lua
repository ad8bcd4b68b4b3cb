-- The pen's answers as values. Pure: text in, tables out; nil where the text is no such answer.
local status = {}

status.states = { IDLE = true, MOVE = true, JOG = true, RUN = true, STOP = true, FAULT = true }

-- The orders that firmware/pen/README.md documents: false takes no number, else its range and step.
local orders = {
  ["ID?"] = false, ["STATUS?"] = false, ["LOG?"] = false, RUN = false, STOP = false,
  ["SELFTEST WDT"] = false, DEPTH = { 250, 2500, 10 }, RATE = { 90, 150, 1 },
  STROKE = { 1, 1000, 1 }, JOG = { 1, 20, 1 },
}

--- What is wrong with a request by the documented protocol, nil when nothing is. Every pen is
--- right to refuse one that is wrong; a pen that does not know a right one is bad.
---@return string|nil
function status.mistake(request)
  local name, digits = request:match "^(.-) (%d+)$"
  local range = orders[name or request]
  if range == nil then
    return "no order of the pen; it knows DEPTH um, ID?, JOG n, LOG?, RATE hz, RUN, " ..
      "SELFTEST WDT, STATUS?, STOP, STROKE n"
  elseif range and not digits or not range and digits then
    return range and "wants a number" or "takes no number"
  end
  local number = tonumber(digits)
  if range and (number < range[1] or number > range[2] or number % range[3] ~= 0) then
    return ("wants %d..%d in steps of %d"):format(range[1], range[2], range[3])
  end
  return nil
end

--- Is a pen without a depth right to refuse it? Of what no request is, false.
function status.wants_depth(request)
  local name = type(request) == "string" and request:match "^%u+" or ""
  return name == "STROKE" or name == "RUN" or name == "JOG"
end

--- "OK IDLE F=NONE N=60 R=1200 D=171 I=182 V=3650 P=1500 C=POWER" -> a table with named units.
function status.parse(answer)
  local state, fault, strokes, rate, duty, current, battery, depth, cause = answer:match(
    "^OK (%u+) F=([%u%-]+) N=(%d+) R=(%d+) D=(%d+) I=(%d+) V=(%d+) P=(%d+) C=(%u+)$")
  if not status.states[state] then return nil end
  return { state = state, fault = fault, strokes = tonumber(strokes), rate_hz = tonumber(rate) / 10,
           duty = tonumber(duty), current_ma = tonumber(current), battery_mv = tonumber(battery),
           depth_um = tonumber(depth), cause = cause }
end

--- "OK PEN 1.0.0 1A2B3C4D 5872" -> version, CRC-32 of the image as hex, its size in bytes.
function status.parse_identity(answer)
  local version, crc32, size = answer:match("^OK PEN (%S+) (%x%x%x%x%x%x%x%x) (%d+)$")
  if not version then return nil end
  return { version = version, crc32 = crc32, size = tonumber(size) }
end

return status
