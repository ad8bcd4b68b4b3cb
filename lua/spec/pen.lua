-- The pen's spec for the machine: the clauses and limits of firmware/SPEC.md (a test compares).
-- unit "1" is a count or a yes/no. kind "spread" is a standard deviation, judged by its upper
-- bound. u is the expanded uncertainty (k = 2) that the bench is expected to have: the rule is
-- checked with it when the file is loaded; a verdict uses the budget of the measurement.
return {
  image = "../../build/firmware/pen.hex",
  version = "1.1.0",
  limits = {
    ["PEN-101"] = {
      name = "identity equals the image", unit = "1", low = 1, high = 1, rule = "simple",
    },
    ["PEN-110"] = {
      name = "depth error", unit = "um", low = -150, high = 150, u = 4, rule = "iso14253",
    },
    ["PEN-111"] = {
      name = "depth spread over strokes", unit = "um", high = 20, u = 1, rule = "iso14253",
    },
    ["PEN-112"] = {
      name = "absolute maximum protrusion", unit = "um", high = 2650, u = 5, rule = "ilac-g8",
    },
    ["PEN-120"] = {
      name = "stroke rate error", unit = "%", low = -2, high = 2, u = 0.002, rule = "iso14253",
    },
    ["PEN-121"] = {
      name = "stroke rate jitter", unit = "%", kind = "spread", high = 1, rule = "iso14253",
    },
    ["PEN-122"] = {
      name = "rate settling time", unit = "s", high = 0.40, u = 0.001, rule = "iso14253",
    },
    ["PEN-123"] = {
      name = "rate droop under load", unit = "%", low = -2, high = 2, u = 0.001, rule = "iso14253",
    },
    ["PEN-130"] = {
      name = "running supply current", unit = "mA", high = 180, u = 1, rule = "iso14253",
    },
    ["PEN-131"] = {
      name = "supply current under load", unit = "mA", high = 240, u = 1.2, rule = "iso14253",
    },
    ["PEN-132"] = {
      name = "inrush supply current", unit = "A", high = 1.0, u = 0.005, rule = "iso14253",
    },
    ["PEN-133"] = {
      name = "idle supply current, awake", unit = "mA", high = 5, rule = "simple",
    },
    ["PEN-140"] = {
      name = "stroke count error", unit = "1", low = 0, high = 0, rule = "simple",
    },
    ["PEN-141"] = {
      name = "stop-to-parked time", unit = "s", high = 1.2, u = 0.0001, rule = "ilac-g8",
    },
    ["PEN-142"] = {
      name = "command-to-motion latency", unit = "ms", high = 120, rule = "simple",
    },
    ["PEN-150"] = {
      name = "stall cut-out time", unit = "ms", high = 80, u = 0.001, rule = "ilac-g8",
    },
    ["PEN-160"] = {
      name = "button starts and stops", unit = "1", low = 1, high = 1, rule = "simple",
    },
    ["PEN-161"] = {
      name = "low-battery lock-out", unit = "1", low = 1, high = 1, rule = "simple",
    },
    ["PEN-162"] = {
      name = "motion at power-up", unit = "1", low = 0, high = 0, rule = "simple",
    },
    ["PEN-163"] = {
      name = "motion on line noise", unit = "1", low = 0, high = 0, rule = "simple",
    },
    ["PEN-164"] = {
      name = "safe after a watchdog reset", unit = "1", low = 1, high = 1, rule = "simple",
    },
    ["PEN-165"] = {
      name = "charger interlock", unit = "1", low = 1, high = 1, rule = "simple",
    },
    ["PEN-166"] = {
      name = "out-of-range orders accepted", unit = "1", low = 0, high = 0, rule = "simple",
    },
    ["PEN-167"] = {
      name = "battery voltage error", unit = "mV", low = -100, high = 100, u = 10, rule = "z540-m6",
    },
    ["PEN-168"] = {
      name = "sleep supply current", unit = "mA", high = 3, rule = "simple",
    },
  },
}
