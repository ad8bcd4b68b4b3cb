#!/usr/bin/perl
# The quadrature decoded from the analyzer's samples: no illegal transition, and the needle has moved by
# as many counts as it really did, drawn instruments and all. SEEDS=20 tries twenty pens.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Test::More;

my $folder = tempdir(CLEANUP => 1);
open my $out, '>', "$folder/position.lua" or die $!;
print $out <<'LUA';
local bench = require "bench"
local raw_capture = require "raw.capture"
return bench.case {
  title = "position",
  measures = { net = "PEN-140", illegal = "PEN-140", transitions = "PEN-140" },
  run = function(pen, measure)
    pen:set { depth_um = 2000, rate_hz = 150 }
    local found = raw_capture.run {
      seconds = 2.2,
      actions = { { at_s = 0.05, send = "STROKE 100" } },
      analyses = { "quadrature:a=ENC_A,b=ENC_B" },
    }
    measure.net(found[1].net)
    measure.illegal(found[1].illegal)
    measure.transitions(found[1].transitions)
  end,
}
LUA
close $out or die $!;

for my $seed (1 .. $ENV{SEEDS} // 2) {
	my $tap = `build/virtjig --seed $seed --truth $folder/truth -- build/penbench run $folder/position.lua 2>/dev/null`;
	my %got = $tap =~ /^  (net|illegal|transitions): (-?\d+)$/mg;
	open my $in, '<', "$folder/truth" or die $!;
	my @counts = map { /^\d+ capture (?:start|end)=\d+ count=(-?\d+)/ ? $1 : () } <$in>;
	is($got{illegal}, 0, "seed $seed: no illegal transition");
	is($got{net}, $counts[-1] - $counts[-2], "seed $seed: moved by the plant's own count");
	cmp_ok($got{transitions}, '>', 100 * 5900, "seed $seed: 100 strokes of 3 mm and more were decoded");
}
done_testing;
