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
for my $row (
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
spew("$dir/chart.csv", join '', "value\n", map { ($_ == 15 ? 9 : $_ % 2) . "\n" } 1 .. 20);
($status, $out) = msa("chart $dir/chart.csv");
is($status, 1, 'a point beyond the limits');
like($out, qr/point 15: 9/, 'it is named');

# A study on the desk's station: two pens, two jigs, each twice.
SKIP: {
	skip "$build/virtjig is not built", 8 unless -x "$build/virtjig";
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
	($status, $out, $err) = msa("yield --record $dir/r");
	ok($status == 2 && $err =~ /first production run/, 'no production run, no yield');
	($status, $out) = msa("yield --record $dir/r --attempts engineering --json");
	is(decode_json($out)->[-1]{tested}, 8, 'yield of engineering runs');
}
done_testing();
