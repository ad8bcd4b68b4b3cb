"""What the analyses of `penbench analyze` have to give, written a second time: slow, one sample after
the other, straight from the definitions in bench/analysis/README.md. It shares nothing with the C
code, and must not: the two are compared on random captures (analyze_random.py).

A capture is a list of whole numbers, one per sample; a channel is a bit of them. Every function
gets the capture, the sample rate (None: unknown) and its parameters by their names, and returns the
members that the analysis prints."""
import cmath
import hashlib
import math
from fractions import Fraction
from statistics import median


def level(samples, i, bit):
    return samples[i] >> bit & 1


def edges(samples, bit, kind=None):
    """Indices of the first samples with a new level; kind 1 rising, 0 falling."""
    return [i for i in range(1, len(samples))
            if level(samples, i, bit) != level(samples, i - 1, bit)
            and kind in (None, level(samples, i, bit))]


def sha256(data):
    return hashlib.sha256(bytes(data)).hexdigest()


def spread(values, what=("mean", "min", "max")):
    """Of single values: None of nothing."""
    full = {"mean": sum(values) / len(values) if values else None,
            "min": min(values, default=None), "max": max(values, default=None),
            "median": median(values) if values else None,
            "sd": deviation(values)}
    return {name: full[name] for name in what}


def deviation(values):
    if len(values) < 2:
        return None
    mean = sum(values) / len(values)
    return math.sqrt(sum((v - mean) ** 2 for v in values) / (len(values) - 1))


def rates(at, rate):
    """Rates of instants, by the definition of rate_hz."""
    if rate is None or len(at) < 2:
        return {"mean": None, "min": None, "max": None, "sd": None}
    single = [rate / (b - a) for a, b in zip(at, at[1:])]
    return {"mean": rate * (len(at) - 1) / (at[-1] - at[0]), "min": min(single),
            "max": max(single), "sd": deviation(single)}


def positions(samples, a, b):
    """Count at each sample; steps as (index, direction) with direction None for an illegal one."""
    order = {(0, 0): 0, (0, 1): 1, (1, 1): 2, (1, 0): 3}  # (B, A)
    count, counts, steps = 0, [], []
    before = None
    for i in range(len(samples)):
        now = order[level(samples, i, b), level(samples, i, a)]
        turn = 0 if before is None else (now - before) % 4
        if turn == 2:
            steps.append((i, None))
        elif turn:
            steps.append((i, 1 if turn == 1 else -1))
            count += 1 if turn == 1 else -1
        before = now
        counts.append(count)
    return counts, steps


def quadrature(samples, rate, a, b, z=None):
    counts, steps = positions(samples, a, b)
    legal = [direction for _, direction in steps if direction is not None]
    low, high = min(counts, default=0), max(counts, default=0)
    out = {"transitions": len(steps), "illegal": len(steps) - len(legal), "min": low, "max": high,
           "net": counts[-1] if counts else 0, "peak_to_peak": high - low,
           "reversals": sum(x != y for x, y in zip(legal, legal[1:])),
           "first_sample": steps[0][0] if steps else None,
           "last_sample": steps[-1][0] if steps else None}
    if z is not None:
        marks = [counts[i] for i in edges(samples, z, 1)]
        out["z"] = {"marks": len(marks), "first_count": marks[0] if marks else None,
                    "last_count": marks[-1] if marks else None,
                    "spread": max(marks) - min(marks) if marks else None,
                    "closing": marks[-1] - marks[0] if marks else None}
    return out


def turning_points(counts, hysteresis):
    """[(sample, count, +1 top or -1 bottom)]. The extreme is searched afresh from the turning point
    before on, at every sample: nothing is carried along."""
    found, start, wanted = [], 0, 0
    for i in range(len(counts)):
        window = counts[start:i + 1]
        high, low = max(window), min(window)
        if wanted >= 0 and high - counts[i] >= hysteresis:
            found.append((start + window.index(high), high, 1))
        elif wanted <= 0 and counts[i] - low >= hysteresis:
            found.append((start + window.index(low), low, -1))
        else:
            continue
        wanted = -found[-1][2]
        start = found[-1][0]
    return [turn for turn in found if turn[0] != 0]


