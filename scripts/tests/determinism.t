#!/usr/bin/perl
# Same seed, same inputs: the same bytes on TAP, in the truth file and in .sr files, whatever the host
# does meanwhile and however its socket buffers are cut.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Test::More;

my $folder = tempdir(CLEANUP => 1);
my $cases  = 'lua/cases/eol';

sub slurp {
	my ($path) = @_;
	open my $in, '<:raw', $path or return "(no $path)";
	local $/;
	return scalar <$in>;
}

# Runs the plan and a capture; returns the three outputs.
sub outputs {
	my ($name, $seed, $buffer) = @_;
	my $jig = "build/virtjig --seed $seed --socket-buffer $buffer --truth $folder/$name.truth --";
	my $run = system("$jig build/penbench run $cases >$folder/$name.tap 2>$folder/$name.log");
	diag(slurp("$folder/$name.log")) if $run != 0;
	my $capture = "build/penbench capture --seconds 0.3 -o $folder/$name.sr";
	my $cut = system("build/virtjig --seed $seed --socket-buffer $buffer -- $capture 2>$folder/$name.log");
	diag(slurp("$folder/$name.log")) if $cut != 0;
	return map { slurp("$folder/$name.$_") } qw(tap truth sr);
}

# Keeps both cores busy while code runs.
sub loaded {
	my ($code) = @_;
	my @spinners;
	for (1 .. 2) {
		my $pid = fork // die "fork: $!";
		if ($pid == 0) { alarm 120; 1 while 1 }
		push @spinners, $pid;
	}
	my @result = $code->();
	kill 'KILL', @spinners;
	waitpid $_, 0 for @spinners;
	return @result;
}

my @names = qw(TAP truth .sr);
my @first = outputs('first', 7, 0);
like($first[0], qr/^ok 1 /m, 'the run has a passing test point');
cmp_ok(length $first[1], '>', 1000, 'the truth file has something to say');
my @small = outputs('small', 7, 4096);
is($small[$_] eq $first[$_], 1, "$names[$_]: the same with small socket buffers") for 0 .. 2;
my @large = loaded(sub { outputs('large', 7, 4194304) });
is($large[$_] eq $first[$_], 1, "$names[$_]: the same with large ones and both cores loaded") for 0 .. 2;
my @other = outputs('other', 8, 0);
isnt($other[1], $first[1], 'another seed is another pen');
done_testing;
