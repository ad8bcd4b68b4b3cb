-- Mean, extremes and spread of a list of numbers. Pure.
local statistics = {}

--- nil for an empty list: there is no mean of nothing.
---@param list number[]
---@return { count: integer, mean: number, min: number, max: number, sd: number }|nil
function statistics.of(list)
  if #list == 0 then return nil end
  local sum, min, max = 0, math.huge, -math.huge
  for _, value in ipairs(list) do
    sum, min, max = sum + value, math.min(min, value), math.max(max, value)
  end
  if min == max then return { count = #list, mean = min, min = min, max = max, sd = 0 } end
  local mean, square = sum / #list, 0
  for _, value in ipairs(list) do square = square + (value - mean) ^ 2 end
  return { count = #list, mean = mean, min = min, max = max,
           sd = #list > 1 and math.sqrt(square / (#list - 1)) or 0 }
end

--- The value that the fraction q of the list does not exceed (nearest rank).
---@param list number[] at least one
---@param q number 0..1
function statistics.quantile(list, q)
  local sorted = {}
  for i, value in ipairs(list) do sorted[i] = value end
  table.sort(sorted)
  return sorted[math.max(1, math.ceil(q * #sorted))]
end

return statistics
