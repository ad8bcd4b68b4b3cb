#!/usr/bin/env python3
"""Random captures, most of them hostile, through `penbench analyze`, against analyze_reference.py.

usage: analyze_random.py PENBENCH FIRST_SEED CASES

Writes the .sr files itself, of unit sizes 1, 2, 4 and 8, in chunks of any size. Prints TAP, one line
per analysis; a difference names the seed, and the same seed makes the same file again."""
import json
import os
import random
import subprocess
import sys
import tempfile
import zipfile

import analyze_reference as reference


class Wave:
    """A capture in the making: the present levels, held sample by sample."""

    def __init__(self, rng, unit):
        self.rng, self.unit, self.samples = rng, unit, []
        self.now = rng.getrandbits(8 * unit)
        self.bits = rng.sample(range(8 * unit), 6)
        others = [b for b in range(8 * unit) if b not in self.bits]
        self.noise = sum(1 << b for b in others if rng.random() < 0.3)

    def set(self, channel, level):
        bit = self.bits[channel]
        self.now = self.now & ~(1 << bit) | level << bit

    def get(self, channel):
        return self.now >> self.bits[channel] & 1

    def hold(self, count):
        for _ in range(count):
            if self.noise and self.rng.random() < 0.2:
                self.now ^= self.rng.getrandbits(8 * self.unit) & self.noise
            self.samples.append(self.now)

    def hole(self):
        """Now and then one sample, or a few, of anything."""
        for _ in range(self.rng.randrange(1, 4)):
            self.now = self.rng.getrandbits(8 * self.unit)
            self.hold(self.rng.randrange(1, 4))


def move(w, direction):
    order = [(0, 0), (1, 0), (1, 1), (0, 1)]  # (A, B) along rising counts
    a, b = order[(order.index((w.get(0), w.get(1))) + direction) % 4]
    w.set(0, a)
    w.set(1, b)


def make_motion(w):
    """Strokes with chatter, or a walk without a plan; marks on channel 2, an event line on 3."""
    rng = w.rng
    bias, span = rng.choice((0, 0, 2, 5, 20, 90)), rng.randrange(2, 120)
    direction, count, chatter = rng.choice((1, -1)), 0, rng.choice((0, 0.05, 0.3, 0.5))
    slow = rng.choice((1, 1, 3))
    w.hold(rng.randrange(4))
    for _ in range(rng.choice((0, 5, 300, 1500))):
        turn = -direction if rng.random() < chatter else direction
        move(w, turn)
        count += turn
        if abs(count) > span + rng.randrange(-bias, bias + 1):
            direction = -1 if count > 0 else 1
        elif rng.random() < 0.002:
            direction = -direction
        if rng.random() < 0.01:
            w.set(2, rng.getrandbits(1))
        if rng.random() < 0.005:
            w.set(3, rng.getrandbits(1))
        if rng.random() < 0.0005:
            w.hole()
        w.hold(rng.randrange(1, 3 * (slow if direction > 0 else 1) + 1))


def make_frames(w):
    """A line with bytes of any format, at times too fast, too slow, noisy or inverted."""
    rng = w.rng
    bit = rng.choice((1.3, 2.5, 4, 8.68, 20.83))
    idle = rng.getrandbits(1)
    w.set(0, idle)
    w.hold(rng.randrange(30))
    for _ in range(rng.choice((0, 3, 40))):
        data = [0] + [rng.getrandbits(1) for _ in range(rng.randrange(5, 11))] + [1] * rng.randrange(3)
        at = 0.0
        for level in data:
            w.set(0, level if idle else 1 - level)
            hold = int(at + bit * rng.uniform(0.9, 1.1)) - int(at)
            at += bit
            w.hold(hold)
        w.set(0, idle)
        w.hold(int(rng.expovariate(1 / bit)))
        if rng.random() < 0.1:
            w.hole()


def isp_group(rng):
    first = rng.choice([*reference.ISP_TABLE] * 3 + [0x40, 0x48] * 20 + [0x4c] * 8
                       + [0x20, 0x28, 0xc0, 0xc1, 0xc2] * 4 + [rng.randrange(256)])
    if first == 0xac and rng.random() < 0.5:
        return [first, rng.choice((0xa0, 0xa4, 0xa8, 0xe0, 0x53, 0x80)), 0, rng.randrange(256)]
    if first == 0x4c and rng.random() < 0.8:  # few pages, so that some are written twice
        return [first, 0, rng.choice((0, 64)), 0]
    near = rng.choice((rng.randrange(256), rng.randrange(4)))
    return [first, rng.choice((0, 0, 8, rng.randrange(256))), near, rng.randrange(256)]


