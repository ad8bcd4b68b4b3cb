#!/usr/bin/perl
# kill -9 at random moments of a run: every verdict that was shown is in the record, no record is half,
# the chain is whole, and the next start closes the run as ABORT. KILLS=300 of them instead of five.
use strict;
use warnings;
use JSON::PP;
use Time::HiRes;
use Test::More;
use lib 'scripts/tests';
use Bench;

my $kills = $ENV{KILLS} // 5;
my $cases = 20;
srand($ENV{SEED} // 20261122);

# Cases that are over at once, every fifth one fails: most of the time goes into verdicts.
mkdir "$dir/plan";
for my $i (1 .. $cases) {
	open my $out, '>', sprintf("%s/plan/case%02d.lua", $dir, $i) or die $!;
	my $value = $i % 5 == 0 ? 0 : 1;
	print $out <<"END";
local bench = require "bench"
return bench.case {
  title = "case $i", measures = { value = "PEN-101", other = "PEN-101" },
  run = function(pen, measure) require "raw.pen".power(false) measure.value($value) measure.other(1) end,
}
END
	close $out or die $!;
}

# Whole runs first: they flash the pen, and say how long one takes.
my $in_jig = "$jig --pen $dir/pen --";
system("$in_jig $penbench run $dir/plan >$dir/out 2>$dir/err");
is($? >> 8, 1, 'a whole run') or diag(slurp("$dir/err"));
my $begin = Time::HiRes::time();
system("$in_jig $penbench run $dir/plan >$dir/out 2>$dir/err");
my $whole_s = Time::HiRes::time() - $begin;

my ($shown, $lost, $halves, $broken, $unclosed, $early) = (0, 0, 0, 0, 0, 0);
for my $i (1 .. $kills) {
	my $at_s = rand(1.1 * $whole_s);
	system("$in_jig sh -c '$penbench run --serial S$i $dir/plan & p=\$!; sleep $at_s; kill -9 \$p; wait \$p' >$dir/out 2>$dir/err");
	my $out = slurp("$dir/out");
	$broken++, diag(`$penbench record verify`) if system("$penbench record verify >$dir/verify 2>&1") != 0;
	# The next start closes the run.
	system("$in_jig $penbench run $dir/plan/case01.lua >/dev/null 2>&1");
	my $runs = decode_json(scalar `$penbench record export`)->{runs};
	my ($run) = grep { ($_->{serial} // '') eq "S$i" } @$runs;
	$early++, next if !defined $run && $out !~ /ok/;
	my %kept = map { $_->{number} => $_ } @{ $run->{cases} // [] };
	for ($out =~ /^((?:not )?ok \d+)/mg) {
		my ($not, $number) = /^(not )?ok (\d+)/;
		$shown++;
		$lost++ unless defined $kept{$number} && $kept{$number}{outcome} eq ($not ? 'FAIL' : 'PASS');
	}
	$halves++ if grep { @{ $_->{measurements} } != 2 } values %kept;
	my @numbers = sort { $a <=> $b } keys %kept;
	$halves++ if grep { $numbers[$_] != $_ + 1 } 0 .. $#numbers;
	$unclosed++ unless defined $run->{end} && ($run->{end}{outcome} eq 'ABORT' && $run->{end}{died} == 1 || @numbers == $cases);
}
cmp_ok($shown, '>', 0, "$shown verdicts were shown before $kills kills ($early before the run was in the record)");
is($lost, 0, 'each of them is in the record');
is($halves, 0, 'no case is half, none is left out');
is($broken, 0, 'the chain is whole each time');
is($unclosed, 0, 'the next start closes the run as ABORT');
done_testing();
