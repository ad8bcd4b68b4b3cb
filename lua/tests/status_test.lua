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
}