def make_bus(w):
    """Words on clk 0, mosi 1, miso 2, cs 3: whole groups of an AVR's instructions, and cut ones."""
    rng = w.rng
    w.set(3, rng.getrandbits(1))
    w.set(0, rng.getrandbits(1))
    w.hold(rng.randrange(5))
    for _ in range(rng.choice((0, 2, 60))):
        if rng.random() < 0.1:
            w.set(3, rng.getrandbits(1))
            w.hold(rng.randrange(3))
        for byte in isp_group(rng):
            for k in range(7, -1, -1):
                w.set(1, byte >> k & 1)
                w.set(2, rng.getrandbits(1))
                w.set(0, 0)
                w.hold(rng.randrange(1, 3))
                w.set(0, 1)
                if rng.random() < 0.002:
                    w.set(3, 1 - w.get(3))
                w.hold(rng.randrange(1, 3))
        if rng.random() < 0.02:
            w.hole()


def make_stream(w):
    """A modulator: clock 0 with holes now and then, data 1 with any density, clipped at times."""
    rng = w.rng
    period, density = rng.choice((2, 4, 5, 9)), rng.random()
    w.hold(rng.randrange(5))
    for _ in range(rng.choice((0, 3, 200, 2500))):
        if rng.random() < 0.002:
            density = rng.choice((0, 1, 1 / 128, rng.random()))
        w.set(0, 1)
        w.set(1, int(rng.random() < density))
        w.hold(period // 2)
        w.set(0, 0)
        w.hold(period - period // 2 + (rng.random() < 0.1))
        if rng.random() < 0.003:
            w.hold(rng.randrange(4 * period))


def make_walk(w):
    """A position that goes anywhere: bottoms above the middle, and none of the strokes alike."""
    back = w.rng.choice((0.3, 0.4, 0.5))
    direction = 1
    for _ in range(w.rng.choice((20, 300, 1000))):
        move(w, -direction if w.rng.random() < back else direction)
        direction = -direction if w.rng.random() < 0.03 else direction
        w.hold(w.rng.randrange(1, 4))


def make_noise(w):
    for _ in range(w.rng.choice((0, 1, 2, 50, 400))):
        w.now = w.rng.getrandbits(8 * w.unit)
        w.hold(w.rng.choice((1, 1, 2, 10)))


def window(rng, length):
    """Words for the command line and for the reference, of a window that may be too long."""
    start = rng.choice((None, rng.randrange(length + 2)))
    end = rng.choice((None, None, (start or 0) + 1 + rng.randrange(length + 2)))
    text = ("" if start is None else ",from=%dsa" % start) + ("" if end is None else ",to=%dsa" % end)
    return text, {"start": start or 0, "end": end}


def ask(rng, w):
    """Specs for the capture, and what the reference says: [(spec, function, parameters)]."""
    b = w.bits
    pick = lambda *values: rng.choice(values)
    hysteresis, harmonics = pick(1, 2, 2, 3, 5, 20, 70, 100), pick(0, 0, 1, 5)
    baud = dict(baud=pick(9600, 38400, 115200, 12345.5, 250000), bits=pick(5, 7, 8, 8, 9),
                parity=pick(*"nneoms"), stop=pick(1, 2), invert=pick(0, 1))
    mode, counts, edge = pick(0, 1, 2, 3), pick(1, 3, 10), pick("rising", "falling", "last")
    osr, side = pick(1, 2, 5, 16, 33), pick("rising", "falling")
    every = rng.choice([n for n in range(1, osr + 1) if osr % n == 0])
    text, limits = window(rng, len(w.samples))
    bus, lines = "", {"mosi": b[1], "miso": b[2], "cs": b[3]}
    for name in [n for n in lines if rng.random() < 0.2]:
        del lines[name]
    for name, bit in lines.items():
        bus += ",%s=%d" % (name, bit)
    return [
        ("quadrature:a=%d,b=%d,z=%d" % tuple(b[:3]), "quadrature", dict(a=b[0], b=b[1], z=b[2])),
        ("stroke:a=%d,b=%d,hysteresis=%d,harmonics=%d" % (b[0], b[1], hysteresis, harmonics),
         "stroke", dict(a=b[0], b=b[1], hysteresis=hysteresis, harmonics=harmonics)),
        ("pulse:ch=%d" % b[0], "pulse", dict(ch=b[0])),
        ("step:step=%d,dir=%d" % (b[0], b[1]), "step", dict(step=b[0], dir=b[1])),
        ("uart:rx=%d,baud=%s,bits=%d,parity=%s,stop=%d,invert=%d" % (b[0], *baud.values()), "uart",
         dict(baud, rx=b[0])),
        ("spi:clk=%d,mode=%d%s" % (b[0], mode, bus), "spi", dict(lines, clk=b[0], mode=mode)),
        ("isp:clk=%d,mosi=%d,miso=%d,rst=%d,image=1" % tuple(b[:4]), "isp",
         dict(clk=b[0], mosi=b[1], miso=b[2], rst=b[3], image=1)),
        ("sinc3:clk=%d,dat=%d,osr=%d,every=%d,edge=%s%s" % (b[0], b[1], osr, every, side, text),
         "sinc3", dict(limits, clk=b[0], dat=b[1], osr=osr, every=every, edge=side)),
        ("latency:from=%d,a=%d,b=%d,edge=%s,counts=%d" % (b[3], b[0], b[1], edge, counts), "latency",
         dict(origin=b[3], a=b[0], b=b[1], edge=edge, counts=counts)),
        ("activity:ch=%d%s" % (b[2], text), "activity", dict(limits, ch=b[2])),
    ]


def write_sr(path, rng, w, rate):
    info = "[device 1]\ncapturefile=logic-1\ntotal probes=%d\nunitsize=%d\n" % (8 * w.unit, w.unit)
    info += "" if rate is None else "samplerate=%d\n" % rate
    info += "".join("probe%d=x%d\n" % (i + 1, i) for i in range(8 * w.unit))
    data = b"".join(s.to_bytes(w.unit, "little") for s in w.samples)
    most = max(1, len(w.samples) // rng.randrange(1, 5)) * w.unit
    chunks = [data[i:i + most] for i in range(0, len(data), most)] or [b""]
    members = [("logic-1-%d" % (i + 1), chunk) for i, chunk in enumerate(chunks)]
    if rng.random() < 0.3:
        rng.shuffle(members)
    with zipfile.ZipFile(path, "w", rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as out:
        out.writestr("version", "2")
        out.writestr("metadata", info)
        for name, chunk in members:
            out.writestr(name, chunk)


def differences(wanted, found, where=""):
    if isinstance(wanted, dict) and isinstance(found, dict):
        for name in wanted.keys() | (found.keys() - {"analysis"}):
            if name not in wanted or name not in found:
                yield "%s.%s is only in the %s" % (where, name, "reference" if name in wanted
                                                   else "result")
            else:
                yield from differences(wanted[name], found[name], where + "." + name)
    elif isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        for i, (x, y) in enumerate(zip(wanted, found)):
            yield from differences(x, y, "%s[%d]" % (where, i))
    elif isinstance(wanted, float) and isinstance(found, (int, float)):
        if abs(wanted - found) > 1e-9 * max(1, abs(wanted)):
            yield "%s is %r, wanted %r" % (where, found, wanted)
    elif wanted != found:
        yield "%s is %.200r, wanted %.200r" % (where, found, wanted)


def read_hex(path):
    """Intel HEX, as what `image` lists."""
    image = {}
    with open(path, encoding="ascii") as lines:
        for line in lines:
            record = bytes.fromhex(line.strip()[1:])
            if line[0] != ":" or sum(record) % 256 or len(record) != record[0] + 5:
                raise ValueError("record " + line)
            image.update({record[1] * 256 + record[2] + i: b for i, b in enumerate(record[4:-1])})
    return reference.segments(image)


def one(seed, penbench, path, told):
    rng = random.Random(seed)
    w = Wave(rng, rng.choice((1, 1, 2, 4, 8)))
    rng.choice((make_motion, make_walk, make_frames, make_bus, make_stream, make_noise))(w)
    rate = rng.choice((None, 1000000, 307200, 12000000, 1515151))
    write_sr(path, rng, w, rate)
    asked = ask(rng, w)
    wanted = [getattr(reference, name)(w.samples, rate, **how) for _, name, how in asked]
    images = [kind for result in wanted if "image" in result
              for kind, parts in result["image"].items() if parts]
    options = [o for kind in images for o in ("--image", kind + "=" + path + "." + kind)]
    run = subprocess.run([penbench, "analyze", "--json", *options, path] + [a[0] for a in asked],
                         capture_output=True, text=True, check=False)
    if run.returncode != 0:
        told.append(("analyze", "seed %d: status %d: %s" % (seed, run.returncode, run.stderr)))
        return
    found = json.loads(run.stdout)
    if found["samples"] != len(w.samples) or found["samplerate_hz"] != rate:
        told.append(("analyze", "seed %d: %s samples, wanted %d" % (seed, found["samples"],
                                                                     len(w.samples))))
    for (spec, name, _), right, result in zip(asked, wanted, found["results"]):
        told += [(name, "seed %d: %s: %s" % (seed, spec, d)) for d in differences(right, result)]
        told += [("image", "seed %d: %s" % (seed, d)) for kind in images if name == "isp"
                 for d in differences(right["image"][kind], read_hex(path + "." + kind), kind)]


def main():
    penbench, first, cases = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    told = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(first, first + cases):
            one(seed, penbench, os.path.join(folder, "random.sr"), told)
    names = ["analyze", "quadrature", "stroke", "pulse", "step", "uart", "spi", "isp", "image", "sinc3",
             "latency", "activity"]
    for number, name in enumerate(names, 1):
        wrong = [text for who, text in told if who == name]
        print("%s %d - %s: %d random captures agree with the reference"
              % ("not ok" if wrong else "ok", number, name, cases))
        for text in wrong[:5]:
            print("# " + text.replace("\n", " "))
    print("1..%d" % len(names))
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
