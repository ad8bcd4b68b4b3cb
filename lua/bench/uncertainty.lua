-- Provisional uncertainty of what the bench measures, from the jig's certificate and from the data:
-- root sum square of the standard uncertainties, expanded with k = 2. Pure.
--
-- Provisional: correlations, degrees of freedom and drift of the certificate are not in it.
local uncertainty = {}

local K = 2
local RECTANGULAR = 1 / math.sqrt(12) -- of a width, for what lies anywhere in it
local TWO_ENDS = math.sqrt(2)         -- an interval has a beginning and an end

local SEATING_UM = 1.0   -- scatter of one insertion of the pen
local MODULATOR_UV = 2.0 -- noise of a mean over 20 ms, with that of its zero
local FILTER_PERCENT = 0.1 -- what the filter's ends take from a mean over strokes

local STROKE_COUNTS = 3000 -- of the needle's travel; sets how fast it passes its middle

--- k = 2 times the root sum square.
---@param list number[] standard uncertainties, all in one unit
function uncertainty.expanded(list)
  local sum = 0
  for _, u in ipairs(list) do sum = sum + u * u end
  return K * math.sqrt(sum)
end

--- Of a depth past the nose, in um: scale, zero, seating, the count of top and zero, closing.
---@param calibration raw.Calibration
---@param depth_um number
---@param closing_counts number second zero less the first
function uncertainty.depth_um(calibration, depth_um, closing_counts)
  local count_um = calibration.um_per_count
  local counts = (depth_um - calibration.z0_um) / count_um
  return uncertainty.expanded {
    counts * calibration.u_um_per_count, calibration.u_z0_um, SEATING_UM,
    count_um * RECTANGULAR, count_um * RECTANGULAR, closing_counts * count_um * RECTANGULAR,
  }
end

--- Of a mean stroke rate, in per cent: clock, sampling of clock and crossings, repeatability. A
--- mean over n strokes is wrong only by its first and last crossing, so their scatter counts once.
---@param calibration raw.Calibration
---@param strokes integer between the first and the last crossing
---@param samples integer of the capture
---@param jitter_percent number standard deviation of the single strokes
function uncertainty.rate_percent(calibration, strokes, samples, jitter_percent)
  local crossing = 1 / (math.pi * STROKE_COUNTS) -- of a stroke: one count where it is fastest
  return uncertainty.expanded {
    calibration.u_clock_ppm * 1e-4,
    100 / samples * RECTANGULAR * TWO_ENDS, -- the modulator's clock in samples
    100 / samples * RECTANGULAR * TWO_ENDS, -- the crossings in samples
    100 * crossing / strokes * RECTANGULAR * TWO_ENDS,
    jitter_percent * TWO_ENDS / strokes,
  }
end

--- Of a mean supply current, in mA: shunt, noise of value and zero, ends of the filter.
---@param calibration raw.Calibration
---@param current_ma number
function uncertainty.current_ma(calibration, current_ma)
  return uncertainty.expanded {
    current_ma * calibration.u_shunt_percent / 100,
    MODULATOR_UV / 1000 / calibration.shunt_ohm,
    current_ma * FILTER_PERCENT / 100,
  }
end

return uncertainty
