---@meta
-- The `measure` value that a case's run function gets, as bound by bench/script/bind_measure.c.

--- One line of an uncertainty budget (bench/verdict/budget.h). Lines of one cause are one error met
--- several times: their u add with their signs.
---@class bench.BudgetLine
---@field name string at most 39 characters
---@field u number standard uncertainty in the clause's unit, its sensitivity included
---@field type? "A"|"B" from statistics of the data, or from elsewhere (the default)
---@field nu? number degrees of freedom; a type A must say, a type B is known exactly without
---@field cause? string at most 15 characters

--- Of a standard deviation: how many values it comes from. For clauses of kind "spread", which are
--- judged by the upper end of its 95 % interval.
---@class bench.Spread
---@field n integer 2 or more

--- One function for each name that the case declares; each is called once.
---@class bench.Measure
---@field [string] fun(value: number|lightuserdata, budget?: bench.BudgetLine[]|bench.Spread|0)
--- value in the clause's unit. A count has no budget (or 0). A quantity has one: without it a
--- clause of the rule simple is marked "no budget", and with any other rule the case is wrong.
local measure = {}

--- The clause of `name` is not tested by this run: it can at best be INCOMPLETE.
---@param name string
---@param reason string
function measure.skip(name, reason) end
