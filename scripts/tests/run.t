#!/usr/bin/perl
# `penbench run` from end to end: each outcome has its exit status and its words, and leaves a safe jig.
use strict;
use warnings;
use IO::Select;
use POSIX qw(:sys_wait_h setpgid);
use Test::More;
use Time::HiRes qw(sleep time);
use lib 'scripts/tests';
use Bench;

# A pen that was flashed once: the runs below then take it as it is.
my $pen = "$dir/pen";

# ATmega328P: 38400 baud at 8 MHz, then the letter U for ever.
sub slurp_babble { return <<'HEX' }
:100000000CE00093C40008E00093C10005E51091E6
:0C001000C00015FFFCCF0093C600F9CF24
:00000001FF
HEX

my $number = 0;
# A case whose run function has this body.
sub body {
	my ($body, $measures) = @_;
	$measures //= 'value = "PEN-101"';
	my $path = "$dir/case" . ++$number . ".lua";
	spew($path, <<"END");
local bench = require "bench"
local jig = require "raw.jig"
return bench.case {
  title = "case # $number", measures = { $measures },
  run = function(pen, measure) $body end,
}
END
	return $path;
}
my $in_jig = "$jig --pen $pen -- $penbench run";

# The plan.
my ($status, $out, $err) = run("$in_jig lua/cases/eol");
is($status, 0, 'the end-of-line plan passes') or diag("$out$err");
like($out, qr/\ATAP version 13\n1\.\.(\d+)\nok 1 - /, 'version, plan, first test point');
my ($planned) = $out =~ /^1\.\.(\d+)/m;
is(() = $out =~ /^ok \d+ - /mg, $planned // -1, 'as many test points as planned');
unlike($out, qr/[^\x20-\x7e\n]/, 'nothing but ASCII');
like($err, qr/flashed \d+ bytes, verified/, 'a blank pen is flashed');
like($err, qr/===== PASS =====/, 'the verdict cannot be missed');
like($err, qr/dead-man trips 0/, 'no trip of the dead-man');
($status, $out, $err) = run("$in_jig --tap 14 --serial SN-7 lua/cases/eol/identity.lua");
is($status, 0, 'one case passes');
like($out, qr/\ATAP version 14\n1\.\.1\n/, '--tap 14');
unlike($err, qr/flashed/, 'a pen with the right image is not flashed again');
like($err, qr/pen SN-7, engineering run: no verdict of production/, 'the serial number is shown, and what the run is worth');

# Outcomes, each with exit status and words.
my @rows = (
	['a failed measurement', 'measure.value(7)', 1, qr/^not ok 1 - case \\# \d+\n  ---\n  outcome: FAIL\n  cause: "PEN-101: value 7 is 6 above/m],
	['a refusal of the pen', 'pen:set { depth_um = 1000 } pen:stimulus("charger", true) jig.wait(0.5) pen:order "STROKE 5"', 1,
		qr/cause: "PEN-101: the pen refuses \\"STROKE 5\\": ERR CHARGING"/],
	['an order that no pen knows', 'pen:order "STORKE 5"', 4,
		qr/case\d+\.lua:\d+: the order \\"STORKE 5\\" is the case's mistake: no order of the pen; it knows DEPTH um, /],
	['an order out of its range', 'pen:order "DEPTH 9990"', 4, qr/case\d+\.lua:\d+: the order \\"DEPTH 9990\\" is the case's mistake: wants 250\.\.2500/],
	['an order out of its range in a capture', 'pen:depths { settings_um = { 500 }, count = 1001 }', 4, qr/the order \\"STROKE 1001\\" is the case's mistake: wants 1\.\.1000/],
	['an error in the library', 'pen:depths { settings_um = { {} }, count = 5 }', 4,
		qr{cause: "lua/bench/\w+\.lua:\d+: .* \(in the bench's own library, called from /\S+/case\d+\.lua:\d+: correct}],
	['a setting that no pen has', 'pen:set { depth_um = 9990 }', 4, qr/depth_um is 9990, wanted 250\.\.2500 in steps of 10/],
	['a state that no pen has', 'pen:reaches("RUNING", 1)', 4, qr/case\d+\.lua:\d+: no state \\"RUNING\\"; the pen knows FAULT, IDLE, JOG, MOVE, RUN, STOP/],
	['the same, waited for', 'pen:wait_for("idle", 1)', 4, qr/case\d+\.lua:\d+: no state \\"idle\\"/],
	['a stimulus that the jig has not', 'pen:stimulus("laod", true)', 4, qr/\\"laod\\"; valid are button, load, charger, brake, low_supply/],
	['a call that the pen has not', 'pen:dephts { count = 1 }', 4, qr/case\d+\.lua:\d+: the pen has no 'dephts'/],
	['a key that a call has not', 'pen:depths { settings = { 500 }, count = 5 }', 4, qr/case\d+\.lua:\d+: pen:depths knows count, settings_um, not settings/],
	['a key that is missing', 'pen:depths { settings_um = { 500 } }', 4, qr/pen:depths: count is missing, wanted a number/],
	['a dot for a colon', 'pen.set { depth_um = 500 }', 4, qr/pen:set wants a table \{ depth_um, rate_hz \}, called with a colon; it got nil/],
	['strokes before a depth', 'pen:order "RUN"', 4, qr/wants a depth first/],
	['the same in a capture', 'pen:capture { seconds = 0.1, analyses = {}, actions = { { at_s = 0.01, send = "RUN" } } }', 4, qr/RUN\\" wants a depth first/],
	['a current that is none', 'measure.value(pen:battery_error_mv(nil))', 4, qr/wants what pen:awake gives/],
	['a Lua error', 'local x = nil; x.y = 1', 4, qr/^not ok 1.*outcome: SCRIPT.*attempt to index.*trace: "stack traceback/ms],
	['an endless loop', 'pen:set { depth_um = 1000 } pen:order "RUN" while true do end', 4, qr/runs too long/],
	['an endless loop that catches', 'while true do pcall(function() while true do end end) end', 4, qr/runs too long/],
	['a memory bomb', 'local t = {} while true do t = { t } end', 4, qr/out of memory/],
	['a measurement that is not set', '', 4, qr/value was declared and never set/],
	['NaN', 'measure.value(0/0)', 4, qr/not a number/],
	['set twice', 'measure.value(1) measure.value(1)', 4, qr/set twice/],
	['a file that is opened', 'io.open("/etc/passwd")', 4, qr/attempt to index a nil value \(global 'io'\)/],
	['a wrong analysis', 'require "raw.capture".run { seconds = 0.1, analyses = { "dance" } }', 4, qr/analysis \\"dance\\"/],
	['a skipped clause', 'measure.skip("value", "no probe today")', 5, qr/^not ok 1.*outcome: INCOMPLETE\n  cause: "PEN-101: value skipped: no probe today/ms],
	['a bench fault', 'measure.value(1) jig.fault "the gauge # is loose"', 3, qr/^Bail out! BENCH: the gauge \\# is loose$/m],
	['a bench fault that is caught', 'measure.value(1) pcall(jig.fault, "loose")', 3, qr/^Bail out! BENCH: loose$/m],
	['a pen that is asked without supply', 'require "raw.pen".power(false) pen:status()', 4, qr/switched the supply off/],
	['a fault of the bench after one of the pen that is caught', 'pcall(require "raw.pen".fail, "x") jig.fault "loose"', 3, qr/^Bail out! BENCH: loose$/m],
	['a supply that is switched off', 'require "raw.pen".power(false) measure.value(1)', 0, qr/^ok 1/m],
);
for my $row (@rows) {
	my ($what, $body, $wanted, $words) = @$row;
	my $begin = time;
	($status, $out, $err) = run("$in_jig " . body($body));
	is($status, $wanted, "$what: exit status") or diag("$out$err");
	like($out, $words, "$what: its words");
	like($err, qr/dead-man trips 0/, "$what: closed in order");
	cmp_ok(time - $begin, '<', 20, "$what: ends");
}
unlike($out = (run("$in_jig " . body('jig.fault "x"')))[1], qr/^(not )?ok/m, 'a bench fault is no test point');

# Precedence over several cases; a wrong file is one failed test point, the others are run.
spew("$dir/broken.lua", "this is no Lua\n");
my ($good, $bad) = (body('measure.value(1)'), body('measure.value(0)'));
($status, $out) = run("$in_jig $bad $dir/broken.lua $good");
is($status, 4, 'SCRIPT outranks FAIL');
like($out, qr/^not ok 1.*^not ok 2.*^ok 3/ms, 'all three are test points');

# An early end names its own cause, not that of a case before it.
($status, $out) = run("$in_jig $dir/broken.lua " . body('jig.fault "loose"'));
is($status, 4, 'SCRIPT outranks BENCH');
like($out, qr/^Bail out! BENCH: loose$/m, 'and the bail-out says why it ended');

# What one case leaves behind must not fail the next.
for my $stimulus (qw(brake charger low_supply load button)) {
	my $leaves = body(qq{measure.value(1) jig.stimulus("$stimulus", true)});
	my $moves = body('pen:set { depth_um = 1000 } pen:order "RUN" jig.wait(0.5) measure.value(pen:status().state == "RUN" and 1 or 0)');
	($status, $out) = run("$in_jig $leaves $moves");
	is($status, 0, "$stimulus left on: the next case does not see it") or diag($out);
}

# The dead-man trips under a pen in use, in host time: never a failed pen, whatever the case makes of it.
for my $then ('pen:status()', 'require "raw.pen".fail "x"', 'measure.value(0)', 'require "raw.pen".power(false) measure.value(1)') {
	my $case = body(qq{string.rep("a", 800):find "a*a*b" $then}); # half a second of one library call
	($status, $out, $err) = run("$jig --pen $pen --time free -- $penbench run $case");
	SKIP: {
		skip q{this machine matches faster than the dead-man}, 2 unless $err =~ /dead-man tripped/;
		is($status, 3, "a tripped dead-man, then $then: a bench fault") or diag("$out$err");
		like($out, qr/^Bail out! BENCH: .*no supply at the pen/m, 'and says so');
	}
}

# A file that judges while it is only loaded.
spew("$dir/judges.lua", 'require "raw.pen".fail "bad"');
is((run("$in_jig $dir/judges.lua"))[0], 4, 'a file that fails the pen when it is loaded is wrong');

# Usage.
for my $row (['run', qr/no case selected/], ["run $dir/none", qr/No such file/], ['run --fast lua/cases/eol', qr/unknown option/],
	['run --tap 12 lua/cases/eol', qr/want 13 or 14/], ['run --tap', qr/a value is missing/], ['run README.md', qr/README/]) {
	($status, $out, $err) = run("$penbench $row->[0]");
	is($status, 2, "$row->[0]: exit status 2");
	like($err, $row->[1], 'and why');
	is($out, '', 'and nothing on stdout');
}
mkdir "$dir/empty";
is((run("$penbench run $dir/empty"))[0], 2, 'a folder without cases');
($status, $out, $err) = run("env -u JIG_SESSION PATH=/nowhere $penbench run --dry lua/cases/eol");
is($status, 0, '--dry opens nothing') or diag($err);
like($out, qr{lua/cases/eol/depth\.lua.*PEN-110}s, 'and prints the plan');
is((run("$penbench run --dry $dir/broken.lua"))[0], 4, '--dry finds a wrong case');

# The image under test: --image, then the station's (here PEN_IMAGE), then the spec's.
my $old = "$build/firmware/mutants/wrong-version.hex";
like((run("env PEN_IMAGE=/rc/a.hex $penbench run --dry --image b.hex lua/cases/eol"))[1], qr/image b\.hex$/m, '--image comes first');
like((run("env PEN_IMAGE=/rc/a.hex $penbench run --dry lua/cases/eol"))[1], qr{image /rc/a\.hex$}m, 'then the station');
like((run("$penbench run --dry lua/cases/eol"))[1], qr{image /\S+/firmware/pen\.hex$}m, 'then the spec');
is((run("$penbench run --image $dir/none.hex lua/cases/eol"))[0], 2, 'an image that is not there');
SKIP: {
	skip 'no firmware/mutants', 5 unless -f $old;
	($status, $out, $err) = run("$jig --pen $dir/old -- $penbench run --image $old lua/cases/eol/identity.lua");
	is($status, 1, 'a pen with an old release') or diag("$out$err");
	like($err, qr/flashed \d+ bytes/, 'is flashed with it');
	like($out, qr/^not ok 1 .*^  cause: "PEN-101: identity_matches 0 /ms, 'and fails by the clause of its version');
	like($err, qr/why:   PEN-101: /, 'which stderr names');
	is((run("$in_jig lua/cases/eol/identity.lua"))[0], 0, 'while the released one passes');
}

# Output that nobody gets.
is((system("$in_jig $good >/dev/full 2>$dir/err") >> 8), 3, 'a full disk is a bench fault');
like(slurp("$dir/err"), qr/stdout: No space left/, 'and says so');
is((system("$in_jig $good >&- 2>$dir/err") >> 8), 3, 'a closed stdout too') or diag(slurp("$dir/err"));
is((system("$penbench run $good >$dir/out 2>&- </dev/null") >> 8), 0, 'a closed stderr harms nothing') or diag(slurp("$dir/out"));
is((system("$penbench run $bad >$dir/out 2>&- <&-") >> 8), 1, 'and a closed stdin neither') or diag(slurp("$dir/out"));
{
	pipe(my $reader, my $writer) or die;
	my $child = fork // die;
	if ($child == 0) {
		close $reader;
		open STDOUT, '>&', $writer;
		open STDERR, '>', "$dir/err";
		exec "exec $in_jig $good";
	}
	close $writer;
	close $reader;
	waitpid $child, 0;
	is($? >> 8, 3, 'a reader that has gone too') or diag(slurp("$dir/err"));
}

# Ctrl-C, once and ten times, while the pen strokes.
for my $times (1, 10) {
	my $case = body('pen:set { depth_um = 1000 } pen:order "RUN" print "now" for i = 1, 1000 do jig.wait(1) end');
	spew("$dir/err", ''); # nothing of the run before
	my $child = fork // die;
	if ($child == 0) {
		setpgid(0, 0);
		open STDOUT, '>', "$dir/out";
		open STDERR, '>', "$dir/err";
		exec "exec $jig --pen $pen --truth $dir/truth -- $penbench run $case";
	}
	setpgid($child, $child);
	my $end = time + 20;
	sleep 0.02 until slurp("$dir/err") =~ /now/ || time > $end;
	for (1 .. $times) { kill 'INT', -$child; sleep 0.01 }
	my $gone = 0;
	$end = time + 20;
	until ($gone = waitpid($child, WNOHANG)) { last if time > $end; sleep 0.02 }
	kill('KILL', -$child), waitpid($child, 0) unless $gone;
	# As a shell says it: a launcher may die of the very signal when its work is done.
	is($? & 127 ? 128 + ($? & 127) : $? >> 8, 130, "Ctrl-C x$times: exit status 130") or diag(slurp("$dir/err"));
	like(slurp("$dir/out"), qr/^Bail out! ABORT: /m, 'said so');
	like(slurp("$dir/err"), qr/dead-man trips 0/, 'and closed in order');
	my @supply = slurp("$dir/truth") =~ /^\d+ supply (on=\d)/mg;
	is($supply[-1], 'on=0', 'the supply is off at the end');
}

# A signal that only the outermost process gets, at every moment from before there is a program to the strokes: each one
# ends the whole run, and nothing of bench or jig outlives it.
my %number = (INT => 2, TERM => 15, HUP => 1);
my $waits = body('for i = 1, 1000 do jig.wait(1) end');

# Starts `command` in a group of its own, sends `signal` to its first process `delay` s after `when` holds (a line of its
# /proc/PID/status and the bit of the signal there, once the program itself runs; without it: after the start). Returns the
# exit status as a shell says it.
sub signalled {
	my (%o) = @_;
	my ($signal, $state) = @o{qw(signal inherits)};
	my $end = time + 60;
	my $child = fork // die;
	if ($child == 0) {
		setpgid(0, 0);
		$SIG{$_} = ($state // '') eq 'ignored' ? 'IGNORE' : 'DEFAULT' for keys %number;
		my $all = POSIX::SigSet->new(values %number);
		POSIX::sigprocmask(($state // '') eq 'blocked' ? POSIX::SIG_BLOCK() : POSIX::SIG_UNBLOCK(), $all);
		$SIG{CHLD} = 'IGNORE' if ($state // '') eq 'no SIGCHLD';
		delete $ENV{JIG_SESSION};
		open STDOUT, '>', "$dir/out";
		open STDERR, '>', "$dir/err";
		exec(@{$o{command}}) or POSIX::_exit(99);
	}
	setpgid($child, $child);
	if (my $line = $o{when}) {
		my ($name) = $o{command}[0] =~ m{([^/]+)$};
		sleep 0.001 until time > $end || slurp("/proc/$child/status") =~ /^Name:\s*$name\n.*^$line:\s*(\w+)/ms &&
			hex(substr $1, -8) >> ($number{$signal} - 1) & 1;
	}
	sleep $o{delay};
	kill $signal, $child;
	my $gone = 0;
	until ($gone = waitpid($child, WNOHANG)) { last if time > $end; sleep 0.005 }
	my $status = $gone ? $? : -1;
	# What was started below it ends a moment later at most.
	my $quiet = time + 10;
	sleep 0.005 while $gone && kill(0, -$child) && time < $quiet;
	my $left = kill 0, -$child;
	kill('KILL', -$child) if $left;
	waitpid($child, 0) unless $gone;
	return !$gone ? 'goes on' : $left ? 'leaves a process' : $status & 127 ? 128 + ($status & 127) : $status >> 8;
}

my @outer = ($penbench, 'run', $waits);
my @below = ($jig, '--pen', $pen, '--', $penbench, 'run', $waits);
# Before there is a handler, the signal itself is the end; and of a launcher that it meets first.
sub ended { my ($status, $signal) = @_; return $status eq '130' || $status eq 128 + $number{$signal} }
sub all_end {
	my ($what, $moments, %o) = @_;
	my @bad;
	for my $i (0 .. $#$moments) {
		my @signals = ($o{inherits} // '') eq 'ignored' ? qw(INT TERM) : qw(INT TERM HUP);
		my $signal = $o{signal} // $signals[$i % @signals];
		my $status = signalled(%o, signal => $signal, delay => $moments->[$i]);
		push @bad, "SIG$signal after $moments->[$i] s: $status\n" . slurp("$dir/err") unless ended($status, $signal);
	}
	is(@bad, 0, "$what: each of " . @$moments . ' ends the run') or diag(@bad);
}
all_end('signals 0..50 ms after the start', [map { $_ / 1000 } 0 .. 50], command => \@outer);
all_end('later ones', [0.07, 0.1, 0.14, 0.2, 0.3, 0.5], command => \@outer);
all_end('signals from the first handler on', [map { $_ / 250 } 0 .. 14], command => \@outer, when => 'SigCgt');
is(signalled(command => \@outer, when => 'SigCgt', signal => $_, delay => 0), 130, "SIG$_ at the first handler: aborted, by our own status")
	for sort keys %number;

# What a script's background job (SIGINT) or a daemon hands down must not make a bench that nobody can stop.
for my $state ('ignored', 'blocked') {
	all_end("$state by the caller", [map { $_ / 100 } 0 .. 8], command => \@outer, when => 'SigCgt', inherits => $state);
	all_end("$state by the caller, to the jig", [map { $_ / 100 } 0 .. 8], command => \@below, when => 'SigBlk', inherits => $state);
}
for my $command ([$penbench], [$jig, '--pen', $pen, '--', $penbench]) {
	is(signalled(command => [@$command, 'run', 'lua/cases/eol/identity.lua'], when => 'SigIgn', signal => 'HUP', delay => 0.1,
		inherits => 'ignored'), 0, "$command->[0] under nohup: a hangup does not end it") or diag(slurp("$dir/err"));
}
all_end('blocked by the caller, from the start', [map { $_ / 100 } 0 .. 5], command => \@outer, inherits => 'blocked');
is(signalled(command => [$penbench, 'run', 'lua/cases/eol/identity.lua'], signal => 0, delay => 0, inherits => 'no SIGCHLD'), 0,
	'a caller that ignores SIGCHLD: the end of the run is seen') or diag(slurp("$dir/err"));

# Ctrl-C at a terminal, where every process of the group gets it from the kernel: also before the jig has started the bench.
SKIP: {
	skip 'no terminal can be had here (/dev/pts)', 1 unless system('script -qec true /dev/null >/dev/null 2>&1 </dev/null') == 0;
	my @bad;
	local $SIG{PIPE} = 'IGNORE'; # of a run that has ended before its key came
	for my $delay (map { $_ / 250 } 0 .. 13) {
		unlink "$dir/pid";
		spew("$dir/tty.sh", "echo \$\$ >$dir/pid.new; mv $dir/pid.new $dir/pid; exec @below >$dir/out 2>$dir/err\n");
		my $child = open(my $keys, '|-', "exec env -u JIG_SESSION script -qec 'sh $dir/tty.sh' /dev/null >/dev/null 2>&1") // die;
		my $end = time + 60;
		sleep 0.001 until time > $end || -e "$dir/pid";
		my $pid = slurp("$dir/pid") + 0;
		sleep 0.001 until time > $end || slurp("/proc/$pid/status") =~ /^Name:\s*virtjig\n.*^SigBlk:\s*(\w+)/ms && hex(substr $1, -8) >> 1 & 1;
		sleep $delay;
		syswrite $keys, "\cC";
		my $gone = 0;
		until ($gone = waitpid($child, WNOHANG)) { last if time > $end; sleep 0.005 }
		push @bad, "after $delay s: " . ($gone ? $? >> 8 : 'goes on') . "\n" . slurp("$dir/err") unless $gone && $? >> 8 == 130;
		kill('KILL', $pid, $child), waitpid($child, 0) unless $gone;
	}
	is(@bad, 0, 'Ctrl-C at a terminal: each of 14 moments ends the run') or diag(@bad);
}

# Silent pens. A copy of the bench whose spec names an image that never speaks (rjmp to itself).
{
	my $copy = "$dir/copy";
	system("mkdir -p $copy/build && cp $penbench $jig $copy/build/ && cp -r lua fixtures $copy/") == 0 or die;
	my $spec = slurp("$copy/lua/spec/pen.lua");
	$spec =~ s/image = "[^"]*"/image = "mute.hex"/ or die;
	spew("$copy/lua/spec/pen.lua", $spec);
	spew("$copy/lua/spec/mute.hex", ":02000000FFCF30\n:00000001FF\n");
	my $mute = "PENBENCH_STATION=$copy/fixtures/stations/virtual.lua $copy/build/virtjig --pen $dir/mute --";
	($status, $out, $err) = run("$mute $copy/build/penbench run $copy/lua/cases/eol");
	is($status, 1, 'ISP answers, UART is silent: FAIL') or diag("$out$err");
	is(() = $out =~ /^not ok \d+/mg, scalar(my @cases = glob 'lua/cases/eol/*.lua'), 'of every case');
	like($out, qr/cause: "PEN-150: ISP wrote and verified the image, but the pen's UART is silent/, 'and says so');
	SKIP: {
		# High fuse with RSTDISBL: no programmer gets in any more. Only a stranger would write it.
		my $avrdude = (grep { -x } map { "$_/avrdude" } split /:/, $ENV{PATH})[0];
		skip 'avrdude is not installed', 2 unless $avrdude;
		my ($fused) = run("$jig --pen $dir/mute -- $avrdude -q -q -c 4232h -P usb -p m328p -U hfuse:w:0x51:m");
		($status, $out, $err) = run("$mute $copy/build/penbench run $copy/lua/cases/eol/rate.lua");
		is($status, 1, 'both silent with current flowing: FAIL') or diag("avrdude $fused\n$out$err");
		like($out, qr/neither UART nor ISP answers though the pen draws \d+\.\d+ mA/, 'and says so');
	}
}

# A pen whose firmware does not know an order that is documented is bad; the same order misspelt would be the case's mistake.
{
	my ($flash, $end) = ("\xFF" x 32768, 0);
	for (split /\r?\n/, slurp("$build/firmware/pen.hex")) {
		my ($address, $data) = /^:..(....)00(.*)..$/ or next;
		substr($flash, hex $address, length($data) / 2) = pack 'H*', $data;
		$end = hex($address) + length($data) / 2 if $end < hex($address) + length($data) / 2;
	}
	$flash = substr $flash, 0, $end;
	is($flash =~ s/\0STROKE\0/\0STROKX\0/, 1, 'the firmware has the name of the order');
	spew("$dir/other.bin", $flash);
	my $orders = body('pen:set { depth_um = 1000 } pen:order "STROKE 5"');
	($status, $out, $err) = run("$jig -- $penbench run --image $dir/other.bin $orders");
	is($status, 1, 'a documented order is unknown: the pen is bad') or diag("$out$err");
	like($out, qr/cause: "PEN-101: the pen refuses \\"STROKE 5\\": ERR COMMAND"/, 'and says so');
	my ($names) = slurp('lua/bench/status.lua') =~ /^local orders = \{(.*?)^\}/ms;
	is(join(' ', sort map { tr/"[]//dr } $names =~ /(\["[^"]+"\]|\b[A-Z]+(?= =))/g),
		join(' ', sort(my @known = slurp('firmware/pen/command.c') =~ /^\t\[COMMAND_\w+\] = \{"([^"]+)"/mg)), 'the orders of the library are those of the firmware');
}

# A pen that babbles is not called silent.
spew("$dir/babble.hex", slurp_babble());
($status, $out, $err) = run("$jig -- $penbench run --image $dir/babble.hex lua/cases/eol/rate.lua");
is($status, 1, 'ISP answers, UART babbles: FAIL') or diag("$out$err");
like($out, qr/the pen's UART talks nonsense: its serial line or its resonator is bad/, 'and says so');

# What no case is, and what comes too late.
for my $library ('lua', 'lua/bench/depth.lua', 'lua/spec') {
	($status, $out, $err) = run("$penbench run $library");
	is($status, 2, "$library: no cases");
	like($err, qr/ is no case: lua\/\w+\/ holds what cases use; cases are in lua\/cases/, 'and says where they are');
}
spew("$dir/typo.lua", 'return { titel = "x" }');
($status, $out, $err) = run("$jig -- $penbench run lua/cases/eol/identity.lua $dir/typo.lua");
is($status, 4, 'a case that does not load');
like($err, qr/\Arun: case 2 cannot be run: .*unknown key 'titel'.*flashed/s, 'is told of before the pen is flashed');
($status, $out, $err) = run("$jig -- $penbench run --seed 4 lua/cases/eol/identity.lua");
is($status, 2, '--seed below a jig that is up would do nothing: refused');
like($err, qr/--seed is handed on to the station's launcher, and station desk is already up/, 'and says so');
($status, $out, $err) = run("$penbench run --seed 4 lua/cases/eol/identity.lua");
is($status, 0, 'and at the desk it is handed on') or diag($err);

# Under prove.
($status, $out, $err) = run("prove --ext .lua --exec '$penbench run' lua/cases/eol");
is($status, 0, 'prove runs the cases') or diag("$out$err");
like($out, qr/Tests=[1-9]/, 'and counts tests');
($status, $out, $err) = run("$jig --defect depth-offset --seed 4 -- env HARNESS_ACTIVE=1 $penbench run lua/cases/eol/depth.lua lua/cases/eol/identity.lua");
is($status, 1, 'under a harness a bad pen fails');
like($err, qr/^run:     PEN-110: depth_error_um_\d+ \S+ \+- \S+ um is \S+ um above/m, 'and the clause is named on stderr');
unlike($err, qr/identity/, 'where nothing stands about what passed');

done_testing();
