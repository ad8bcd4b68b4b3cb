-- The jig's cell emulator: what stands at the pen's contacts. Pure.
local supply = {}

--- Millivolts at the contacts while the pen takes current_ma; the shunt lies in the return lead.
---@param current_ma number
---@param calibration { open_v: number, cell_ohm: number, shunt_ohm: number }
function supply.contacts_mv(current_ma, calibration)
  return calibration.open_v * 1000 - current_ma * (calibration.cell_ohm + calibration.shunt_ohm)
end

return supply
