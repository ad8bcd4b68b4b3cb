-- PEN-110, PEN-111, PEN-140: at 0.50, 1.50 and 2.50 mm, 80 strokes of 120 Hz each, as deep as set.
local bench = require "bench"

return bench.case {
  title = "needle depth, its spread and the stroke count at three settings, 120 Hz",
  measures = bench.each({ 500, 1500, 2500 }, {
    depth_error_um = "PEN-110", depth_spread_um = "PEN-111", count_error = "PEN-140" }),
  run = function(pen, measure)
    for _, at in ipairs(pen:depths { settings_um = { 500, 1500, 2500 }, count = 80 }) do
      measure["depth_error_um_" .. at.setting_um](at.top_um.mean - at.setting_um, at.budget)
      measure["depth_spread_um_" .. at.setting_um](at.spread_um, at.spread_budget)
      measure["count_error_" .. at.setting_um](at.count - 80)
    end
  end,
}
