#!/usr/bin/perl
# The program virtjig as a command: statuses, refusals, signals, what it leaves behind, and programs
# that are killed in the middle of whatever they do.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Test::More;

my $folder = tempdir(CLEANUP => 1);
my $jig    = 'build/virtjig';

sub run {
	my (@words) = @_;
	my $status = system("timeout 60 @words >$folder/out 2>$folder/err </dev/null");
	return $status >> 8;
}

sub slurp {
	my ($name) = @_;
	open my $in, '<', "$folder/$name" or return '';
	local $/;
	return scalar(<$in>) // '';
}

is(run("$jig -- true"), 0, 'status of the command: 0');
is(run("$jig -- sh -c 'exit 7'"), 7, 'status of the command: 7');
is(run("$jig -- sh -c 'kill -KILL \$\$'"), 137, '128+n for a signal');
is(run("$jig -- /no/such/program"), 127, '127 when there is no such program');
is(run("$jig --help"), 0, '--help');
like(slurp('out'), qr/^usage: virtjig /, 'prints the usage');
for my $bad ('--nope 1 -- true', '--seed x -- true', '--seed -1 -- true', '--stall 0 -- true',
	'--stall nan -- true', '--instruments perfect -- true', '--time warp -- true', '--seed -- true',
	'', 'true', '--', "--truth $folder/no/where -- true", '--pen "" -- true',
	'--defect nothing -- true', '--defect depth-offset=x -- true', '--defect depth-offset=0 -- true',
	'--defect nose-slip --defect nose-slip -- true', '--defect jitter --defect rate-map -- true',
	'--defect jitter=1 -- true', '--fault nothing -- true', '--fault lid-open@-1 -- true',
	'--fault no-pen@1 -- true') {
	is(run("$jig $bad"), 2, "refused: virtjig $bad");
	like(slurp('err'), qr/^virtjig: .+\n\z/, 'in one line');
}
for my $list (['--list-defects', 'depth-offset'], ['--list-faults', 'lid-open']) {
	is(run("$jig $list->[0]"), 0, $list->[0]);
	my @lines = split /\n/, slurp('out');
	ok(@lines > 10 && !grep({ !/^\S+ +\S+ +\S+ +\S/ } @lines), 'prints four columns a line');
	is(scalar(grep { /^\Q$list->[1]\E / } @lines), 1, "$list->[1] among them");
}
is(run("$jig -- sh -c 'test -S \$JIG_CLOCK && test -d \$JIG_SESSION && echo \$JIG_LOGIC'"), 0,
	'the command finds clock and session');
like(slurp('out'), qr{^tcp/127\.0\.0\.1/\d+$}, 'and the analyzer');
is(run("env LD_PRELOAD=libc.so.6 $jig -- sh -c 'echo \$LD_PRELOAD'"), 0, 'LD_PRELOAD');
like(slurp('out'), qr/^libumockdev-preload\.so\.0:libc\.so\.6$/, 'of the caller is kept');

# Its own death: the command is told, and the next start sweeps.
my $pid = fork // die "fork: $!";
if ($pid == 0) {
	open STDERR, '>', '/dev/null' or die;
	exec $jig, '--', 'sh', '-c',
		"trap 'echo told >$folder/told; exit' TERM; echo \$JIG_SESSION \$UMOCKDEV_DIR >$folder/left.new; "
		. "mv $folder/left.new $folder/left; sleep 20 >/dev/null & wait";
}
for (1 .. 100) { last if -e "$folder/left"; select undef, undef, undef, 0.05 }
my @left = split ' ', slurp('left');
is(scalar(grep { -d } @left), 2, 'a running jig has two folders');
is(run("$jig -- true"), 0, 'another jig starts');
is(scalar(grep { -d } @left), 2, 'and leaves a living one alone');
kill 'KILL', $pid;
waitpid $pid, 0;
for (1 .. 100) { last if -s "$folder/told"; select undef, undef, undef, 0.05 }
is(slurp('told'), "told\n", 'the command is told when virtjig is killed');
is(run("$jig -- true"), 0, 'the next start');
is(scalar(grep { -d } @left), 0, 'sweeps the folders of the dead one');

# Programs killed at any moment leave the chip usable to the next.
SKIP: {
	skip 'avrdude is not installed', 1 unless grep { -x "$_/avrdude" } split /:/, $ENV{PATH};
	my $read = 'avrdude -qq -c 4232h -P usb -p m328p -B 10 -U signature:r:-:h';
	my $loop = "for t in 0.01 0.02 0.03 0.04 0.05 0.06 0.07 0.08 0.09 0.1 0.11; do "
		. "timeout -s KILL \$t $read >/dev/null 2>&1; done; $read";
	is(run("$jig -- sh -c '$loop'"), 0, 'after eleven kills the pen is still read')
		or diag slurp('err');
}
done_testing();
