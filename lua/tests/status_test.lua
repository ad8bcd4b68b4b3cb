-- Answers of the pen as values: what is not exactly an answer is nil.
local status = require "bench.status"

return {
  ["a status is parsed"] = function()
    local now = status.parse "OK IDLE F=NONE N=60 R=1200 D=171 I=182 V=3650 P=1500 C=POWER"
    assert(now.state == "IDLE" and now.fault == "NONE" and now.strokes == 60)
    assert(now.rate_hz == 120 and now.duty == 171 and now.current_ma == 182)
    assert(now.battery_mv == 3650 and now.depth_um == 1500 and now.cause == "POWER")
  end,
  ["a fault with a hyphen is parsed"] = function()
    local now = status.parse "OK FAULT F=OVER-CURRENT N=0 R=0 D=0 I=0 V=3650 P=0 C=WATCHDOG"
    assert(now.fault == "OVER-CURRENT")
  end,
  ["what is no status is nil"] = function()
    for _, text in ipairs {
      "", "OK", "ERR BUSY", "OK SLEEP F=NONE N=6 R=0 D=0 I=0 V=0 P=0 C=POWER",
      "OK IDLE F=NONE N=x R=0 D=0 I=0 V=0 P=0 C=POWER",
      "OK IDLE F=NONE N=6 R=0 D=0 I=0 V=0 P=0 C=POWER ",
      "xOK IDLE F=NONE N=6 R=0 D=0 I=0 V=0 P=0 C=POWER" } do
      assert(status.parse(text) == nil, text)
    end
  end,
  ["an identity is parsed"] = function()
    local identity = status.parse_identity "OK PEN 1.0.0 1A2B3C4D 5872"
    assert(identity.version == "1.0.0" and identity.crc32 == "1A2B3C4D" and identity.size == 5872)
    assert(status.parse_identity "OK PEN 1.0.0 1A2B3C4 5872" == nil)
    assert(status.parse_identity "ERR COMMAND" == nil)
  end,
  ["documented orders are right, at both ends of their range"] = function()
    for _, request in ipairs {
      "ID?", "STATUS?", "LOG?", "RUN", "STOP", "SELFTEST WDT", "DEPTH 250", "DEPTH 2500", "RATE 90",
      "RATE 150", "STROKE 1", "STROKE 1000", "JOG 1", "JOG 20" } do
      assert(status.mistake(request) == nil, request)
    end
  end,
  ["what strokes wants a depth, and nothing else"] = function()
    for _, request in ipairs { "STROKE 5", "RUN", "JOG 1" } do
      assert(status.wants_depth(request))
    end
    for _, other in ipairs { "STATUS?", "DEPTH 500", "RATE 90", "STOP", "ID?", "", 5, {} } do
      assert(not status.wants_depth(other))
    end
  end,
  ["what no pen obeys is the mistake of who sends it"] = function()
    for _, row in ipairs {
      { "STORKE 5", "no order" }, { "stroke 5", "no order" }, { "", "no order" },
      { " RUN", "no order" }, { "RUN ", "no order" }, { "STROKE  5", "no order" },
      { "STROKE -5", "no order" }, { "5", "no order" }, { "STROKE 5.0", "no order" },
      { "SELFTEST", "no order" }, { "STROKE", "wants a number" },
      { "RUN 1", "takes no number" }, { "SELFTEST WDT 1", "takes no number" },
      { "DEPTH 240", "250%.%.2500" }, { "DEPTH 2510", "250%.%.2500" },
      { "DEPTH 255", "steps of 10" },
      { "RATE 89", "90%.%.150" }, { "RATE 151", "90%.%.150" }, { "STROKE 0", "1%.%.1000" },
      { "STROKE 1001", "1%.%.1000" }, { "JOG 21", "1%.%.20" },
      { "JOG 99999999999999999999", "1%.%.20" } } do
      assert((status.mistake(row[1]) or "right"):match(row[2]), row[1])
    end
  end,
}
