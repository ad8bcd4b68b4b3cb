#!/usr/bin/perl
# Campaigns: a small slice of each holds what the whole one claims; a campaign that is killed goes on
# where it was, without a torn row; a row that says otherwise is seen.
use strict;
use warnings;
use Test::More;
use Time::HiRes qw(sleep time);
use lib qw(scripts/campaigns scripts/tests);
use Bench;
use Rows;
use Tap;
use Truth;

my $own = own_build();

# Returns the exit status; the table is left in $dir/table.
sub campaign {
	my ($arguments) = @_;
	my $status = system("scripts/campaign $arguments >$dir/table 2>$dir/err");
	diag(slurp("$dir/table"), slurp("$dir/err")) if $status != 0;
	return $status >> 8;
}

sub rows { my ($name) = @_; return split /\n/, slurp("$own/campaign/$name.tsv") }

# One row as a run would have left it.
sub write_rows {
	my ($name, @rows) = @_;
	open my $out, '>', "$own/campaign/$name.tsv" or die "$own/campaign/$name.tsv: $!";
	print $out join("\t", Rows::commit(), @$_), "\n" for @rows;
	close $out;
}

is(campaign('accuracy --slice 1'), 0, 'accuracy: a drawn station and an ideal one');
like(slurp("$dir/table"), qr{^$_\S*\s+1\s+\d\s}m, "and has a row for $_")
	for qw(depth/depth_error rate/rate_error rate/current load/current);
is(slurp("$dir/err"), '', 'no progress into a pipe');
is(campaign('healthy --slice 1'), 0, 'healthy: a pen, both plans');
is(campaign('determinism --slice 1 --plan eol --only plain,loaded'), 0, 'determinism: a pen, host idle and busy');
is(campaign('defects --slice 1 --plan eol --only depth-offset,leaky-supply,wrong-version'), 0,
	'defects: three of them');
like(slurp("$dir/table"), qr/^depth-offset\s+1\/1\s/m, 'and the matrix says so');

