-- Supply current from an analysis `sinc3` of the modulator over the shunt. Pure.
local current = {}

--- Mean in mA, or the mark of a clipped reading, which no arithmetic accepts.
---@param sinc3 { mean: number, clipped: boolean, outputs: integer }
---@param calibration { full_scale_v: number, offset_v: number, shunt_ohm: number }
---@param over_range any
function current.mean_ma(sinc3, calibration, over_range)
  if sinc3.clipped then return over_range end
  local volt = sinc3.mean * calibration.full_scale_v - calibration.offset_v
  return volt / calibration.shunt_ohm * 1000
end

return current