def middle_crossings(counts, turns):
    """One per bottom at most: the first after it and before the next one; None where there is none."""
    tops = [c for _, c, side in turns if side > 0]
    bottoms = [(s, c) for s, c, side in turns if side < 0]
    if not tops or not bottoms:
        return []
    middle = (Fraction(sum(tops), len(tops))
              + Fraction(sum(c for _, c in bottoms), len(bottoms))) / 2
    ends = [s for s, _ in bottoms[1:]] + [len(counts) - 1]
    return [next((i for i in range(s + 1, end + 1) if counts[i - 1] < middle <= counts[i]), None)
            for (s, _), end in zip(bottoms, ends)]


def vertex(counts, before, turn, hysteresis):
    """(sample, count, dwell) of a turning point after `before`: the middle of a chord."""
    chord = min(hysteresis, 64)
    start, extreme, side = turn
    rise = [i for i in range(before[0] + 1, len(counts))]
    value = lambda i: side * counts[i]
    top = side * extreme
    came = next(i for i in rise if value(i) == top - chord + 1)
    reached = next(i for i in rise if value(i) == top)
    fell = next(i for i in range(reached, len(counts)) if value(i) == top - chord)
    left = max(i for i in range(reached + 1, fell + 1) if value(i - 1) == top and value(i) == top - 1)
    inner, outer = (left - reached) ** 2, (fell - came) ** 2
    height = None
    if outer > inner and chord > 1:
        height = top + (chord - 1) * inner / (outer - inner)
        height = height if side > 0 else 1 - height
    return (came + fell) / 2, height, fell - came


def harmonic_amplitudes(counts, start, end, number):
    """Of the staircase between two instants: the integral, piece by piece."""
    period, out = end - start, []
    cuts = [start] + [i for i in range(math.floor(start) + 1, math.ceil(end))
                      if counts[i] != counts[i - 1]] + [end]
    for k in range(1, number + 1):
        turn = -2j * math.pi * k / period
        total = sum(counts[math.floor(x)] * (cmath.exp(turn * (y - start))
                                             - cmath.exp(turn * (x - start))) / turn
                    for x, y in zip(cuts, cuts[1:]))
        out.append(abs(2 * total / period))
    return out


def stroke(samples, rate, a, b, hysteresis, harmonics=0):
    counts, _ = positions(samples, a, b)
    turns = turning_points(counts, hysteresis)
    sides = {side: [t for t in turns if t[2] == side] for side in (1, -1)}
    shape = [(None, None, None)][:len(turns)] + [vertex(counts, x, y, hysteresis)
                                                 for x, y in zip(turns, turns[1:])]
    tops = [v for t, v in zip(turns, shape) if t[2] > 0]
    bottoms = [v for t, v in zip(turns, shape) if t[2] < 0]
    triples = [(shape[i][0], shape[i + 1][0], shape[i + 2][0]) for i in range(len(turns) - 2)
               if turns[i][2] > 0 and shape[i][0] is not None]
    middle = [i for i in middle_crossings(counts, turns) if i is not None]
    unique = sorted(set(middle))
    out = {"maxima": len(sides[1]), "minima": len(sides[-1]),
           "rate_hz": rates([t[0] for t in sides[1]], rate),
           "rate_mid_hz": rates(unique, rate),
           "peak_to_peak": [abs(x[1] - y[1]) for x, y in zip(turns, turns[1:])],
           "top": [t[1] for t in sides[1]], "bottom": [t[1] for t in sides[-1]],
           "top_vertex": [v[1] for v in tops], "bottom_vertex": [v[1] for v in bottoms],
           "top_at_sample": [v[0] for v in tops], "bottom_at_sample": [v[0] for v in bottoms],
           "down_fraction": spread([(y - x) / (z - x) for x, y, z in triples],
                                   ("mean", "min", "max", "sd")),
           "dwell_samples": {name: spread([v[2] for v in side if v[2] is not None],
                                          ("min", "max", "mean", "median"))
                             for name, side in (("top", tops), ("bottom", bottoms))}}
    if harmonics:
        each = [harmonic_amplitudes(counts, x, z, harmonics) for x, _, z in triples]
        out["harmonics"] = {"strokes": len(each),
                            "amplitude": [sum(e[k] for e in each) / len(each) if each else None
                                          for k in range(harmonics)]}
    return out


