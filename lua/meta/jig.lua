---@meta raw.jig
-- Stimuli, senses, time and calibration of the jig, as bound by bench/script/bind_jig.c.

local jig = {}

---@param which "button"|"load"|"charger"|"brake"|"low_supply"
---@param on boolean pressed, engaged, charging, blocked, 3.10 V
function jig.stimulus(which, on) end

---@param which "pen_present"|"lid_closed"|"enc_alarm"|"power_good"
---@return boolean level
function jig.sense(which) end

--- Waits on the bench's clock, feeding the dead-man.
---@param seconds number 0..60
function jig.wait(seconds) end

---@class raw.Calibration
---@field um_per_count number
---@field u_um_per_count number
---@field z0_um number reference mark past the datum plane
---@field u_z0_um number
---@field expansion_per_k number of the encoder's scale, relative
---@field temperature_c number at which the scale is stated
---@field u_temperature_k number of the jig in use
---@field alignment_mrad number largest angle between scale and needle
---@field u_seating_um number scatter of one insertion of the pen
---@field mod_clk_hz number
---@field u_clock_ppm number
---@field shunt_ohm number
---@field u_shunt_percent number
---@field offset_v number at the modulator's input
---@field u_offset_v number
---@field full_scale_v number
---@field open_v number of the cell emulator, without current
---@field u_open_v number
---@field cell_ohm number its inner resistance
---@field u_cell_ohm number
---@field zero_v number the modulator's reading with the supply off, measured by this run

--- The jig's certificate: values and standard uncertainties (`u_`).
---@return raw.Calibration
function jig.calibration() end

--- The bench is at fault, not the pen: ends the run. Final, also below pcall.
---@param text string what failed, and what to do next
function jig.fault(text) end

return jig
