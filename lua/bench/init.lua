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

--- Measurements of one kind at several settings: each({ 500, 1500 }, { error_um = "PEN-110" }) is
--- { error_um_500 = "PEN-110", error_um_1500 = "PEN-110" }.
---@param settings integer[]
---@param measures table<string, string>
---@return table<string, string>
function bench.each(settings, measures)
  local list = {}
  for _, setting in ipairs(settings) do
    for name, clause in pairs(measures) do list[("%s_%d"):format(name, setting)] = clause end
  end
  return list
end

return bench
