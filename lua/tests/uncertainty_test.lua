-- Budgets against sums done by hand. How lines are combined is tested with the bench's budget.c.
local uncertainty = require "bench.uncertainty"

local calibration = {
  um_per_count = 1, u_um_per_count = 0.0003, z0_um = 12.4, u_z0_um = 1, expansion_per_k = 8e-6,
  u_temperature_k = 1.73, alignment_mrad = 3, u_seating_um = 1, u_clock_ppm = 2.5,
  full_scale_v = 0.32, u_shunt_percent = 0.3, shunt_ohm = 0.1, open_v = 3.7, u_open_v = 0.004,
  cell_ohm = 0.15, u_cell_ohm = 0.003,
}

local function near(got, wanted, tolerance)
  assert(math.abs(got - wanted) <= (tolerance or 1e-12), ("%.9g is not %.9g"):format(got, wanted))
end

-- The line of that name; there is exactly one.
local function line(budget, name)
  local found
  for _, one in ipairs(budget) do
    if one.name == name then
      assert(not found, name .. " stands twice")
      found = one
    end
  end
  return assert(found, "no line " .. name)
end

-- JCGM 100, 5.1.2, and lines of one cause added with their signs (5.2.2).
local function combined(budget)
  local sums, squares = {}, 0
  for i, one in ipairs(budget) do
    local cause = one.cause or i
    sums[cause] = (sums[cause] or 0) + one.u
  end
  for _, u in pairs(sums) do squares = squares + u * u end
  return math.sqrt(squares)
end

local function depth(changes)
  local found = { um = 2512.4, closing = 0, sample_um = 0.006, sd_um = 0, count = 60 }
  for key, value in pairs(changes or {}) do found[key] = value end
  return uncertainty.depth(calibration, found)
end

local function settling(earliest_s, latest_s)
  return uncertainty.settling(calibration, {
    seconds = (earliest_s + latest_s) / 2, samples = 1e7, samplerate_hz = 25e6, rate_hz = 120,
    earliest_s = earliest_s, latest_s = latest_s,
  })
end

local run = { samples = 7500000, span_samples = 7000000 }

