-- The uncertainty budgets of what the bench measures (JCGM 100:2008), from the jig's calibration
-- and from the data. Pure: numbers in, budgets out.
--
-- A budget is a list of lines { name, u, type, nu, cause } in the unit of the measurand: u is a
-- standard uncertainty with its sensitivity already in it, nu its degrees of freedom, and lines of
-- one cause are one error met several times, so that their u add with their signs. What the lines
-- add up to, and U, is the bench's to say; what each of them rests on stands in lua/README.md.
local uncertainty = {}

local RECTANGULAR = 1 / math.sqrt(12)     -- of a width, for what lies anywhere in it (GUM 4.3.7)
local OSR, FILTER = 160, 3                -- of the filter for means; a sinc3 is three windows long
local INRUSH_OSR = 32
local ZERO_CLOCKS = 100000                -- of the reading with the supply off: 20 ms
-- White noise of the modulator at its input, V a clock: 14 effective bits after a sinc3 of 160 (the
-- class of an AMC1306). A sinc3 of N lets 11/20 / N of white noise through.
local NOISE_V = 193e-6
local SINC3_NOISE = 11 / 20
-- The largest of n errors of a normal distribution, in standard deviations of one: its mean and
-- sd, by integration of n F^(n-1) f. The peak of a start is flat to the noise for at least the
-- winding's time constant (L / R: 0.1 ms), at most a good part of the mechanical one (27 ms, so
-- 10 ms); the motor is chopped at 31.25 kHz, each period has one highest window: 3 to 300 of them.
local FEW, MANY = { mean = 0.846, sd = 0.748 }, { mean = 2.878, sd = 0.387 }
local STROKE_UM = 3000                    -- of the needle's travel; sets its speed in mid-stroke

local function line(name, u, cause)
  return { name = name, u = u, type = "B", nu = math.huge, cause = cause }
end

--- A mean over n values with the standard deviation sd: type A.
local function repeatability(sd, n)
  return { name = "repeatability", u = sd / math.sqrt(n), type = "A", nu = n - 1 }
end

--- Every u of a budget times a factor: another unit, or a step further on the way to a value.
---@param budget table[]
---@param factor number
function uncertainty.scaled(budget, factor)
  local list = {}
  for i, one in ipairs(budget) do
    list[i] = { name = one.name, u = one.u * factor, type = one.type, nu = one.nu,
                cause = one.cause }
  end
  return list
end

-- What a way of `um` along the needle is known to, the counts at its ends apart.
local function scale_lines(calibration, um)
  local askew = calibration.alignment_mrad * 1e-3
  return {
    line("encoder scale", um / calibration.um_per_count * calibration.u_um_per_count),
    line("temperature of the scale",
         um * calibration.expansion_per_k * calibration.u_temperature_k),
    -- Cosine of an angle that lies anywhere in 0..askew: root mean square of angle^2 / 2.
    line("alignment of the scale", um * askew ^ 2 / (2 * math.sqrt(5))),
  }
end