# Killed in the middle: what was finished stays, what was not leaves nothing.
my $pid = fork // die "fork: $!";
if ($pid == 0) {
	open STDOUT, '>', '/dev/null';
	exec qw(scripts/campaign accuracy --slice 20 --plan rate --jobs 1);
}
my $before = my @old = rows('accuracy');
my $deadline = time + 30;
sleep 0.05 while rows('accuracy') < $before + 1 && time < $deadline;
kill 'KILL', $pid;
waitpid $pid, 0;
@old = rows('accuracy');
cmp_ok(scalar @old, '>', $before, 'it had left a row when it was killed');
open my $torn, '>>', "$own/campaign/accuracy.tsv" or die;
print $torn "torn by a full dis";
close $torn;
is(campaign('accuracy --slice 2 --plan rate'), 0, 'and goes on');
my @new = rows('accuracy');
is_deeply([@new[0 .. $#old]], \@old, 'rows that there were stand');
ok(!(grep { /torn/ } @new), 'the torn one is gone');
cmp_ok(scalar(grep { /\trate\t/ } @new), '==', 4, 'every run has one row');

# Rows that say otherwise are no PASS.
write_rows('healthy', map { [$_, 'none', 'eol', 1, 'PEN-110', '1.0', '1.0', '-', 'too deep'] } 1, 2);
is(system("scripts/campaign healthy --slice 2 --plan eol >$dir/table 2>/dev/null") >> 8, 1,
	'two rejected pens of two: exit 1');
like(slurp("$dir/table"), qr/^seed 1, eol: exit 1, PEN-110, too deep$/m, 'each is listed with its cause');
like(slurp("$dir/table"), qr/^wrong: 2 healthy pens were rejected, at most 1$/m, 'and says why');
write_rows('defects', [1, 'depth-offset', 'eol', 0, '-', '1.0', '1.0', '-', '-'],
	[1, 'leaky-supply', 'eol', 1, 'PEN-101', '1.0', '1.0', '-', '-'],
	[1, 'wrong-version', 'eol', 3, '-', '1.0', '1.0', '-', 'Bail out']);
is(system("scripts/campaign defects --slice 1 --plan eol --only depth-offset,leaky-supply,wrong-version "
	. ">$dir/table 2>/dev/null") >> 8, 1, 'three defects that escaped: exit 1');
like(slurp("$dir/table"), qr/^wrong: $_$/m, "says: $_") for 'depth-offset, seed 1: passed \(eol 0\)',
	'leaky-supply, seed 1: names PEN-101', 'wrong-version, seed 1: exits: eol 3';
write_rows('accuracy', [1, 'drawn', 'rate', 0, '-', 1, 1, 'rate_error_percent=0.05,0.02,0.01 current_ma=120,1,119.5', '-'],
	[1, 'ideal', 'rate', 0, '-', 1, 1, 'rate_error_percent=0.02,0.02,0.01 current_ma=120,3,119.9', '-']);
is(system("scripts/campaign accuracy --slice 1 --plan rate >$dir/table 2>/dev/null") >> 8, 1,
	'a rate that is off by 2 U: exit 1');
like(slurp("$dir/table"), qr/^wrong: $_/m, "says: $_") for 'rate/rate_error_percent: 2\.00 U off on seed 1',
	'rate/rate_error_percent: off by 0\.01 on seed 1, at most 0\.005';
unlike(slurp("$dir/table"), qr/^wrong: rate\/current/m, 'and nothing of the current, which is right');
my @same = ('0', '-', 1, 1, 'tap=a truth=b sr=c', '-');
write_rows('determinism', map { [1, $_, 'eol', @same] } qw(plain loaded small large));
is(system("scripts/campaign determinism --slice 1 --plan eol >$dir/table 2>/dev/null") >> 8, 0, 'equal bytes: exit 0');
$same[4] = 'tap=a truth=x sr=c';
write_rows('determinism', (map { [1, $_, 'eol', '0', '-', 1, 1, 'tap=a truth=b sr=c', '-'] } qw(plain loaded small)),
	[1, 'large', 'eol', @same]);
is(system("scripts/campaign determinism --slice 1 --plan eol >$dir/table 2>/dev/null") >> 8, 1, 'another truth: exit 1');
like(slurp("$dir/table"), qr/^wrong: truth of plan and seed eol 1 differs/m, 'and says which');

is(system('scripts/campaign nothing 2>/dev/null') >> 8, 2, 'an unknown campaign is exit 2');
is(system('scripts/campaign healthy --slice 0 2>/dev/null') >> 8, 2, 'so is a slice of nothing');

# The readers that verdicts stand on.
my @points = Tap::points(<<'TAP');
TAP version 13
1..2
not ok 1 - depth
  ---
  outcome: FAIL
  cause: "PEN-110 depth_error_um: 200 um is above 150 um"
  depth_error_um: 200
  depth_error_um_judgement: FAIL
  depth_error_um_clause: "PEN-110"
  depth_error_um_u: 3.5
  depth_spread_um: 3
  depth_spread_um_judgement: PASS
  depth_spread_um_clause: "PEN-111"
  ...
not ok 2 - rate
  ---
  outcome: FAIL
  cause: "PEN-120, PEN-130: the pen does not answer"
  rate_error_percent: ~
  rate_error_percent_judgement: UNSET
  rate_error_percent_clause: "PEN-120"
  ...
not ok 3 - mine
  ---
  outcome: SCRIPT
  cause: "PEN-133 is misspelt"
  ...
TAP
is_deeply([Tap::broken_clauses(@points)], ['PEN-110', 'PEN-120?', 'PEN-130?'],
	'TAP: the clause that failed, those that could not be measured, and no other');
is($points[0]{measurements}[0]{u}, 3.5, 'TAP: U belongs to its measurement');
my @captures = Truth::captures(join "\n", '1000000000 capture start=1 count=0 x_um=0.0',
	(map { sprintf '%d stroke n=%d top_um=%.1f depth_um=%.1f rate_hz=%d', 1e9 + $_ * 1e7, $_, 1510 + $_ % 2,
		1511 + $_ % 2, 100 } 1 .. 40),
	'1200000000 current mean_a=0.2 from_ns=900000000 to_ns=1200000000',
	'1400000000 current mean_a=0.4 from_ns=1200000000 to_ns=1400000000',
	'1400000001 capture end=1 count=0 x_um=0.0');
is(Truth::depth_um(1500, @captures), 1511.5, 'truth: mean depth near a setting');
is(Truth::top_um(1500, @captures), 1510.5, 'truth: and past the datum plane');
is(Truth::depth_um(2500, @captures), undef, 'truth: and none where there was none');
is(sprintf('%.6f', Truth::rate_hz($captures[0])), '100.000000', 'truth: rate');
is(sprintf('%.1f', Truth::current_ma($captures[0])), '300.0', 'truth: mean current over the capture');

# README names the columns that there are.
my ($table) = slurp('scripts/README.md') =~ /^\| column \| what \|\n(.*)/ms;
my @columns = $table =~ /^\| `(\w+)` \|/mg;
is_deeply(\@columns, [Rows::columns()], 'scripts/README.md has every column, in order');

done_testing;