def pulse(samples, rate, ch):
    up, down = edges(samples, ch, 1), edges(samples, ch, 0)
    high = [level(samples, i, ch) for i in range(len(samples))]
    cycles = list(zip(up, up[1:]))
    period = [y - x for x, y in cycles]
    on = [sum(high[x:y]) for x, y in cycles]
    duty = [100 * h / p for h, p in zip(on, period)]
    width = [next((d for d in down if d > u), None) for u in up]
    width = [d - u for u, d in zip(up, width) if d is not None]
    what = ("min", "max", "mean", "median")
    known = rate is not None and cycles
    return {"rising": len(up), "falling": len(down), "high_samples": sum(high),
            "periods": len(cycles), "period_samples": spread(period, what),
            "frequency_hz": {"mean": rate * len(cycles) / (up[-1] - up[0]) if known else None,
                             "min": rate / max(period) if known else None,
                             "max": rate / min(period) if known else None},
            "duty_percent": dict(spread(duty),
                                 weighted=100 * sum(on) / sum(period) if cycles else None),
            "width_samples": spread(width, what)}


def step(samples, rate, step, dir):
    net, seen = 0, [0]
    for i in edges(samples, step, 1):
        net += 1 if level(samples, i, dir) else -1
        seen.append(net)
    return {"pulses": len(seen) - 1, "net": net, "min": min(seen), "max": max(seen)}


def uart(samples, rate, rx, baud, bits=8, parity="n", stop=1, invert=0):
    if rate is None:
        return dict.fromkeys(("bytes", "hex", "text", "sha256", "framing_errors", "parity_errors"))
    line = [level(samples, i, rx) ^ invert for i in range(len(samples))]
    bit = Fraction(rate) / Fraction(baud)
    data, framing, wrong, i = [], 0, 0, 1
    total = bits + (parity != "n") + stop
    while i < len(line):
        if not (line[i - 1] == 1 and line[i] == 0):
            i += 1
            continue
        middle = math.floor(i + bit / 2)
        if middle >= len(line) or line[middle] == 1:
            i += 1
            continue
        at = [math.floor(i + (k + Fraction(3, 2)) * bit) for k in range(total)]
        if at[-1] >= len(line):
            break
        read = [line[x] for x in at]
        word = sum(v << k for k, v in enumerate(read[:bits]))
        data += [word & 255, word >> 8] if bits == 9 else [word]
        framing += 0 in read[-stop:]
        if parity != "n":
            ones = sum(read[:bits])
            wanted = {"e": ones % 2, "o": 1 - ones % 2, "m": 1, "s": 0}[parity]
            wrong += read[bits] != wanted
        i = at[-1] + 1
    return {"bytes": len(data), "hex": bytes(data).hex(), "text": bytes(data).decode("latin1"),
            "sha256": sha256(data), "framing_errors": framing, "parity_errors": wrong}


def spi_words(samples, clk, mosi, miso, cs, mode):
    """[(mosi, miso, selection)], partial bits, falling edges of cs; selection counts from 0."""
    words, partial, bits, selection, falls = [], 0, [], 0, 0
    wanted = 0 if mode in (1, 2) else 1
    for i in range(1, len(samples)):
        if cs is not None and level(samples, i, cs) != level(samples, i - 1, cs):
            partial += len(bits)
            bits = []
            if level(samples, i, cs) == 0:
                falls += 1
                selection += 1
        selected = cs is None or level(samples, i, cs) == 0
        clocked = level(samples, i, clk) != level(samples, i - 1, clk)
        if selected and clocked and level(samples, i, clk) == wanted:
            bits.append((level(samples, i, mosi or 0), level(samples, i, miso or 0)))
        if len(bits) == 8:
            words.append(tuple(int("".join(str(b[side]) for b in bits), 2) for side in (0, 1))
                         + (selection,))
            bits = []
    return words, partial + len(bits), falls


def spi(samples, rate, clk, mosi=None, miso=None, cs=None, mode=0):
    words, partial, falls = spi_words(samples, clk, mosi, miso, cs, mode)
    out = {"words": len(words), "transactions": falls if cs is not None else None,
           "partial_bits": partial}
    for name, bit, side in (("mosi", mosi, 0), ("miso", miso, 1)):
        if bit is not None:
            data = bytes(w[side] for w in words)
            out[name + "_hex"], out[name + "_sha256"] = data.hex(), sha256(data)
    return out


