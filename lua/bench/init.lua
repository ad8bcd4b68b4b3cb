-- What a case requires: bench.case declares one, and hands the pen and the measurements to it.
local pen = require "bench.pen"

local bench = {}

---@class bench.Declared
---@field title string
---@field measures table<string, string> name of the measurement = clause
---@field run fun(pen: bench.Pen, measure: bench.Measure)

--- Declares a case. `run(pen, measure)` is called once, with the pen powered.
---@param declared bench.Declared
function bench.case(declared)
  if type(declared) ~= "table" then error("bench.case wants a table", 2) end
  local case = {}
  for key, value in pairs(declared) do case[key] = value end
  if type(declared.run) == "function" then
    case.run = function(measure) declared.run(pen.new(), measure) end
  end
  return case
end

return bench
