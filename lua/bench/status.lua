-- The pen's answers as values. Pure: text in, tables out; nil where the text is no such answer.
local status = {}

status.states = { IDLE = true, MOVE = true, JOG = true, RUN = true, STOP = true, FAULT = true }

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
