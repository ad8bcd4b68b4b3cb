-- Supply current from an analysis `sinc3` of the modulator over the shunt. Pure.
local current = {}

--- Why the modulator's stream says nothing about the pen, or nil. A modulator that clips still
--- gives one opposite bit in 128, so an output of the filter at its very end means a dead line. A
--- supply current is not negative: clipping there is a shunt or a line, not a pen.
---@param sinc3 { min: number, max: number, clipped: boolean, outputs: integer }
function current.bench_fault(sinc3)
  if not (sinc3.outputs > 0) then return "supply current: the capture holds no value" end
  if sinc3.max >= 1 or sinc3.min <= -1 then
    return "supply current: MOD_DAT is stuck; check the modulator's supply and cable"
  end
  if sinc3.clipped and -sinc3.min > sinc3.max then
    return "supply current: the modulator clips at its negative end; check the shunt and its cable"
  end
  return nil
end

local function of(density, clipped, calibration, over_range)
  if clipped then return over_range end
  return (density * calibration.full_scale_v - calibration.zero_v) / calibration.shunt_ohm * 1000
end

--- Mean in mA, or the mark of a clipped reading, which no arithmetic accepts.
---@param sinc3 { mean: number, clipped: boolean, outputs: integer }
---@param calibration { full_scale_v: number, zero_v: number, shunt_ohm: number }
---@param over_range any
function current.mean_ma(sinc3, calibration, over_range)
  return of(sinc3.mean, sinc3.clipped, calibration, over_range)
end

--- Largest output of the filter in mA, or the mark.
---@param sinc3 { max: number, clipped: boolean, outputs: integer }
function current.max_ma(sinc3, calibration, over_range)
  return of(sinc3.max, sinc3.clipped, calibration, over_range)
end

return current
