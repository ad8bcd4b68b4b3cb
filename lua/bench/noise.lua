-- What no well-behaved master sends: lines of the pen's protocol with one thing wrong, and bytes
-- that are no line at all. Pure: the same in every run.
local noise = {}

local ACTION_BYTES = 256 -- of one action; they take 67 ms on the line
local ACTION_S = 0.08

--- CRC-8 (polynomial 0x07, initial value 0) over the body, which a line carries. "123456789" has
--- 0xF4.
function noise.crc8(body)
  local crc = 0
  for i = 1, #body do
    crc = crc ~ body:byte(i)
    for _ = 1, 8 do
      crc = (crc << 1 ~ (crc & 0x80 ~= 0 and 0x07 or 0)) & 0xFF
    end
  end
  return crc
end

--- The good line of a body: with its checksum and line end.
function noise.line(body)
  return ("%s*%02X\n"):format(body, noise.crc8(body))
end

--- A line with each single bit wrong in turn: 8 lines for each of its characters. A wrong line end
--- joins two of them, so the last one is ended by hand.
---@param line string
---@return string[]
function noise.bit_errors(line)
  local list = {}
  for i = 1, #line do
    for bit = 0, 7 do
      local wrong = string.char(line:byte(i) ~ 1 << bit)
      list[#list + 1] = line:sub(1, i - 1) .. wrong .. line:sub(i + 1)
    end
  end
  list[#list + 1] = "\n"
  return list
end

--- A line cut off behind each of its characters, and without its first 1, 2, ... ones.
---@param line string with its line end
---@return string[]
function noise.cuts(line)
  local list = {}
  for i = 1, #line - 2 do
    list[#list + 1] = line:sub(1, i) .. "\n"
    list[#list + 1] = line:sub(i + 1)
  end
  return list
end

--- `size` bytes that look like nothing, and a line end (Lehmer's generator, 16807 modulo 2^31 - 1).
---@param size integer
---@param seed integer 1..2^31-2
function noise.random(size, seed)
  local bytes, state = {}, seed
  for i = 1, size do
    state = state * 16807 % 2147483647
    bytes[i] = string.char(state >> 16 & 0xFF)
  end
  return table.concat(bytes) .. "\n"
end

--- Texts as actions of a capture that sends them one after the other from at_s on.
---@param texts string[]
---@param at_s number
---@return table[] actions, number end_s when the last byte is through
function noise.actions(texts, at_s)
  local all, actions = table.concat(texts), {}
  for i = 1, #all, ACTION_BYTES do
    actions[#actions + 1] = { at_s = at_s, raw = all:sub(i, i + ACTION_BYTES - 1) }
    at_s = at_s + ACTION_S
  end
  return actions, at_s
end

return noise
