#!/usr/bin/perl
# In wall time, with both cores busy, no two heartbeat edges are 100 ms apart while the pen is powered.
# RUNS=20 runs the end-of-line plan twenty times instead of once.
use strict;
use warnings;
use Test::More;

my $plan = $ENV{PLAN} // 'lua/cases/eol';
my @spinners;
for (1 .. 2) {
	my $pid = fork // die "fork: $!";
	if ($pid == 0) { alarm 3600; 1 while getppid() != 1; exit }
	push @spinners, $pid;
}
for my $run (1 .. $ENV{RUNS} // 1) {
	my $log = `build/virtjig --seed $run --time free -- build/penbench run $plan 2>&1 >/dev/null`;
	is($?, 0, "run $run passes in wall time") or diag($log);
	my ($trips, $gap_ms) = $log =~ /dead-man trips (\d+), largest heartbeat gap ([\d.]+) ms/;
	is($trips, 0, "run $run: the dead-man does not trip");
	cmp_ok($gap_ms // 1e9, '<', 100, sprintf('run %d: the largest gap is %.1f ms', $run, $gap_ms // -1));
}
kill 'KILL', @spinners;
waitpid $_, 0 for @spinners;
done_testing;
