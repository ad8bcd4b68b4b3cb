-- The jig's cell emulator: what stands at the pen's contacts. Pure.
local supply = {}

local OPEN_MV = 3700  -- at no current
local CELL_OHM = 0.15 -- its inner resistance, as an old cell has it

--- Millivolts at the contacts while the pen takes current_ma; the shunt lies in the return lead.
---@param current_ma number
---@param shunt_ohm number
function supply.contacts_mv(current_ma, shunt_ohm)
  return OPEN_MV - current_ma * (CELL_OHM + shunt_ohm)
end

return supply
