---@meta raw.capture
-- One capture with actions inside it, as bound by bench/script/bind_capture.c.

local capture = {}

--- What a clipped reading is. Arithmetic on it raises; an upper limit fails by it.
---@type lightuserdata
capture.OVER_RANGE = nil

---@class raw.Action
---@field at_s number after the start of the capture; happens up to 50 ms later
---@field send? string request to the pen; its answer is discarded, or listed in found.answers
---@field raw? string bytes on the pen's line as they are, 1..256 of them
---@field power? boolean PEN_POWER
---@field stimulus? "button"|"load"|"charger"|"brake"|"low_supply"
---@field on? boolean of the stimulus

--- Captures and analyses. Results come in the order of `analyses`, with the names of `penbench
--- analyze --json`; what does not exist is nil. Analyses count by the nominal sample rate: the true
--- one is rate_ratio times it.
--- With `answers` the pen's good lines come in found.answers, in their order and without checksum;
--- found.nonsense counts the other lines (and those beyond 64).
---@param wanted { seconds: number, analyses: string[], actions?: raw.Action[], answers?: boolean }
---@return { samples: integer, rate_ratio: number, answers?: string[], nonsense?: integer,
--- [integer]: table } found
function capture.run(wanted) end

--- Analyses of a saved capture (.sr) in or below the folder of the case: inside the case's run
--- function, with the supply off (raw.pen.power(false)). Results as those of `run`; time is that of
--- the file: samplerate_hz is nil when it has none.
---@param name string letters, digits and "._- ", folders with "/"; no link out of the folder
---@param analyses string[]
---@return { samples: integer, samplerate_hz?: number, [integer]: table } found
function capture.analyze(name, analyses) end

--- Nominal sample rate of the analyzer.
---@return number hz
function capture.samplerate_hz() end

return capture
