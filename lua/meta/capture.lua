---@meta raw.capture
-- One capture with actions inside it, as bound by bench/script/bind_capture.c.

local capture = {}

--- What a clipped reading is. Arithmetic on it raises; an upper limit fails by it.
---@type lightuserdata
capture.OVER_RANGE = nil

---@class raw.Action
---@field at_s number after the start of the capture; happens up to 50 ms later
---@field send? string request to the pen; its answer is discarded
---@field stimulus? "button"|"load"|"charger"|"brake"|"low_supply"
---@field on? boolean of the stimulus

--- Captures and analyses. Results come in the order of `analyses`, with the names of `penbench
--- analyze --json`; what does not exist is nil. Analyses count by the nominal sample rate: the true
--- one is rate_ratio times it.
---@param wanted { seconds: number, analyses: string[], actions?: raw.Action[] }
---@return { samples: integer, rate_ratio: number, [integer]: table } found
function capture.run(wanted) end

--- Nominal sample rate of the analyzer.
---@return number hz
function capture.samplerate_hz() end

return capture