ISP_TABLE = {  # first byte: {second byte or None: name}
    0xac: {0x53: "enable", 0x80: "erase", 0xe0: "write lock", 0xa0: "write lfuse",
           0xa8: "write hfuse", 0xa4: "write efuse"},
    0xf0: {None: "poll"}, 0x4d: {None: "extended"}, 0x40: {None: "load"}, 0x48: {None: "load"},
    0xc1: {None: "eeprom load"}, 0x20: {None: "read"}, 0x28: {None: "read"},
    0xa0: {None: "eeprom read"}, 0x58: {0: "lock", 8: "hfuse"}, 0x30: {None: "signature"},
    0x50: {0: "lfuse", 8: "efuse"}, 0x38: {None: "calibration"}, 0x4c: {None: "page"},
    0xc0: {None: "eeprom byte"}, 0xc2: {None: "eeprom page"},
}


def segments(image):
    out = []
    for address in sorted(image):
        if not out or address != out[-1]["address"] + len(out[-1]["hex"]) // 2:
            out.append({"address": address, "hex": ""})
        out[-1]["hex"] += "%02x" % image[address]
    return out


def isp(samples, rate, clk, mosi, miso, rst, image=0):
    words, _, _ = spi_words(samples, clk, mosi, miso, rst, 0)
    groups, run = [], []
    for word in words:
        if run and run[0][2] != word[2]:
            run = []
        run.append(word)
        if len(run) == 4:
            groups.append((word[2], [w[0] for w in run], word[1]))
            run = []
    single = dict.fromkeys(("lfuse", "hfuse", "efuse", "lock", "calibration"))
    signature, unknown, wrote = {}, 0, {}
    flash = {"read": {}, "written": {}, "stream": [], "count": 0, "pages": 0}
    eeprom = {"read": {}, "written": {}, "bytes": 0, "count": 0}
    buffer, ebuffer, selection, erases = [], [], None, 0
    for now, (first, second, third, fourth), answer in groups:
        if now != selection:
            buffer, ebuffer, selection = [], [], now
        kinds = ISP_TABLE.get(first, {})
        name = kinds.get(None, kinds.get(second))
        word = (second << 8 | third) & 0x3fff
        address = (second << 8 | third) & 0x3ff
        unknown += name is None
        if name == "erase":
            buffer, erases = [], erases + 1
            flash["written"] = {}
        elif name == "signature" and third & 3 < 3:
            signature[third & 3] = answer
        elif name in single:
            single[name] = "%02x" % answer
        elif name is not None and name.startswith("write "):
            wrote[name[6:]] = "%02x" % fourth
        elif name == "read":
            flash["read"][2 * word + (first == 0x28)] = answer
            flash["stream"].append(answer)
        elif name == "load":
            buffer.append((2 * (third & 63) + (first == 0x48), fourth))
        elif name == "page":
            for offset, value in dict(buffer).items():
                at = 2 * (word & ~63) + offset
                flash["written"][at] = flash["written"].get(at, 255) & value
            flash["count"] += len(buffer)
            flash["pages"] += 1
            buffer = []
        elif name == "eeprom read":
            eeprom["read"][address] = answer
            eeprom["bytes"] += 1
        elif name == "eeprom byte":
            eeprom["written"][address] = fourth
            eeprom["count"] += 1
        elif name == "eeprom load":
            ebuffer.append((third & 3, fourth))
        elif name == "eeprom page":
            for offset, value in ebuffer:
                eeprom["written"][(address & ~3) + offset] = value
            eeprom["count"] += len(ebuffer)
            ebuffer = []
    written = flash["written"]
    first, last = min(written, default=None), max(written, default=None)
    whole = [written.get(x, 255) for x in range(first, last + 1)] if written else None
    out = dict(single, commands=len(groups), unknown=unknown, erases=erases,
               signature="".join("%02x" % signature[i] for i in range(3))
               if len(signature) == 3 else None,
               written={k: wrote.get(k) for k in ("lfuse", "hfuse", "efuse", "lock")},
               flash={"bytes_read": len(flash["stream"]), "sha256": sha256(flash["stream"]),
                      "bytes_written": flash["count"], "pages": flash["pages"], "first": first,
                      "last": last, "image_sha256": sha256(whole) if whole else None},
               eeprom={"bytes_read": eeprom["bytes"], "bytes_written": eeprom["count"]})
    if image:
        out["image"] = {"flash_read": segments(flash["read"]), "flash_written": segments(written),
                        "eeprom_read": segments(eeprom["read"]),
                        "eeprom_written": segments(eeprom["written"])}
    return out