--- Of a depth past the nose, um.
---@param calibration raw.Calibration
---@param found { um: number, closing: integer, sample_um: number, sd_um?: number, count?: integer }
--- closing: second zero less the first, counts; sample_um: way within one sample at the mark; of a
--- mean: the standard deviation of the single depths and their number
function uncertainty.depth(calibration, found)
  local count_um = calibration.um_per_count
  local budget = scale_lines(calibration, found.um - calibration.z0_um)
  for _, more in ipairs {
    line("zero of the jig", calibration.u_z0_um),
    line("seating of the pen", calibration.u_seating_um),
    line("count at the top", count_um * RECTANGULAR),
    line("count at the zero", count_um * RECTANGULAR),
    line("closing", found.closing * count_um * RECTANGULAR),
    line("sampling of the zero", found.sample_um * RECTANGULAR),
  } do budget[#budget + 1] = more end
  if (found.count or 0) > 1 then
    budget[#budget + 1] = repeatability(found.sd_um, found.count)
  end
  return budget
end

--- Of the largest less the smallest of several depths, um: zero and seating are in both.
---@param spread_um number
function uncertainty.spread(calibration, spread_um)
  local budget, count_um = scale_lines(calibration, spread_um), calibration.um_per_count
  budget[#budget + 1] = line("zero in the deepest", calibration.u_z0_um, "zero")
  budget[#budget + 1] = line("zero in the shallowest", -calibration.u_z0_um, "zero")
  budget[#budget + 1] = line("count at the deepest", count_um * RECTANGULAR)
  budget[#budget + 1] = line("count at the shallowest", count_um * RECTANGULAR)
  return budget
end

-- What the time axis is known to: the modulator's clock, and the samples in which its first and its
-- last edge were seen; `whole` is what one of 1 would be off by.
local function clock_lines(calibration, whole, samples, where)
  return {
    line("clock" .. where, whole * calibration.u_clock_ppm * 1e-6, "clock"),
    line("samples of the clock" .. where, whole / samples * RECTANGULAR * math.sqrt(2)),
  }
end

local function rate_lines(calibration, run, sign, where)
  local budget = clock_lines(calibration, 100 * sign, run.samples, where)
  local crossing = 100 / run.span_samples * RECTANGULAR
  budget[#budget + 1] = line("sample of the first stroke" .. where, crossing)
  budget[#budget + 1] = line("sample of the last stroke" .. where, crossing)
  return budget
end

--- Of the mean rate of the strokes in a capture, per cent of it. All strokes pass the middle at the
--- same count, so that its place in the grid does not matter.
---@param run { samples: integer, span_samples: number } of the capture; first stroke to last
function uncertainty.rate(calibration, run)
  return rate_lines(calibration, run, 1, "")
end

--- Of one rate against another, per cent of it: the clock is in both, and cancels.
---@param run { samples: integer, span_samples: number } the rate that is compared
---@param with { samples: integer, span_samples: number } the one that it is compared with
function uncertainty.droop(calibration, run, with)
  local budget = rate_lines(calibration, run, 1, " in skin")
  for _, more in ipairs(rate_lines(calibration, with, -1, " in air")) do
    budget[#budget + 1] = more
  end
  return budget
end

-- Noise of a mean over so many clocks of the modulator, mA.
local function noise_ma(calibration, clocks)
  return NOISE_V / math.sqrt(clocks) / calibration.shunt_ohm * 1000
end

--- Of a mean supply current, mA.
---@param found { ma: number, clocks: integer } clocks of the modulator that the mean is made of
function uncertainty.current(calibration, found)
  return {
    line("shunt", found.ma * calibration.u_shunt_percent / 100),
    line("noise of the modulator", noise_ma(calibration, found.clocks)),
    line("zero of the modulator", noise_ma(calibration, ZERO_CLOCKS)),
    line("ends of the filter", found.ma * FILTER * OSR / found.clocks * RECTANGULAR),
  }
end

-- Noise of one window of a sinc3 of 32, mA: white, and the modulator's own. Of a second-order loop
-- (1 - z^-1)^2 the filter leaves (1 - z^-N)^3 / (1 - z^-1) / N^3, whose squares add up to 6 / N^5;
-- a step of two full scales is off by full_scale / sqrt(3).
local function window_noise_ma(calibration)
  local shaped_v = calibration.full_scale_v / math.sqrt(3) * math.sqrt(6 / INRUSH_OSR ^ 5)
  return noise_ma(calibration, INRUSH_OSR / SINC3_NOISE), shaped_v / calibration.shunt_ohm * 1000
end

--- What the largest of the windows around the largest current reads too high, mA: the mean of the
--- largest of so many errors. It is known, and so taken off (GUM 3.2.3, F.2.4.5).
function uncertainty.inrush_excess_ma(calibration)
  local white, shaped = window_noise_ma(calibration)
  return (FEW.mean + MANY.mean) / 2 * math.sqrt(white ^ 2 + shaped ^ 2)
end

--- Of the largest supply current of one window of a sinc3 of 32, less its excess, mA.
---@param ma number
function uncertainty.inrush(calibration, ma)
  local white, shaped = window_noise_ma(calibration)
  local scatter = (FEW.sd + MANY.sd) / 2
  return {
    line("shunt", ma * calibration.u_shunt_percent / 100),
    line("noise of the modulator", scatter * white),
    line("shaped noise of the modulator", scatter * shaped),
    line("windows around the largest", (MANY.mean - FEW.mean) * RECTANGULAR *
         math.sqrt(white ^ 2 + shaped ^ 2)),
    line("zero of the modulator", noise_ma(calibration, ZERO_CLOCKS)),
  }
end

--- Of what the pen reads of its battery less what stands at its contacts, mV. The pen's reading is
--- a number without an error of ours; what stands there is the cell emulator's, less the drop.
---@param found { ma: number, budget: table[] } supply current and its budget
function uncertainty.battery(calibration, found)
  local budget = uncertainty.scaled(found.budget, calibration.cell_ohm + calibration.shunt_ohm)
  budget[#budget + 1] = line("voltage of the cell", calibration.u_open_v * 1000)
  budget[#budget + 1] = line("resistance of the cell", found.ma * calibration.u_cell_ohm)
  return budget
end

--- Of the time between two edges of one capture, s. An instant of the needle is that of a count.
---@param found { seconds: number, samples: integer, samplerate_hz: number }
function uncertainty.time(calibration, found)
  local budget = clock_lines(calibration, found.seconds, found.samples, "")
  budget[#budget + 1] = line("sample of the first edge", RECTANGULAR / found.samplerate_hz)
  budget[#budget + 1] = line("sample of the last edge", RECTANGULAR / found.samplerate_hz)
  return budget
end

--- Of the time to a stroke's middle, s: where the middle lies is known to a count, and which stroke
--- it is to those between the earliest and the latest. The value lies in the middle of these, so
--- that U holds both: 2 / sqrt(12) of the way from one to the other.
---@param found { seconds: number, samples: integer, samplerate_hz: number, rate_hz: number,
--- earliest_s: number, latest_s: number }
function uncertainty.settling(calibration, found)
  local budget = uncertainty.time(calibration, found)
  local um_per_s = math.pi * STROKE_UM * found.rate_hz
  budget[#budget + 1] = line("count in the middle",
                             calibration.um_per_count * RECTANGULAR / um_per_s)
  budget[#budget + 1] = line("strokes at the edge of the band",
                             (found.latest_s - found.earliest_s) * RECTANGULAR)
  return budget
end

return uncertainty
