#!/usr/bin/perl
# The shift gate: production is locked until the golden pen agrees and the known-bad one fails for its
# reason; drift locks the station, over restarts, until people release it.
use strict;
use warnings;
use Cwd qw(abs_path);
use Test::More;
use lib 'scripts/tests';
use Bench qw($build $penbench $jig $dir spew slurp);

# Runs a command line of a shell; returns status, and stdout with stderr.
sub run {
	my ($command) = @_;
	my $status = system("$command >$dir/out 2>&1 </dev/null");
	return ($status >> 8, slurp("$dir/out"));
}

mkdir "$dir/plan";
spew("$dir/plan/rate.lua", <<'END');
local bench = require "bench"
return bench.case {
  title = "stroke rate at 120 Hz",
  measures = { rate_error_percent = "PEN-120", current_ma = "PEN-130" },
  run = function(pen, measure)
    pen:set { depth_um = 1500, rate_hz = 120 }
    local running = pen:running { seconds = 0.2 }
    measure.rate_error_percent((running.rate_hz / 120 - 1) * 100, running.rate_budget)
    measure.current_ma(running.current_ma, running.current_budget)
  end,
}
END
my $text = slurp('fixtures/stations/virtual.lua');
$text =~ s{"\.\./jigs/}{'"' . abs_path('fixtures/jigs') . '/'}e or die 'no jig in the station';
spew("$dir/free.lua", $text);
$text =~ s/stall_s = 30,/stall_s = 30,\n  golden = "G1.lua",/ or die 'no stall_s';
spew("$dir/gated.lua", $text);

# One run of the plan: --seed of the jig and its pen, other options, serial number.
sub test_pen {
	my ($serial, $seed, $options, $station, $plan) = @_;
	$station //= "$dir/gated.lua";
	$plan //= "$dir/plan";
	my $file = "$dir/pen$seed";
	return run("$jig --seed $seed --pen $file $options -- $penbench run --station $station --serial $serial $plan");
}
sub golden { my ($words) = @_; return run("$penbench golden $words --station $dir/gated.lua") }
sub count { my ($sql) = @_; my $n = `sqlite3 $dir/records/record.db "$sql"`; chomp $n; return $n }

# Without `golden` there is no gate.
my ($status, $out) = test_pen('G1', 1, '--load 1', "$dir/free.lua", "$dir/plan/rate.lua");
is($status, 0, 'a station without `golden` is not gated') or diag($out);
($status, $out) = run("$penbench golden status --station $dir/free.lua");
is($status, 2, 'and says so');
like($out, qr/this station has no gate/, 'in words');
test_pen('G1', 1, "--load $_", "$dir/free.lua", "$dir/plan/rate.lua") for 5, 6;
($status, $out) = test_pen('G1', 1, '--load 2');
is($status, 2, 'a golden file that is not there') or diag($out);

# What the station names is not chosen by hand.
sub marks_of { my ($words) = @_; my ($mark) = $words =~ /^# (.*)$/m; return $mark // '' }
($text = slurp("$dir/free.lua")) =~ s/records = "[^"]*"/records = "records", plan = "plan"/ or die 'no records';
spew("$dir/own.lua", $text);
is(marks_of((test_pen('O1', 1, '--load 1', "$dir/own.lua"))[1]), q{chosen by hand: the station's file}, 'its plan and its record');
{
	local $ENV{PENBENCH_STATION} = "$dir/own.lua";
	local $ENV{PENBENCH_RECORDS} = "$dir/elsewhere";
	local $ENV{PEN_IMAGE} = "$dir/pen.hex";
	spew("$dir/pen.hex", slurp("$build/firmware/pen.hex"));
	is(marks_of((run("$jig --seed 1 --pen $dir/pen1 -- $penbench run --serial O1 $dir/plan"))[1]),
		q{chosen by hand: the station's file, the record (not the station's own); firmware of the station's file, not of the spec},
		'the environment is by hand, too; another record knows no attempts') or diag(slurp("$dir/out"));
}

# The golden pen's file comes from recorded runs of it.
run("$penbench golden certify 1,2,3 --known-bad B1=PEN-120 -o $dir/G1.lua --station $dir/free.lua");
like(slurp("$dir/G1.lua"), qr/serial = "G1".*\["B1"\] = \{ clause = "PEN-120" \}.*\["PEN-120 rate_error_percent"\] = \{ value = -?[\d.]+, u = [\d.e-]+ \}/s, 'certify writes values');
($status, $out) = golden("certify 1,2,3 --known-bad B1=PEN-120 -o $dir/G1.lua");
is($status, 2, 'and never overwrites');
for my $row (
	['certify 1,2,99 --known-bad B1=PEN-120 -o X', qr/run 99 is none that ended/],
	['certify 1,2 --known-bad B1=PEN-120 -o X', qr/2 runs do not show how the pen itself scatters/],
	['certify 1,1 --known-bad B1=PEN-120 -o X', qr/different numbers/],
	['certify 1,2,3 --known-bad B1=PEN-999 -o X', qr/run 1 has no measurement of clause PEN-999/],
	['certify 1,2,3 --known-bad B1 -o X', qr/want SERIAL=CLAUSE/],
	['certify 1,2,3 -o X', qr/--known-bad is missing/],
	['release --operator Ann --reason worn', qr/not locked/],
	['release --operator Ann', qr/--reason: want/],
	['dance', qr/want status, release or certify/],
) {
	($status, $out) = golden($row->[0]);
	is($status, 2, "refused: $row->[0]");
	like($out, $row->[1], 'with the reason');
}

# Closed, and opened by the two checks.
($status, $out) = test_pen('P1', 3, '');
is($status, 2, 'production is locked at first') or diag($out);
like($out, qr/production is locked: golden pen G1 has not been checked within 8 h: run the plan with it and --serial G1/, 'why, and what to do');
unlike($out, qr/^(?:not )?ok/m, 'nothing was tested');
($status, $out) = test_pen('G1', 1, '--load 3');
is($status, 0, 'the golden pen') or diag($out);
like($out, qr/pen G1 is the GOLDEN pen: this run checks the bench.*== PASS ==.*the golden pen agrees with its certificate: put it back/s, 'agrees');
like($out, qr/^# check of the bench: G1 is the golden pen/m, 'TAP says what it is');
like($out, qr/production: LOCKED\ngate: why: known-bad pen B1 has not failed.*known-bad pen +B1 +DUE/s, 'and what comes next');
($status, $out) = golden('status');
is($status, 1, 'status: still locked');
like($out, qr/known-bad pen B1 has not failed by PEN-120 within 8 h/, 'for want of the known-bad pen');
like($out, qr/golden pen +G1 +good in run \d+, holds until \w\w\w \d\d:\d\d\n +known-bad pen +B1 +DUE: the whole plan with --serial B1/, 'pen by pen');
($status, $out) = test_pen('B1', 2, '--defect crystal-off=4');
is($status, 1, 'the known-bad pen fails') or diag($out);
like($out, qr/pen B1 is a KNOWN-BAD pen.*== FAIL, AS IT SHOULD ==.*the known-bad pen fails as it should, the bench sees it/s, 'as it should');
unlike($out, qr/set it aside|pen is bad/, 'which is good news');
like($out, qr/production: OPEN for another/, 'and opens the gate');
($status, $out) = golden('status');
is($status, 0, 'open');
like($out, qr/production: OPEN for another (?:8\.0|7\.9) h, until \w\w\w \d\d:\d\d$/m, 'until when');
($status, $out) = test_pen('P1', 3, '');
is($status, 0, 'production runs') or diag($out);
my $by_hand = q{chosen by hand: the station's file, the plan, the record (not the station's own)};
like($out, qr/^# \Q$by_hand\E$/m, 'TAP says what the station did not choose');
like($out, qr/production run, attempt 1\nrun: .*== PASS ==.*\nrun: \Q$by_hand\E$/m, 'so does the end of the run');
like((run("$penbench record list --serial P1"))[1], qr/PASS +production .*\[\Q$by_hand\E\]$/m, 'and the record');
($status, $out) = test_pen('P1', 3, '', "$dir/gated.lua", "--image $build/firmware/pen.hex $dir/plan");
is($status, 2, 'no image of the operator\'s in production');
like($out, qr/production tests the firmware \S+, not --image \S+: have the key `image` of \S+ name it, or leave --serial out/, 'what to do instead');
unlike($out, qr/^(?:not )?ok/m, 'nothing was tested');
is((test_pen('G1', 1, '', "$dir/gated.lua", "--image $build/firmware/pen.hex $dir/plan"))[0], 2, 'nor in a check');
is((run("$jig --seed 3 --pen $dir/pen3 -- $penbench run --image $build/firmware/pen.hex $dir/plan"))[0], 0, 'engineering may');

# The checks hold for this bench and this golden file.
spew("$dir/other.lua", slurp("$dir/gated.lua") =~ s/name = "desk"/name = "desk2"/r);
($status, $out) = test_pen('P3', 3, '', "$dir/other.lua");
is($status, 2, 'another station on this record is not open') or diag($out);
like($out, qr/production is locked: pen G1 was checked in run \d+ on another station/, 'and why');
spew("$dir/other.lua", slurp("$dir/gated.lua") =~ s/sample_rate_hz = 25000000/sample_rate_hz = 24000000/r);
($status, $out) = test_pen('P3', 3, '', "$dir/other.lua");
is($status, 2, 'nor the same station with other instruments') or diag($out);
like($out, qr/production is locked: pen G1 was checked in run \d+ .*the station's/, 'and why');
my $certified = slurp("$dir/G1.lua");
spew("$dir/G1.lua", "$certified-- edited\n");
($status, $out) = golden('status');
is($status, 1, 'nor is this one with another golden file') or diag($out);
spew("$dir/G1.lua", $certified);
is((golden('status'))[0], 0, 'with the old one it is');

# Drift: what was the golden pen reads differently.
($status, $out) = test_pen('G1', 7, '');
is($status, 3, 'drift is a bench fault') or diag($out);
like($out, qr/^Bail out! BENCH: golden pen G1 does not agree: .*production is LOCKED/m, 'and says so in TAP');
like($out, qr/GOLDEN pen.*== BENCH ==.*why: +golden pen G1 does not agree.*production: LOCKED.*last good check of that pen: run \d+; in doubt since then:\ngate:   run \d+  PASS .* P1\n.*1 production run in doubt, 1 of them passed\n.*to do:.*golden release/s,
	'the operator is told all of it at once') or diag($out);
unlike($out, qr/set it aside|pen is bad/, 'and not to throw the golden pen away');
like((run("$penbench record list --last 1"))[1], qr/BENCH .*golden pen G1 does not agree/, 'the run is a bench fault in the record');
($status, $out) = test_pen('P2', 3, '');
is($status, 2, 'production is locked');
like($out, qr/production is locked: golden pen G1 does not agree.*`penbench golden status` tells what to do/, 'by the drift');
($status, $out) = test_pen('G1', 1, '--load 4');
is($status, 0, 'the golden pen agrees again');
($status, $out) = golden('status');
is($status, 1, 'which unlocks nothing: people do');
like($out, qr/last good check of that pen: run \d+; in doubt since then:\n  run \d+  PASS .* P1\n1 production run in doubt/, 'the runs back to the last good check') or diag($out);
($status, $out) = golden('release --operator Ann --reason "encoder cable replaced"');
is($status, 0, 'release') or diag($out);
like($out, qr/production: LOCKED.*golden pen +G1 +DUE.*known-bad pen +B1 +DUE/s, 'says what is due now');
($status, $out) = golden('status');
is($status, 1, 'the checks have to be made anew');
like($out, qr/golden pen G1 has not been checked/, 'both');
SKIP: {
	skip 'sqlite3 is not installed', 3 if system('command -v sqlite3 >/dev/null') != 0;
	is(count("select count(*) from event where kind like 'gate-%'"), 5, 'all of it is in the record');
	is(count("select text from event where kind = 'gate-release'"), 'Ann: encoder cable replaced', 'with who and why');
	is(count("select count(*) from run where mode = 'production' and id > 4"), 1, 'checks are no production');
}
($status, $out) = run("$penbench record verify --records $dir/records");
is($status, 0, 'and the record is whole') or diag($out);

# Drift that was measured before the run was broken off.
mkdir "$dir/torn";
spew("$dir/torn/rate.lua", slurp("$dir/plan/rate.lua"));
spew("$dir/torn/torn.lua", <<'END');
local bench = require "bench"
return bench.case {
  title = "a bench that comes apart", measures = { value = "PEN-101" },
  run = function() require "raw.jig".fault "loose" end,
}
END
($status, $out) = test_pen('G1', 1, '--load 3', "$dir/gated.lua", "$dir/torn");
is($status, 3, 'a bench fault in a check');
like($out, qr/this run was no check/, 'without drift is no check') or diag($out);
($status, $out) = test_pen('G1', 7, '', "$dir/gated.lua", "$dir/torn");
like($out, qr/golden pen G1 does not agree: .*production is LOCKED/, 'with drift it locks') or diag($out);
golden('release --operator Ann --reason "tried"');

# Killed as soon as its drift is shown: the lock is in the record by then.
mkdir "$dir/slow";
spew("$dir/slow/a.lua", slurp("$dir/plan/rate.lua"));
spew("$dir/slow/b.lua", slurp("$dir/plan/rate.lua") =~ s/seconds = 0\.2/seconds = 5/r);
my $killed = 0;
{
	my $shell = "echo \\\$\\\$ >$dir/pid; exec $penbench run --station $dir/gated.lua --serial G1 $dir/slow 2>/dev/null";
	open my $tap, '-|', qq{$jig --seed 7 --pen $dir/pen7 -- sh -c "$shell" 2>/dev/null} or die $!;
	while (<$tap>) {
		next unless /^ok 1/;
		$killed = kill 'KILL', int slurp("$dir/pid");
		last;
	}
	close $tap;
}
is($killed, 1, 'kill -9 in the middle of a check');
($status, $out) = golden('status');
is($status, 1, 'the station is locked');
like($out, qr/why: golden pen G1 does not agree: 2 values, worst E_n .* \(run \d+\)/, 'by the run that was killed') or diag($out);
golden('release --operator Ann --reason "killed"');

# A known-bad pen that passes locks, too.
($status, $out) = test_pen('B1', 2, '');
is($status, 3, 'a known-bad pen that passes is a bench fault') or diag($out);
like($out, qr/known-bad pen B1 did not fail by PEN-120.*LOCKED/, 'and locks');
# One case with a pen of the gate is no check, and no bad product either.
($status, $out) = test_pen('B1', 2, '--defect crystal-off=4', "$dir/gated.lua", "$dir/plan/rate.lua");
is($status, 1, 'one case with the known-bad pen');
like($out, qr/no check of the bench: that takes the whole plan/, 'is no check');
unlike($out, qr/set it aside|AS IT SHOULD/, 'and no bad product either');

# Hostile files.
for my $row (
	['valid_hours = 8', 'valid_hours = 0', qr/valid_hours is 0/],
	['clause = "PEN-120"', 'clauses = "PEN-120"', qr/unknown key B1\.clauses/],
	['\["B1"\] = \{ clause = "PEN-120" \},', '', qr/known_bad is empty/],
	['\["B1"\]', '["G1"]', qr/G1 is the golden pen and a known-bad one/],
	['\["PEN-120 rate', '["PEN-120rate', qr/want clause, space, measurement/],
	['serial = "G1"', 'serial = ""', qr/serial is empty/],
) {
	my ($from, $to, $reason) = @$row;
	my $good = slurp("$dir/G1.lua");
	spew("$dir/G1.lua", $good =~ s/$from/$to/r);
	($status, $out) = golden('status');
	is($status, 2, "refused: $to");
	like($out, $reason, 'with the reason') or diag($out);
	spew("$dir/G1.lua", $good);
}

done_testing();
