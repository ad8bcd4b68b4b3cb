---@meta raw.pen
-- The pen's line protocol and supply, as bound by bench/script/bind_pen.c.

local pen = {}

--- One request and its answer, both without checksum. A refusal ("ERR ...") is an answer; a pen
--- that is silent or answers nonsense fails the case; without supply it is the case that is wrong.
---@param request string up to 60 printable ASCII characters
---@param timeout_s? number 0.001..10, default 0.25
---@return string answer
function pen.ask(request, timeout_s) end

--- Sends a request and waits for nothing; the next `ask` discards the answer.
---@param request string
function pen.send(request) end

--- PEN_POWER. The bench has the pen powered when `run` begins. Off is a bench fault when the supply
--- had gone before.
---@param on boolean
function pen.power(on) end

--- The pen is bad: ends the case as FAIL. Final, also below pcall.
---@param text string what failed, wanted against found
function pen.fail(text) end

--- The firmware image that belongs into the pen.
---@return { crc32: string, size: integer, version: string } image CRC-32 (IEEE) as 8 hex digits;
--- bytes; the version that it must report
function pen.image() end

return pen
