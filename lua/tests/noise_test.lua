-- Lines with one thing wrong: none of them is a good line, and all are there.
local noise = require "bench.noise"

-- The pen's rule, spelt in another way: is it a line that may be obeyed?
local function is_good(line)
  local body, sum = line:match "^([ -~]+)%*([0-9A-F][0-9A-F])\r?$"
  return body ~= nil and tonumber(sum, 16) == noise.crc8(body)
end

local function count_good(texts)
  local good, lines = 0, 0
  for line in table.concat(texts):gmatch "([^\n]*)\n" do
    lines = lines + 1
    if is_good(line) then good = good + 1 end
  end
  return good, lines
end

return {
  ["the checksum's known pair"] = function() assert(noise.crc8 "123456789" == 0xF4) end,
  ["a good line is good"] = function()
    local good, lines = count_good { noise.line "STROKE 3" }
    assert(good == 1 and lines == 1)
  end,
  ["no line with a wrong bit is good"] = function()
    local line = noise.line "STROKE 3"
    local list = noise.bit_errors(line)
    assert(#list == 8 * #line + 1)
    assert(count_good(list) == 0)
  end,
  ["every wrong bit is there once"] = function()
    local line, seen = "ab\n", {}
    local list = noise.bit_errors(line)
    for i = 1, #list - 1 do
      assert(#list[i] == #line and list[i] ~= line and not seen[list[i]])
      seen[list[i]] = true
    end
  end,
  ["no cut line is good"] = function()
    local list = noise.cuts(noise.line "RUN")
    assert(#list == 10 and list[1] == "R\n" and list[2]:sub(1, 3) == "UN*")
    assert(count_good(list) == 0)
  end,
  ["random bytes repeat, and hold all values"] = function()
    local seen, distinct = {}, 0
    for byte in noise.random(4000, 7):gmatch "." do
      if not seen[byte] then distinct = distinct + 1 end
      seen[byte] = true
    end
    assert(noise.random(100, 7) == noise.random(100, 7))
    assert(noise.random(9, 7) ~= noise.random(9, 8))
    assert(distinct == 256 and #noise.random(4000, 7) == 4001)
  end,
  ["actions hold every byte, in order, 256 at most"] = function()
    local actions, end_s = noise.actions({ ("x"):rep(300), "yz" }, 0.5)
    assert(#actions == 2 and #actions[1].raw == 256 and actions[2].raw == ("x"):rep(44) .. "yz")
    assert(actions[1].at_s == 0.5 and math.abs(actions[2].at_s - 0.58) < 1e-9)
    assert(math.abs(end_s - 0.66) < 1e-9)
  end,
}
