#!/usr/bin/perl
# `penbench msa`: studies from files, against published answers where ../shared/data is there; a
# study that is run on the station of the desk; capability, chart and yield; what wrong input is told.
use strict;
use warnings;
use File::Temp qw(tempdir);
use JSON::PP;
use Test::More;

my $build = $ENV{PENBENCH_BUILD} // 'build';
my $penbench = "$build/penbench";
plan skip_all => "$penbench is not built" unless -x $penbench;
my $dir = tempdir(CLEANUP => 1);
my $data = '../shared/data';
delete $ENV{HARNESS_ACTIVE};
delete $ENV{PENBENCH_RECORDS};

sub spew { my ($path, $text) = @_; open my $out, '>', $path or die "$path: $!"; print $out $text; close $out; return $path }
sub slurp { my ($path) = @_; open my $in, '<', $path or return ''; local $/; my $text = <$in>; return $text // '' }

# Returns status, stdout, stderr.
sub msa {
	my ($arguments) = @_;
	my $status = system("$penbench msa $arguments >$dir/out 2>$dir/err </dev/null");
	return ($status >> 8, slurp("$dir/out"), slurp("$dir/err"));
}

my ($status, $out, $err) = msa('--help');
is($status, 0, 'help');
like($out, qr/$_ /, "it lists $_") for qw(grr bias capability yield chart risk);
for my $command (qw(grr bias capability yield chart)) {
	($status, $out) = msa("$command --help");
	ok($status == 0 && $out =~ /^usage: penbench msa $command.*Exit status/s, "$command --help");
	($status, $out, $err) = msa("$command --no-such");
	ok($status == 2 && $out eq '' && $err =~ /unknown option/, "$command refuses what it does not know");
}

# The published studies.
SKIP: {
	skip "no $data", 10 unless -d $data;
	($status, $out) = msa("grr $data/aiag_msa4_grr.csv --method both --tolerance 8");
	is($status, 0, 'AIAG: conditional is not a failure');
	like($out, qr/ANOVA without interaction \(pooled\); interaction p = 0\.974.*gauge R&R .*7\.76 +27\.86 +22\.68\n.*ndc 4 /s, 'AIAG by pooled ANOVA: 27.86 %, ndc 4');
	like($out, qr/average and range.*gauge R&R .* 26\.68 .*ndc 5 /s, 'AIAG by average and range: 26.68 %, ndc 5');
	like($out, qr/study variation: 6 standard deviations/, 'the multiplier is stated');
	like($out, qr/1 of 30.*\n    part 4, appraiser B: 1\.02/, 'the range that the manual flags too');
	my ($json) = decode_json((msa("grr --json $data/houf_berman_thermal_impedance_grr.csv"))[1]);
	my $study = $json->{studies}[0];
	ok(!$study->{pooled} && $study->{method} eq 'crossed, ANOVA with interaction', 'thermal impedance keeps its interaction');
	ok(abs($study->{components}{interaction}{variance} - 0.727983539) < 1e-8, 'its variance');
	is($study->{ndc}, 7, 'ndc 7');
	my @rows = split /\n/, slurp("$data/montgomery_flow_width_capability.csv");
	shift @rows;
	my $csv = "subgroup,value\n" . join '', map { my ($g, @x) = split /,/; map { "$g,$_\n" } @x } @rows;
	spew("$dir/flow.csv", $csv);
	($status, $out) = msa("capability $dir/flow.csv --low 1 --high 2");
	like($out, qr/Cp +1\.192 .*Cpk +1\.179 .*Pp +1\.251 .*Ppk +1\.237 /s, 'Montgomery: Cp, Cpk, Pp, Ppk');
	is((msa("capability $dir/flow.csv --low 1 --high 2 --cpk-min 1.33"))[0], 1, '--cpk-min');
}

# Made here.
my $study = "part,load,trial,value\n";
for my $part (1 .. 5) {
	for my $load (1 .. 2) { $study .= "$part,$load,$_," . (10 * $part + $load + ($_ - 1.5) * ($part % 2 ? 1 : -1)) . "\n" for 1 .. 2 }
}
spew("$dir/study.csv", $study);
($status, $out) = msa("grr $dir/study.csv");
is($status, 0, 'a study with loads');
like($out, qr/part 5 x load 2 x trials 2 = 20 values/, 'the factor is found by its name');
is((msa("grr $dir/study.csv --tolerance 5"))[0], 1, 'a tolerance that is too narrow for the gauge');
is((msa("grr $dir/study.csv --low -2 --high 3"))[0], 1, 'the same by its limits');
like((msa("grr $dir/study.csv --factor load,trial --value value"))[2], qr/5|trials/, 'one trial a cell is no study');
($status, $out) = msa("grr --nested $dir/study.csv");
like($out, qr/method: nested, ANOVA/, 'nested');

# Several factors: the published example of a model with B within A and C crossed with both (Doncaster
# and Davey, Analysis of Variance and Covariance, 2007, model 3.3), its quasi F too.
my @y = qw(-3.8558 4.4076 -4.1752 1.4913 5.9699 5.2141 9.1467 5.8209 9.4082 6.0296 15.3014 12.1900
	6.9754 14.3012 10.4266 2.3707 19.1834 18.3855 23.3385 21.9134 16.4482 11.6765 17.9727 15.1760);
my $rows = join '', map { join(',', int($_ / 8) + 1, int($_ / 4) + 1, int($_ / 2) % 2 + 1, $_ % 2 + 1, $y[$_]) . "\n" } 0 .. 23;
spew("$dir/factors.csv", "part,load,day,trial,value\n$rows");
($status, $out, $err) = msa("grr $dir/factors.csv --factor load,day --nested=load:part --pool-p 2 --tolerance 100");
is($status, 1, 'several factors') or diag($err);
like($out, qr/part 3 x load 2 each x day 2 x trials 2 = 24 values/, 'each is named');
like($out, qr/\n  part +2 +905\.267 .* 11\.03 +0\.137\n/, 'published: F of A, tested by Satterthwaite');
like($out, qr/\n  load\(part\) +3 +167\.8\d* .* 2\.8\d* +0\.209\n/, 'B within A');
like($out, qr/\n  load x day\(part\) +3 +59\.7/, 'C x B within A');
like($out, qr/note: the estimate for part x day is -3\.72\d*, below 0, and counts as 0/, 'a negative estimate is told');
like($out, qr/ndc \d.*%GRR [\d.]+ of the tolerance/s, 'ndc and %tolerance');
($status, $out) = msa("grr $dir/factors.csv --factor load,day --nested=load:part");
like($out, qr/pooled from p = 0\.05 on: part x day, load x day\(part\)\n/, 'what was pooled is named');
my $whole = decode_json((msa("grr --json $dir/factors.csv --factor load,day --nested=load:part --pool-p 2"))[1])->{studies}[0];
is(join(' ', map { $_->{term} } @{ $whole->{terms} }), 'part day load(part) part x day load x day(part)', 'JSON: the terms');
my $sum = 0;
$sum += $_->{component}{variance} for @{ $whole->{terms} };
ok(abs($sum + $whole->{components}{repeatability}{variance} - $whole->{components}{total}{variance}) < 1e-9, 'JSON: they add up to the total');
($status, $out, $err) = msa("grr $dir/factors.csv --factor load,day");
ok($status == 2 && $out eq '' && $err =~ /24 of 36 cells lack trials \(want 2 each\): 0 of part "1", load "3", day "1"; /, 'crossed it is not balanced: the cells are named') or diag($err);
spew("$dir/hole.csv", "part,load,day,trial,value\n" . $rows =~ s/^3,6,2,2,.*\n//mr);
($status, $out, $err) = msa("grr $dir/hole.csv --factor load,day --nested=load:part");
ok($status == 2 && $err =~ /1 of 12 cells lack trials \(want 2 each\): 1 of part "3", load "6", day "2"; /, 'one value is missing') or diag($err);
($status, $out) = msa("grr $dir/study.csv --factor load,trial --join");
is($status, 2, 'joined, one trial a cell is none');
my ($one) = (msa("grr $dir/study.csv --factor load"))[1];
is((msa("grr $dir/study.csv --factor load --join"))[1], $one, 'one factor is the same joined or not');

for my $row (
	["grr $dir/factors.csv --factor load,day --method range", qr/--join/], ["grr $dir/factors.csv --factor load,day --nested=noon", qr/"noon" is no factor/],
	["grr $dir/factors.csv --factor load,day --join --nested=load", qr/without names/], ["grr $dir/factors.csv --factor load,load", qr/twice/],
	["yield --serial 1", qr/all pens/], ["chart $dir/study.csv --serial 1", qr/a file, or a record/],
	['grr /nowhere.csv', qr/nowhere/], ["grr $dir/study.csv --method magic", qr/anova, range or both/],
	["grr $dir/study.csv --low 1", qr/two limits/], ["grr $dir/study.csv --tolerance 0", qr/above 0/],
	["grr $dir/study.csv --factor nobody", qr/its columns are part, load, trial, value/],
	["grr --nested --method range $dir/study.csv", qr/crossed/], ['grr', qr/one FILE\.csv/],
	["grr --record $dir", qr/--measurement/], ["grr --run --record $dir/x --measurement m $dir/study.csv", qr/--parts/],
	["capability $dir/study.csv", qr/--low, --high/], ["capability --record $dir/none", qr/no record/],
	["chart $dir/study.csv --subgroup 0", qr/1\.\.100/], ["yield $dir/study.csv", qr/not expected/],
	["bias $dir/study.csv", qr/no column "reference"/],
) {
	($status, $out, $err) = msa($row->[0]);
	ok($status == 2 && $out eq '' && $err =~ $row->[1], "exit 2: $row->[0]") or diag("$status $out$err");
}

# AIAG's bias of five parts in short: equal readings around each reference.
my $bias = "reference,value\n";
for my $reference (2, 4, 6) { $bias .= "$reference," . ($reference * 0.9 + 0.5 + $_ / 100) . "\n" for -1, 0, 1 }
spew("$dir/bias.csv", $bias);
($status, $out) = msa("bias $dir/bias.csv");
is($status, 1, 'a bias that shows');
like($out, qr/bias = 0\.5 \+ -0\.1 x reference.*depends on the size/s, 'linearity');
# Two readings of each of three references, all high: none of the three shows it, the six together do (t = 6.71, 5 degrees).
spew("$dir/bias.csv", "reference,value\n2,2.1\n2,2.2\n4,4.1\n4,4.2\n6,6.1\n6,6.2\n");
($status, $out) = msa("bias $dir/bias.csv");
is($status, 1, 'a bias that only all readings together show');
unlike($out, qr/^\s+[246]\s.*  bias$/m, 'none of the references does');
like($out, qr/^\s+all\s+6\s+0\.15\s.*\s0\.00111  bias$/m, 'and all do') or diag($out);
spew("$dir/chart.csv", join '', "value\n", map { ($_ == 15 ? 9 : $_ % 2) . "\n" } 1 .. 20);
($status, $out) = msa("chart $dir/chart.csv");
unlike($out, qr/provisional/, 'twenty points make limits');
is($status, 1, 'a point beyond the limits');
like($out, qr/point 15: 9/, 'it is named');

# A study on the desk's station: two pens, two jigs, each twice.
SKIP: {
	skip "$build/virtjig is not built", 12 unless -x "$build/virtjig";
	my $run = "grr --run --record $dir/r --measurement parked_s --parts 1,2 --levels 11,12 " .
		"--launcher '--seed {part} --jig {level} --load {load} --pen $dir/pen{part}' lua/cases/eol/stop.lua";
	($status, $out, $err) = msa($run);
	like($out, qr/pen 2 x lot 2 x trials 2 = 8 values, in s/, 'eight runs make a study') or diag($err . slurp("$dir/r/study.log"));
	is(() = slurp("$dir/r/study.log") =~ /^1\.\.1$/mg, 8, 'what the runs said is kept');
	my ($again) = (msa("grr --record $dir/r --measurement parked_s"))[1];
	is($again, $out, 'the record says the same later');
	like((msa($run))[2], qr/holds a record already/, 'a second study does not mix with the first');
	like((msa("grr --record $dir/r --measurement nothing"))[2], qr/no measurement "nothing"/, 'a measurement that is none');
	($status, $out) = msa("capability --record $dir/r --attempts engineering --clause PEN-141");
	like($out, qr/PEN-141 parked_s: n 8.*Cpk/s, 'capability of the record');
	($status, $out) = msa("chart --record $dir/r --attempts engineering --clause PEN-141 --serial 2");
	like($out, qr/PEN-141 parked_s.*: 4 points/, 'chart of one pen');
	like($out, qr/^  4 points of 20: the limits are provisional$/m, 'whose limits are few points\' worth');
	like((msa("chart --record $dir/r --attempts engineering --serial 7"))[2], qr/not enough numbers to go by, pen 7 \(engineering/, 'of a pen that is none');
	like((msa("grr --record $dir/r --measurement parked_s --factor lot,station"))[2], qr/station has one level only/, 'a factor that does not vary');
	($status, $out, $err) = msa("yield --record $dir/r");
	ok($status == 2 && $err =~ /first production run/, 'no production run, no yield');
	($status, $out) = msa("yield --record $dir/r --attempts engineering --json");
	is(decode_json($out)->[-1]{tested}, 8, 'yield of engineering runs');
}
done_testing();