def clock_gaps(at):
    """Missing edges of a clock: spacings above 1.5 times the median of its first 64."""
    spacing = [b - a for a, b in zip(at, at[1:])]
    if not spacing:
        return {"clock_gaps": 0, "clock_missing": 0, "clock_gap_at": []}
    usual = sorted(spacing[:64])[len(spacing[:64]) // 2]
    gaps = [(a, s) for a, s in zip(at, spacing) if 2 * s > 3 * usual]
    return {"clock_gaps": len(gaps), "clock_gap_at": [a for a, _ in gaps[:16]],
            "clock_missing": sum((2 * s + usual) // (2 * usual) - 1 for _, s in gaps)}


def sinc3(samples, rate, clk, dat, osr, every=None, edge="falling", start=0, end=None):
    limit = len(samples) if end is None else end
    if start > len(samples) or limit > len(samples):
        return {name: None for name in
                ("bits ones outputs mean rms min max clipped clipped_bits clipped_at_sample "
                 "min_at_sample max_at_sample clock_gap_samples clock_gaps clock_missing "
                 "clock_gap_at").split()}
    at = [i for i in edges(samples, clk, edge == "rising") if start <= i < limit]
    bits = [level(samples, i, dat) for i in at]
    box = [1] * osr
    conv = lambda x, y: [sum(x[i] * y[n - i] for i in range(max(0, n - len(y) + 1),
                                                            min(n, len(x) - 1) + 1))
                         for n in range(len(x) + len(y) - 1)]
    weight = conv(conv(box, box), box)
    every = every or osr
    ends = list(range(3 * osr + every - 1, len(bits), every))
    values = [2 * Fraction(sum(w * bits[n - k] for k, w in enumerate(weight)), osr ** 3) - 1
              for n in ends]
    runs, begin = [], 0
    for i in range(1, len(bits) + 1):
        if i == len(bits) or bits[i] != bits[begin]:
            runs.append((begin, i - begin))
            begin = i
    long_runs = [r for r in runs if r[1] >= 127]
    middle = None
    if values:
        tick = (at[-1] - at[0]) / (len(at) - 1)
        middle = lambda v: at[ends[values.index(v)]] - 1.5 * (osr - 1) * tick
    stops = [start] + at + [limit]
    return {"bits": len(bits), "ones": sum(bits), "outputs": len(values),
            "mean": float(sum(values) / len(values)) if values else None,
            "rms": math.sqrt(sum(v * v for v in values) / len(values)) if values else None,
            "min": float(min(values)) if values else None,
            "max": float(max(values)) if values else None, "clipped": bool(long_runs),
            "clipped_bits": sum(r[1] for r in long_runs),
            "clipped_at_sample": at[long_runs[0][0] + 126] if long_runs else None,
            "min_at_sample": middle(min(values)) if values else None,
            "max_at_sample": middle(max(values)) if values else None,
            "clock_gap_samples": max(b - a for a, b in zip(stops, stops[1:])), **clock_gaps(at)}


def latency(samples, rate, origin, a, b, edge="rising", counts=1):
    position, _ = positions(samples, a, b)
    kind = {"rising": 1, "falling": 0, "last": None}[edge]
    event = motion = None
    stood = 0
    for i in range(1, len(samples)):
        is_event = edges(samples[i - 1:i + 1], origin, kind) != []
        if is_event and (event is None or edge == "last"):
            event, stood = i, position[i - 1]
        if event is not None and abs(position[i] - stood) >= counts:
            motion = i
            break
    took = None if motion is None else motion - event
    return {"event_sample": event, "motion_sample": motion, "samples": took,
            "seconds": took / rate if took is not None and rate else None}


def activity(samples, rate, ch, start=0, end=None):
    limit = len(samples) if end is None else end
    if len(samples) <= start or limit > len(samples):
        return dict.fromkeys(("edges", "first_sample", "last_sample", "first_seconds",
                              "last_seconds", "level"))
    at = [i for i in edges(samples, ch) if start <= i < limit]
    seconds = lambda i: i / rate if rate and at else None
    return {"edges": len(at), "first_sample": at[0] if at else None,
            "last_sample": at[-1] if at else None, "first_seconds": seconds(at[0]) if at else None,
            "last_seconds": seconds(at[-1]) if at else None,
            "level": level(samples, limit - 1, ch)}
