-- PEN-120, PEN-122: from rest the needle reaches each of five rates, 90 to 150 Hz, and stays there.
local bench = require "bench"
local regression = require "bench.regression"

local rates_hz, measures = { 90, 105, 120, 135, 150 }, {}
for _, hz in ipairs(rates_hz) do
  measures[("rate_error_at_%03d_hz_percent"):format(hz)] = "PEN-120"
  measures[("settling_at_%03d_hz_s"):format(hz)] = "PEN-122"
end

return bench.case {
  title = "stroke rate and settling at five settings",
  measures = measures,
  run = function(pen, measure)
    pen:set { depth_um = 1500 }
    for _, hz in ipairs(rates_hz) do
      local start = regression.start(pen, { rate_hz = hz, seconds = 1.0 })
      local error_percent = (start.rate_hz / hz - 1) * 100
      measure[("rate_error_at_%03d_hz_percent"):format(hz)](error_percent, start.rate_budget)
      measure[("settling_at_%03d_hz_s"):format(hz)](start.settling_s, start.settling_budget)
    end
  end,
}