return {
  ["every line is complete"] = function()
    for _, budget in ipairs {
      depth(), uncertainty.spread(calibration, 10), uncertainty.rate(calibration, run),
      uncertainty.droop(calibration, run, run), uncertainty.inrush(calibration, 400),
      uncertainty.current(calibration, { ma = 120, clocks = 2500000 }),
      settling(0.2, 0.2),
    } do
      for _, one in ipairs(budget) do
        assert(#one.name > 0 and #one.name < 40 and one.u == one.u and one.nu > 0)
        assert(one.type == "A" or one.type == "B" and one.nu == math.huge)
      end
      assert(#budget <= 24 and combined(budget) > 0)
    end
  end,
  ["2.5 mm by hand"] = function()
    local budget = depth()
    near(line(budget, "encoder scale").u, 2500 * 0.0003)
    near(line(budget, "temperature of the scale").u, 2500 * 8e-6 * 1.73)
    near(line(budget, "alignment of the scale").u, 2500 * 9e-6 / (2 * math.sqrt(5)))
    near(line(budget, "count at the top").u, 1 / math.sqrt(12))
    near(combined(budget), math.sqrt(0.75 ^ 2 + 0.0346 ^ 2 + 0.00503 ^ 2 + 2 + 2 / 12), 1e-4)
  end,
  ["the scale counts from the mark, not from the nose"] = function()
    near(line(depth { um = 12.4 }, "encoder scale").u, 0)
  end,
  ["strokes that scatter widen it, the more of them the less"] = function()
    local one = line(depth { sd_um = 4, count = 16 }, "repeatability")
    near(one.u, 1)
    assert(one.type == "A" and one.nu == 15)
    assert(#depth { count = 1 } == #depth() - 1, "one stroke says nothing of its scatter")
  end,
  ["a closing that is off widens it, either way"] = function()
    near(line(depth { closing = -1 }, "closing").u ^ 2, 1 / 12)
    near(combined(depth { closing = 1 }), combined(depth { closing = -1 }))
    assert(combined(depth { closing = 1 }) > combined(depth()))
  end,
  ["zero and seating are not in a spread"] = function()
    local budget = uncertainty.spread(calibration, 10)
    near(combined(budget), math.sqrt(2 / 12 + 0.003 ^ 2), 1e-6)
    near(line(budget, "zero in the deepest").u + line(budget, "zero in the shallowest").u, 0)
  end,
  ["a rate is known to the clock and to its samples"] = function()
    local budget = uncertainty.rate(calibration, run)
    near(line(budget, "clock").u, 2.5e-4)
    near(line(budget, "sample of the last stroke").u, 100 / 7e6 / math.sqrt(12))
    near(combined(budget), 2.5e-4, 1e-6)
  end,
  ["of two rates the clock cancels"] = function()
    local budget = uncertainty.droop(calibration, run, run)
    assert(line(budget, "clock in air").cause == line(budget, "clock in skin").cause)
    local samples = 2 * (2 / 7.5e6 ^ 2 + 2 / 7e6 ^ 2) / 12
    near(combined(budget), 100 * math.sqrt(samples), 1e-12)
    assert(combined(budget) < combined(uncertainty.rate(calibration, run)) / 10)
  end,
  ["a current is known to the shunt, a small one to the noise"] = function()
    local budget = uncertainty.current(calibration, { ma = 100, clocks = 2500000 })
    near(line(budget, "shunt").u, 0.3)
    near(combined(budget), 0.3, 0.001)
    budget = uncertainty.current(calibration, { ma = 0, clocks = 250000 })
    near(combined(budget), 193e-6 / 0.1 * 1000 * math.sqrt(1 / 250000 + 1 / 100000), 1e-9)
  end,
  ["14 effective bits after a filter of 160"] = function()
    -- SINAD = 6.02 * 14 + 1.76 dB below a sine of full scale.
    local of_window = uncertainty.current(calibration, { ma = 0, clocks = 32 * 20 / 11 })
    local noise_v = line(of_window, "noise of the modulator").u / 1e4
    local after_160_v = noise_v * math.sqrt(32 / 160)
    near(20 * math.log(0.32 / math.sqrt(2) / after_160_v, 10), 6.02 * 14 + 1.76, 0.05)
  end,
  ["the largest of many windows reads high, by 1.86 times the noise of one"] = function()
    -- White noise 193 uV / sqrt(32 * 20 / 11); shaped 0.32 V sqrt(2) / 32^2.5 (6 / N^5 of 1 / 3).
    local one = math.sqrt(0.25302 ^ 2 + 0.78126 ^ 2)
    near(uncertainty.inrush_excess_ma(calibration), (0.846 + 2.878) / 2 * one, 1e-4)
    local budget = uncertainty.inrush(calibration, 400)
    near(line(budget, "shunt").u, 1.2)
    near(line(budget, "shaped noise of the modulator").u, (0.748 + 0.387) / 2 * 0.78126, 1e-5)
    near(line(budget, "windows around the largest").u, (2.878 - 0.846) / math.sqrt(12) * one, 1e-4)
    near(combined(budget), 1.3754, 1e-3)
  end,
  ["the largest of 3 and of 300 errors, drawn"] = function()
    for n, wanted in pairs { [3] = { 0.846, 0.748, 8000 }, [300] = { 2.878, 0.387, 800 } } do
      local trials, sum, squares = wanted[3], 0, 0
      for _ = 1, trials do
        local most = -math.huge
        for _ = 1, n do -- Box and Muller
          local r = math.sqrt(-2 * math.log(1 - math.random()))
          most = math.max(most, r * math.cos(2 * math.pi * math.random()))
        end
        sum, squares = sum + most, squares + most * most
      end
      local mean = sum / trials
      near(mean, wanted[1], 4 * wanted[2] / math.sqrt(trials))
      near(math.sqrt(squares / trials - mean ^ 2), wanted[2], 0.1 * wanted[2])
    end
  end,
  ["a battery is known to the emulator's voltage"] = function()
    local of_current = uncertainty.current(calibration, { ma = 160, clocks = 1500000 })
    local budget = uncertainty.battery(calibration, { ma = 160, budget = of_current })
    near(line(budget, "voltage of the cell").u, 4)
    near(line(budget, "resistance of the cell").u, 0.48)
    near(line(budget, "shunt").u, 0.48 * 0.25)
    near(combined(budget), math.sqrt(4 ^ 2 + 0.48 ^ 2 + 0.12 ^ 2), 1e-3)
  end,
  ["a time is known to the clock and two samples"] = function()
    local budget = uncertainty.time(calibration,
                                    { seconds = 0.6, samples = 2e7, samplerate_hz = 25e6 })
    near(line(budget, "clock").u, 1.5e-6)
    near(line(budget, "sample of the first edge").u, 40e-9 / math.sqrt(12))
    near(line(uncertainty.scaled(budget, 1000), "clock").u, 1.5e-3)
    assert(uncertainty.scaled(budget, 2)[1].cause == "clock")
  end,
  ["a settling time is known to a count in the middle"] = function()
    local budget = settling(0.2, 0.2)
    near(line(budget, "count in the middle").u, 1 / math.sqrt(12) / (math.pi * 3000 * 120))
    near(line(budget, "strokes at the edge of the band").u, 0)
    near(combined(budget), 5.617e-7, 1e-10) -- clock 5e-7, count 2.55e-7, samples 1.6e-8 and 8e-9
  end,
  ["of a stroke at the edge of the band U holds the earliest and the latest instant"] = function()
    local stroke_s = 1 / 120
    local budget = settling(0.2, 0.2 + stroke_s)
    near(line(budget, "strokes at the edge of the band").u, stroke_s / math.sqrt(12))
    local expanded, value_s = 2 * combined(budget), 0.2 + stroke_s / 2
    assert(value_s - expanded < 0.2 and value_s + expanded > 0.2 + stroke_s)
    assert(expanded < 0.6 * stroke_s, "padded")
  end,
}
