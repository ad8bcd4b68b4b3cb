-- Encoder, tachometer and the pen's word: where they part, somebody has to be believed.
local witness = require "bench.witness"

local function seen(encoder, tach, pen, scatter_percent)
  return witness.fault { encoder = encoder, tach = tach, pen = pen, tolerance = 1, unit = "turns",
                         scatter_percent = scatter_percent or 0.1, steady_percent = 0.3 }
end

return {
  ["both see the same"] = function()
    assert(not seen(86, 86, 86) and not seen(86, 87, 0) and not seen(86, 85, 0))
  end,
  ["an encoder that is unplugged is the bench's"] = function()
    assert(seen(0, 86, 86):find "the encoder none")
    assert(seen(0, 86, 0):find "the encoder none")
  end,
  ["a tachometer without contact is the bench's: the pen sees its own"] = function()
    assert(seen(86, 0, 86):find "tachometer 0")
  end,
  ["a silent tachometer that the pen gave up by is the pen's"] = function()
    assert(seen(86, 0, 0) == nil)
  end,
  ["a bad contact leaves the needle steady"] = function()
    assert(seen(86, 88, 86) and seen(88, 86, 86) and seen(86, 40, 86))
  end,
  ["a bad tachometer makes the needle hunt"] = function()
    assert(seen(86, 80, 86, 0.6) == nil and seen(86, 95, 86, 3) == nil)
  end,
  ["a pen that stands still, by its own word too, is the pen's"] = function()
    assert(seen(0, 0, 0) == nil)
  end,
  ["a pen that counts what nobody sees is the bench's"] = function()
    assert(seen(0, 0, 86):find "no contact")
  end,
  ["NaN is no agreement"] = function() assert(seen(0 / 0, 86, 86) and seen(86, 0 / 0, 86)) end,
}
