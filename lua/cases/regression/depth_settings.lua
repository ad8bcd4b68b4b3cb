-- PEN-110: at each of its ten settings, 0.25 to 2.50 mm, the needle protrudes as far as is set.
local bench = require "bench"

local lower_um, upper_um = { 250, 500, 750, 1000, 1250 }, { 1500, 1750, 2000, 2250, 2500 }
local measures = {}
for um = 250, 2500, 250 do measures[("depth_error_at_%04d_um"):format(um)] = "PEN-110" end

return bench.case {
  title = "needle depth at all ten settings",
  measures = measures,
  run = function(pen, measure)
    for _, settings_um in ipairs { lower_um, upper_um } do
      for _, found in ipairs(pen:depths { settings_um = settings_um, count = 80 }) do
        local name = ("depth_error_at_%04d_um"):format(found.setting_um)
        measure[name](found.top_um.mean - found.setting_um, found.budget)
      end
    end
  end,
}
