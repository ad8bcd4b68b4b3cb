-- Two independent witnesses of one motion, the encoder on the needle and the tachometer on the
-- crank, and the pen's own word. Pure. Where they part, somebody has to be believed.
local witness = {}

-- A sound pen's strokes scatter by 0.02 % at speed, by 1 % where the ends of start and stop count
-- too; with a bad tachometer they scatter by 2 % and more.
witness.STEADY_PERCENT = 0.3
witness.STEADY_WITH_ENDS_PERCENT = 1.5

--- Why the witnesses cannot be believed, or nil: then the capture judges the pen. Counts or rates,
--- all of one unit; `tolerance` is absolute; `scatter_percent` is that of the needle's strokes,
--- steady up to `steady_percent`.
---
--- The pen steers by the same tachometer. Where TACH lies and yet the needle runs steadily,
--- or the pen itself speaks of motion, the pen sees a good one, and only the jig's line is bad.
--- Where the needle hunts or the pen has given up, the tachometer itself is bad: the pen's fault.
---@param seen { encoder: number, tach: number, pen: number, tolerance: number, unit: string,
--- scatter_percent: number, steady_percent: number }
function witness.fault(seen)
  if seen.encoder == 0 and seen.tach == 0 then
    if not (seen.pen > 0) then return nil end
    return ("the pen counts %.4g %s, encoder and tachometer none: ENC_A/ENC_B and TACH have no " ..
      "contact; check the jig's cables and reseat"):format(seen.pen, seen.unit)
  end
  if math.abs(seen.encoder - seen.tach) <= seen.tolerance then return nil end
  if seen.encoder == 0 then
    return ("the tachometer sees %.4g %s and the encoder none: ENC_A/ENC_B have no contact or " ..
      "the gauge is not in the pen; check the jig's cables and reseat")
      :format(seen.tach, seen.unit)
  end
  if seen.tach == 0 and not (seen.pen > 0) then return nil end
  if seen.tach > 0 and seen.scatter_percent > seen.steady_percent then return nil end
  return ("the encoder sees %.5g %s and the tachometer %.5g: the gauge slips, or TACH has no " ..
    "good contact; check the jig's cables and reseat"):format(seen.encoder, seen.unit, seen.tach)
end

return witness
