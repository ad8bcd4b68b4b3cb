#!/usr/bin/perl
# Whatever becomes of penbench while the pen runs, the jig's own dead-man cuts the supply within 250 ms
# of simulated time, it stays off, the next run works, and nothing is left behind.
# KILLS=30 kills thirty times instead of three.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Test::More;
use Time::HiRes qw(sleep);

my $kills  = $ENV{KILLS} // 3;
my $folder = tempdir(CLEANUP => 1);
srand 20261122;

# A case that keeps the pen running for long; $tail is what the body ends with.
sub case_file {
	my ($name, $tail) = @_;
	open my $out, '>', "$folder/$name.lua" or die $!;
	print $out <<"LUA";
local bench = require "bench"
return bench.case {
  title = "$name",
  measures = { rate_error_percent = "PEN-120" },
  run = function(pen, measure)
    pen:set { depth_um = 1500, rate_hz = 120 }
    pen:order "RUN"
    $tail
    measure.rate_error_percent(0, { { name = "none", u = 0.01 } })
  end,
}
LUA
	close $out or die $!;
	return "$folder/$name.lua";
}

my $loop = case_file('loop', 'while true do end');
my $long = case_file('long', 'for _ = 1, 60 do require("raw.capture").run { seconds = 1, actions = {}, analyses = {} } end');

sub truth { open my $in, '<', "$folder/truth" or die $!; return <$in> }

# Judges a truth file: each time the clock client went away (or stalled) with the supply on, when did it
# go off? Returns a list of [ms until off, came back before the next client].
sub cuts {
	my ($gone) = @_;
	my ($on, $since, $back, @list) = (0);
	for (truth()) {
		my ($t, $what) = /^(\d+) (.*)/ or next;
		if ($what =~ /^supply on=(\d) cause/) {
			$on = $1;
			if ($on && defined $since) { $back = 1 }
			if (!$on && defined $since && !@{ $list[-1] }) { $list[-1] = [ ($t - $since) / 1e6 ] }
		}
		if ($what =~ $gone && $on) { ($since, $back) = ($t, 0); push @list, [] }
		if ($what =~ /^clock connected=1/) { $list[-1][1] = $back if @list && @{ $list[-1] } == 1; undef $since }
	}
	return @list;
}

# Starts the jig with a shell inside that runs $script; returns the jig's log.
sub jig {
	my ($options, $script) = @_;
	open my $out, '>', "$folder/script" or die $!;
	print $out $script;
	close $out or die $!;
	unlink "$folder/truth";
	system("build/virtjig --truth $folder/truth $options -- sh $folder/script >$folder/out 2>$folder/log");
	open my $in, '<', "$folder/log" or die $!;
	local $/;
	return scalar <$in>;
}

my $again = 'build/penbench run lua/cases/eol/rate.lua; echo "again $?"';

# kill -9 at random moments; those that met the pen unpowered do not count.
my ($powered, $late, $returned, $next_bad, $worst_ms) = (0, 0, 0, 0, 0);
for (my $i = 0; $powered < $kills && $i < 3 * $kills + 3; $i++) {
	my $at_s = 0.4 + rand 2.2;
	my $log = jig("--seed " . (100 + $i), "build/penbench run $long & p=\$!; sleep $at_s; kill -9 \$p; wait \$p; $again\n");
	my ($cut) = cuts(qr/^clock connected=0/);
	open my $in, '<', "$folder/out" or die $!;
	my $said = join '', <$in>;
	$next_bad++, diag($log) unless $said =~ /^again 0$/m;
	next unless defined $cut;
	$powered++;
	my ($ms, $back) = @$cut;
	$late++ unless defined $ms && $ms <= 250;
	$returned++ if $back;
	$worst_ms = $ms if defined $ms && $ms > $worst_ms;
}
is($powered, $kills, "killed with the pen powered $kills times");
is($late, 0, sprintf('the supply was cut within 250 ms each time, at worst after %.1f ms', $worst_ms));
is($returned, 0, 'and stayed off');
is($next_bad, 0, 'the next run passed each time');

# A stopped penbench: the jig follows the host after --stall seconds, and the dead-man trips. A moment at
# which the pen is not powered yet says nothing: then a later one is tried.
my ($cut, $said, $in);
for (my $at_s = 1; !defined $cut && $at_s <= 4; $at_s += 0.5) {
	jig("--seed 5 --stall 1", "build/penbench run $long & p=\$!; sleep $at_s; kill -STOP \$p; sleep 2.5; kill -CONT \$p; sleep 0.5; kill -INT \$p; wait \$p; echo \"stopped \$?\"; $again\n");
	($cut) = cuts(qr/^clock stalled=1/);
	open $in, '<', "$folder/out" or die $!;
	$said = join '', <$in>;
}
ok(defined $cut && defined $cut->[0] && $cut->[0] <= 250, 'SIGSTOP: cut within 250 ms of the stall');
like($said, qr/^stopped 3$/m, 'SIGSTOP: the run ends as a bench fault');
like($said, qr/^Bail out! BENCH/m, 'SIGSTOP: TAP says so');
like($said, qr/^again 0$/m, 'SIGSTOP: the next run passes');

# However often and wherever it is stopped, in the middle of a USB request too: time goes on without it.
my $stopped = jig('--seed 5 --stall 0.2', <<'SH');
for s in 06 09 12 15 18 21 24 27 30 36 42 50; do
	build/penbench flash build/firmware/pen.hex & p=$!
	sleep 0.$s; kill -STOP $p; sleep 0.5; kill -CONT $p; wait $p
done
SH
my @from = $stopped =~ /so time follows the host from ([\d.]+) s on/g;
my @to   = $stopped =~ /the client asks again at ([\d.]+) s/g;
cmp_ok(scalar @from, '>=', 1, 'stopped at a dozen moments: the jig notices');
is(scalar(grep { $to[$_] - $from[$_] < 0.05 } 0 .. $#to), 0, 'and its time goes on meanwhile') or diag($stopped);

# An endless loop in a case.
my $log = jig("--seed 5 --stall 1", "build/penbench run $loop; echo \"loop \$?\"; $again\n");
open $in, '<', "$folder/out" or die $!;
$said = join '', <$in>;
like($said, qr/^loop 4$/m, 'endless loop: the case is to blame');
like($said, qr/^again 0$/m, 'endless loop: the next run passes');
my @after = grep { /supply on=/ } truth();
like($after[-1], qr/on=0/, 'endless loop: the supply is off at the end');

# What a killed jig leaves, the next start sweeps.
my $pid = fork // die $!;
if ($pid == 0) {
	open STDERR, '>', '/dev/null';
	exec 'build/virtjig', '--', 'sh', '-c', "dirname \$JIG_CLOCK >$folder/left; echo \$UMOCKDEV_DIR >>$folder/left; sleep 30";
}
for (1 .. 50) { last if (-s "$folder/left" // 0) > 20; sleep 0.1 }
kill 'KILL', $pid;
waitpid $pid, 0;
open $in, '<', "$folder/left" or die $!;
chomp(my @left = <$in>);
is(scalar(grep { -d } @left), 2, 'a killed jig leaves its folder and that of its bus');
system('build/virtjig -- true 2>/dev/null');
my @still = grep { -e } @left;
is(scalar @still, 0, 'the next start sweeps them') or diag("@still");
done_testing;
