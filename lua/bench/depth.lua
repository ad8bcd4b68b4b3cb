-- Needle depth from one capture of jog, strokes, jog: pure evaluation of an analysis `protrusion`.
--
-- Zero is the count at the reference mark during the first slow jog; the second jog closes the
-- ring. Movements are told apart by the rests between them, never by when they were asked for.
local statistics = require "bench.statistics"

local depth = {}

depth.REST_S = 0.2           -- a longer gap between two turning points parts two movements
depth.CLOSING_MAX_COUNTS = 1 -- the contract of the jig
depth.AT_SPEED = 0.02        -- within 2 % of the running rate counts as at speed

--- Why the capture says nothing about the pen, or nil.
function depth.bench_fault(protrusion)
  if protrusion.illegal > 0 then
    return ("encoder: %d illegal transitions of ENC_A/ENC_B; check the encoder's cable and head")
      :format(protrusion.illegal)
  end
  if #protrusion.zeros < 2 or protrusion.closing == nil then
    return ("encoder: %d slow crossings of the reference mark ENC_Z, wanted at least 2; " ..
      "check the gauge's mark and that the pen is seated"):format(#protrusion.zeros)
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
---@param samplerate_hz number
function depth.movements(points, samplerate_hz)
  local list = {}
  for i, point in ipairs(points) do
    local before = points[i - 1]
    if not before or (point.sample - before.sample) / samplerate_hz > depth.REST_S then
      list[#list + 1] = {}
    end
    table.insert(list[#list], point)
  end
  return list
end

--- Of the tops of one movement those at its running rate, as depths in um past the nose.
function depth.at_speed_um(tops, zero_count, calibration)
  local rates, list = {}, {}
  for _, top in ipairs(tops) do
    if top.rate_hz then rates[#rates + 1] = top.rate_hz end
  end
  if #rates == 0 then return list end
  -- Starting and stopping strokes are slower: the upper quartile runs at speed.
  local running_hz = statistics.quantile(rates, 0.75)
  for _, top in ipairs(tops) do
    if top.rate_hz and math.abs(top.rate_hz / running_hz - 1) <= depth.AT_SPEED then
      list[#list + 1] = (top.count - zero_count) * calibration.um_per_count + calibration.z0_um
    end
  end
  return list
end

return depth
