-- The pen's spec for the machine: the clauses and limits of firmware/SPEC.md (a test compares).
-- unit "1" is a count or a yes/no; u is a provisional expanded uncertainty (k = 2).
return {
  image = "../../build/firmware/pen.hex",
  limits = {
    ["PEN-101"] = {
      name = "identity equals the image", unit = "1", low = 1, high = 1, rule = "simple",
    },
    ["PEN-110"] = {
      name = "depth error at 1.50 mm", unit = "um", low = -150, high = 150, u = 4, rule = "simple",
    },
    ["PEN-111"] = {
      name = "depth spread over strokes", unit = "um", high = 20, u = 2, rule = "simple",
    },
    ["PEN-120"] = {
      name = "stroke rate error", unit = "%", low = -2, high = 2, u = 0.02, rule = "simple",
    },
    ["PEN-130"] = {
      name = "running supply current", unit = "mA", high = 400, u = 3, rule = "simple",
    },
    ["PEN-140"] = {
      name = "stroke count error", unit = "1", low = 0, high = 0, rule = "simple",
    },
  },
}
