-- Provisional budgets against sums done by hand.
local uncertainty = require "bench.uncertainty"

local calibration = { um_per_count = 1, u_um_per_count = 0.0003, z0_um = 12.4, u_z0_um = 1,
                      u_clock_ppm = 2.5, u_shunt_percent = 0.3, shunt_ohm = 0.1 }

local function near(got, wanted, tolerance)
  assert(math.abs(got - wanted) <= tolerance, ("%.9g is not %.9g"):format(got, wanted))
end

return {
  ["three and four are five, twice"] = function()
    near(uncertainty.expanded { 3, 4 }, 10, 1e-12)
    near(uncertainty.expanded {}, 0, 0)
    near(uncertainty.expanded { -3, 4 }, 10, 1e-12)
  end,
  ["a depth of 2.5 mm is known to less than 4 um"] = function()
    -- scale 0.74628 um, zero 1, seating 1, two counts of 1/sqrt(12)
    near(uncertainty.depth_um(calibration, 2500, 0), 2 * math.sqrt(0.74628 ^ 2 + 2 + 2 / 12), 1e-9)
    assert(uncertainty.depth_um(calibration, 2500, 1) < 4)
  end,
  ["a closing that is off widens it"] = function()
    local u_um = uncertainty.depth_um(calibration, 1500, 1)
    assert(u_um > uncertainty.depth_um(calibration, 1500, 0))
    assert(u_um == uncertainty.depth_um(calibration, 1500, -1))
  end,
  ["a steady rate is known to the clock, a ragged one to its strokes"] = function()
    near(uncertainty.rate_percent(calibration, 60, 12500000, 0), 0.000521, 1e-4)
    near(uncertainty.rate_percent(calibration, 60, 12500000, 0.3),
         2 * 0.3 * math.sqrt(2) / 60, 1e-4)
  end,
  ["a current is known to the shunt, a small one to the noise"] = function()
    local u_ma = 2 * math.sqrt(0.3 ^ 2 + 0.02 ^ 2 + 0.1 ^ 2)
    near(uncertainty.current_ma(calibration, 100), u_ma, 1e-9)
    near(uncertainty.current_ma(calibration, 0), 0.04, 1e-12)
    assert(uncertainty.current_ma(calibration, 150) < 0.01 * 150)
  end,
}
