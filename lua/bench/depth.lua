-- Needle depth from one capture of jog, strokes, jog: pure evaluation of an analysis `protrusion`.
--
-- Zero is the count at the reference mark during the first slow jog; the second jog closes the
-- ring. Movements are told apart by the rests between them, never by when they were asked for.
local statistics = require "bench.statistics"

local depth = {}

depth.REST_S = 0.15          -- a longer gap between two turning points parts two movements
depth.TRAVEL_COUNTS = 3000   -- of the needle, parked to full protrusion
depth.CLOSING_MAX_COUNTS = 1 -- the contract of the jig
depth.STANDS_COUNTS = 10     -- fewer are no motion
depth.AT_SPEED = 0.02        -- within 2 % of the running rate counts as at speed
depth.SHARE_MIN = 0.25       -- of the strokes at speed: soft start and stop take half of 60

--- What illegal transitions say, or nil where there was none.
function depth.illegal_fault(count)
  if count == 0 then return nil end
  return ("encoder: %d illegal transitions of ENC_A/ENC_B; check the encoder's cable and head")
    :format(count)
end

--- Why the encoder says nothing about the pen, or nil. The needle moves by thousands of counts in a
--- turn of the crank; with one of its lines stuck the encoder sees one count, to and fro, and a
--- needle that strokes would pass for one that stands.
---@param quadrature table of the analysis of ENC_A and ENC_B
---@param tach table of the analysis `pulse` of TACH, in the same capture
function depth.encoder_fault(quadrature, tach)
  local turns = tach.rising // 4
  if quadrature.illegal == 0 and quadrature.peak_to_peak < depth.STANDS_COUNTS and turns > 0 then
    return ("encoder: the crank turns (TACH: %d) and the needle stands: ENC_A/ENC_B have no " ..
      "contact or the gauge is not in the pen; check the jig's cables and reseat"):format(turns)
  end
  return depth.illegal_fault(quadrature.illegal)
end

-- Does the mark lie beyond the reach of these tops? Then the needle is at fault, and not the mark:
-- a later zero, deeper set, still tells how far off they are.
local function too_shallow(tops, zero)
  for _, top in ipairs(tops) do
    if top.count >= zero.count then return false end
  end
  return true
end

-- A capture begins parked, retracted: a needle that only goes back from there is an encoder that
-- counts backwards.
local function is_backwards(protrusion)
  local top, bottom = protrusion.top[1], protrusion.bottom[1]
  return top and bottom and top.count < depth.TRAVEL_COUNTS / 2 and
    bottom.count < -depth.TRAVEL_COUNTS / 2
end

--- Why the capture says nothing about the pen, or nil. `movements` are those of its tops: jog,
--- strokes (once or several times), jog; with others than `wanted` nothing is said about the zeros.
function depth.bench_fault(protrusion, movements, wanted)
  if protrusion.illegal > 0 then return depth.illegal_fault(protrusion.illegal) end
  if is_backwards(protrusion) then
    return "encoder: the needle begins at its most extended point and only retracts: ENC_A and " ..
      "ENC_B are exchanged, or the pen was not parked; check the jig's cables"
  end
  if #movements ~= wanted then return nil end
  -- Zeros of one jog alone would close by themselves.
  local zeros, begin, last = protrusion.zeros, movements[2][1], movements[wanted - 1]
  local first = zeros[1]
  local before = first and (first.sample < begin.sample or too_shallow(movements[1], first))
  if not before or zeros[#zeros].sample <= last[#last].sample then
    return ("encoder: no slow crossing of the reference mark ENC_Z %s the strokes (%d in all); " ..
      "check the gauge's mark and that the pen is seated")
      :format(before and "after" or "before", #zeros)
  end
  if math.abs(protrusion.closing) > depth.CLOSING_MAX_COUNTS then
    return ("encoder: the closing check is off by %d counts, at most %d; the pen moved in its " ..
      "seat or counts were lost: reseat and run again")
      :format(protrusion.closing, depth.CLOSING_MAX_COUNTS)
  end
  return nil
end

--- Splits turning points into movements at rests longer than REST_S.
---@param points { sample: integer }[]
---@param seconds_at fun(sample: integer): number
function depth.movements(points, seconds_at)
  local list = {}
  for i, point in ipairs(points) do
    local before = points[i - 1]
    if not before or seconds_at(point.sample - before.sample) > depth.REST_S then
      list[#list + 1] = {}
    end
    table.insert(list[#list], point)
  end
  return list
end

-- The running rate of one movement, or nil: starting and stopping strokes are slower, the upper
-- quartile runs at speed.
local function running_hz(tops)
  local rates = {}
  for _, top in ipairs(tops) do
    if top.rate_hz then rates[#rates + 1] = top.rate_hz end
  end
  return #rates > 0 and statistics.quantile(rates, 0.75) or nil
end

local function at_speed(top, hz)
  return top.rate_hz and math.abs(top.rate_hz / hz - 1) <= depth.AT_SPEED
end

--- Of the tops of one movement those at its running rate, as depths in um past the nose.
function depth.at_speed_um(tops, zero_count, calibration)
  local hz, list = running_hz(tops), {}
  for _, top in ipairs(tops) do
    if hz and at_speed(top, hz) then
      list[#list + 1] = (top.count - zero_count) * calibration.um_per_count + calibration.z0_um
    end
  end
  return list
end

--- Largest less smallest depth of the strokes of one movement.
function depth.spread_um(tops, calibration)
  local counts = {}
  for i, top in ipairs(tops) do counts[i] = top.count end
  local s = statistics.of(counts)
  return (s.max - s.min) * calibration.um_per_count
end

--- How far the needle went within one sample when it passed the mark, um.
function depth.zero_sample_um(protrusion, samplerate_hz)
  return protrusion.zeros[1].speed_mm_s * 1000 / samplerate_hz
end

--- Standard deviation of the rates, in per cent, from the first to the last top at speed; 0 where
--- there are too few to tell.
function depth.scatter_percent(tops)
  local hz, first, last = running_hz(tops), nil, nil
  for i, top in ipairs(tops) do
    if hz and at_speed(top, hz) then first, last = first or i, i end
  end
  local rates = {}
  for i = first or 1, last or 0 do rates[#rates + 1] = tops[i].rate_hz end
  local s = statistics.of(rates)
  return s and s.sd / s.mean * 100 or 0
end

return depth
