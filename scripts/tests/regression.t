#!/usr/bin/perl
# The regression plan: a sound pen meets every clause of it, at either sample rate; a build that breaks
# a clause is caught by that clause; and what the cases call "no motion" or "refused" can be false.
use strict;
use warnings;
use Cwd qw(getcwd);
use Test::More;
use lib 'scripts/tests';
use Bench;

my $pen = "$dir/pen"; # flashed once
my $plan = 'lua/cases/regression';

# A sound pen.
my ($status, $out, $err) = run("$jig --seed 5 --pen $pen -- $penbench run $plan");
is($status, 0, 'a sound pen passes the plan') or diag("$out$err");
like($err, qr/dead-man trips 0/, 'no trip of the dead-man');
my %clauses;
$clauses{$1}++ while $out =~ /^  \w+_clause: "(PEN-\d+)"$/mg;
is_deeply(\%clauses, {
	'PEN-110' => 10, 'PEN-112' => 1, 'PEN-120' => 5, 'PEN-122' => 5, 'PEN-162' => 1, 'PEN-163' => 1,
	'PEN-164' => 1, 'PEN-165' => 1, 'PEN-166' => 1,
}, 'ten depths, five rates, and every other clause of the plan');
for my $case (glob "$plan/*.lua") {
	my $lines = () = slurp($case) =~ /\n/g;
	cmp_ok($lines, '<=', 30, "$case has at most 30 lines");
}

# The other sample rate.
my $station = slurp('fixtures/stations/virtual.lua');
$station =~ s/sample_rate_hz = 25000000/sample_rate_hz = 24000000/ or die 'no sample rate in the station';
my $jigs = getcwd . '/fixtures/jigs';
$station =~ s{"\.\./jigs/}{"$jigs/} or die 'no jig in the station';
spew("$dir/station.lua", $station);
($status, $out, $err) = run("$jig --seed 6 --pen $pen -- $penbench run --station $dir/station.lua $plan");
is($status, 0, 'a sound pen passes the plan at 24 MS/s') or diag("$out$err");

# Builds that break a clause.
for my $row (['rate-map', 'rate_settings', 'PEN-120'], ['no-depth-clamp', 'maximum_depth', 'PEN-112'],
	['no-depth-clamp', 'refusals', 'PEN-166'], ['no-watchdog', 'watchdog', 'PEN-164']) {
	my ($name, $case, $clause) = @$row;
	my $image = "$build/firmware/mutants/$name.hex";
	SKIP: {
		skip "$image is not built", 2 unless -f $image;
		($status, $out, $err) = run("$jig --seed 5 --pen $dir/$name -- $penbench run --image $image $plan/$case.lua");
		is($status, 1, "$name: $case finds it") or diag("$out$err");
		like($out, qr/^not ok 1 .*^  cause: "[^"]*$clause/ms, "and names $clause") or diag($out);
	}
}

# What the helpers of the cases say when the pen does what it should not.
spew("$dir/false.lua", <<'END');
local bench = require "bench"
local noise = require "bench.noise"
local regression = require "bench.regression"
return bench.case {
  title = "helpers that must say no",
  measures = { value = "PEN-101" },
  run = function(pen, measure)
    pen:set { depth_um = 1500 }
    local order = { at_s = 0.02, send = "STROKE 2" }
    assert(regression.still(pen, { seconds = 1.2, actions = { order } }).motion > 2500)
    local actions, end_s = noise.actions({ "#\n", noise.line "STROKE 2", "#\n" }, 0.02)
    local still = regression.still(pen, { seconds = end_s + 1.2, actions = actions })
    assert(still.motion > 2500 and #still.answers == 3 and still.answers[2] == "OK STROKE 2")
    assert(regression.accepted(pen, { { "JOG 1", "RANGE" }, { "GO", "RANGE" }, { "GO", "COMMAND" } }) == 2)
    assert(regression.stopped_by(pen, { { at_s = 0.1, stimulus = "load", on = true } }) == false)
    pen:order "STOP"
    measure.value(1)
  end,
}
END
($status, $out, $err) = run("$jig --seed 5 --pen $pen -- $penbench run $dir/false.lua");
is($status, 0, 'the helpers see motion, orders obeyed, and a stop that does not come') or diag("$out$err");
like($err, qr/"JOG 1" is answered "OK JOG 1", wanted "ERR RANGE"/, 'and what was accepted is told');
spew("$dir/deaf.lua", <<'END');
local bench = require "bench"
return bench.case {
  title = "a line that the pen does not obey", measures = { value = "PEN-101" },
  run = function(pen, measure)
    pen:set { depth_um = 1500 }
    require "bench.regression".must_move(pen, "STROKE 2*00\n")
  end,
}
END
($status, $out) = run("$jig --seed 5 --pen $pen -- $penbench run $dir/deaf.lua");
is($status, 1, 'an order that is not obeyed fails the pen');
like($out, qr/does not stroke after the good line .*ERR CHECKSUM/, 'and the answer is told');
done_testing();
