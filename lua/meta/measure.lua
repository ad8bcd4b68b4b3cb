---@meta
-- The `measure` value that a case's run function gets, as bound by bench/script/bind_measure.c.

--- One function for each name that the case declares; each is called once.
---@class bench.Measure
---@field [string] fun(value: number|lightuserdata, u?: number) value in the clause's unit; u is its
--- expanded uncertainty, the spec's provisional one when left out
local measure = {}

--- The clause of `name` is not tested by this run: it can at best be INCOMPLETE.
---@param name string
---@param reason string
function measure.skip(name, reason) end
