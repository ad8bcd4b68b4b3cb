#!/usr/bin/perl
# The record of runs from end to end: what was shown is kept, equal runs are equal, a pen is not
# tested until it passes, and whatever cannot be kept does not count.
use strict;
use warnings;
use Cwd ();
use JSON::PP;
use Test::More;
use lib 'scripts/tests';
use Bench;

my $pen = "$dir/pen";

# Plans: folders of cases; each case is a body.
sub plan_of {
	my ($name, @bodies) = @_;
	mkdir "$dir/$name";
	my $number = 0;
	for my $body (@bodies) {
		$number++;
		spew("$dir/$name/case$number.lua", <<"END");
local bench = require "bench"
return bench.case {
  title = "$name $number", measures = { value = "PEN-101" },
  run = function(pen, measure) $body end,
}
END
	}
	return "$dir/$name";
}
my $good = plan_of('good', 'measure.value(1)', 'print "two" measure.value(1)');
my $bad = plan_of('bad', 'measure.value(1)', 'measure.value(0)');
my $late = plan_of('late', 'measure.value(0)', 'require "raw.jig".fault "loose"');
my $torn = plan_of('torn', 'measure.value(0) require "raw.jig".fault "loose"');
my $loose = plan_of('loose', 'require "raw.jig".fault "loose"');

my $in_jig = "$jig --pen $pen -- $penbench run";
my ($status, $out, $err) = run("$in_jig --serial A --operator Eve --lot L7 $good");
is($status, 0, 'a production run') or diag("$out$err");
my ($head) = $err =~ /record (\d+:[0-9a-f]{64})$/m;
ok($head, 'shows the head of the chain');
($status, $out) = run("$penbench record verify --head $head");
is($status, 0, 'which verify knows') or diag($out);
like($out, qr/^unchanged: \d+ rows in \d+ links/m, 'and finds nothing');
($status, $out) = run("$penbench record list --serial A");
like($out, qr/^1\s.*PASS\s+production\s+A\s+1\s+L7\s+Eve\s+2\/2/m, 'list has it');
($status, $out) = run("$penbench record show 1");
is($status, 0, 'show') or diag($out);
like($out, qr/^  bring-up  sr    [0-9a-f]{64}\.sr  \d+ bytes  \d+ samples$/m, 'the capture of the bring-up is named so');
unlike($out, qr{/\.\./}, 'no path goes up and down again');
like($out, qr/^  readback\s+[0-9a-f]{64}/m, 'what was read back from a flashed pen');
like($out, qr/^  (\w+)\s+[0-9a-f]{64}  \Q$dir\E\/good\/case1\.lua$/m, 'the scripts');
like($out, qr/^  script\s+[0-9a-f]{64}  lua\/bench\/init\.lua$/m, 'and what they require');
like($out, qr/PEN-101 value\s+1  in \[1 \.\. 1\]/, 'the measurement');
like($out, qr/^  case 2  print  two$/m, 'what a case printed');
my ($flash) = $out =~ /^  flash\s+([0-9a-f]{64})/m;
like($out, qr/^  readback\s+$flash/m, 'the image and the read-back are the same bytes');

# Attempts.
($status, $out, $err) = run("$in_jig --serial A $good");
is($status, 2, 'a retest without a reason') or diag($err);
like($err, qr/pen A was judged before \(PASS in run 1\): a retest wants --reason TEXT/, 'says what it wants');
is($out, '', 'and prints no TAP');
is((run("$in_jig --serial B $bad"))[0], 1, 'a bad pen');
is((run("$in_jig --serial B $good/case1.lua"))[0], 0, 'a single case is an engineering run');
is((run("$in_jig --serial B --reason reseated $good"))[0], 0, 'and not an attempt: the second passes');
is((run("$in_jig --serial B --reason again $loose"))[0], 3, 'a bench fault');
is((run("$in_jig --serial B --reason again $late"))[0], 3, 'a bench fault after a failure');
($status, $out, $err) = run("$in_jig --serial B --reason please $good");
is($status, 2, 'which counts: no fourth attempt');
like($err, qr/pen B has had 3 of 3 attempts, the last one BENCH in run \d+: set it aside/, 'and says so');
is((run("$in_jig --serial C $torn"))[0], 3, 'a failure and a bench fault in one case');
is((run("$in_jig --serial C $good"))[0], 2, 'count as well');
($status, $out) = run("$penbench record yield");
like($out, qr/^pens judged in production\s+3$/m, 'yield: pens');
like($out, qr/^attempts\s+5$/m, 'yield: attempts');
like($out, qr/^first-pass yield\s+1  33\.33 %$/m, 'yield: at first');
like($out, qr/^final yield\s+1  33\.33 %$/m, 'yield: in the end');
# A station that names its plan lets no easier one release a pen.
{
	open my $in, '<', 'fixtures/stations/virtual.lua' or die $!;
	local $/;
	(my $station = <$in>) =~ s/jig = "[^"]*"/jig = "@{[Cwd::abs_path('fixtures\/jigs\/virtual.lua')]}", plan = "$good"/;
	open my $line, '>', "$dir/line.lua" or die $!;
	print $line $station;
	close $line or die $!;
	($status, $out, $err) = run("$in_jig --station $dir/line.lua --serial PLAN $bad");
	is($status, 2, 'another plan than the station\'s');
	like($err, qr/production on station desk tests the whole of \Q$good\E and nothing else, not \Q$bad\E/, 'is no production');
	is((run("$in_jig --station $dir/line.lua --serial PLAN $good $bad"))[0], 2, 'nor is more than it');
	is((run("$in_jig --station $dir/line.lua --serial PLAN $good/../good/"))[0], 0, 'the plan by another name is');
	is((run("$in_jig --station $dir/line.lua $bad"))[0], 1, 'an engineering run tests what it likes');
}
# The value of an option that is empty, blanks nobody sees, letters that look alike, escape sequences.
for my $option ('--serial ""', "--reason ''", "--operator '\t'", '--lot ' . 'x' x 100, '--serial --lot=7', '--operator -x',
	'--serial " A"', '--serial "A "', '--serial Ünï', "--serial 'A\xC2\x9B31m'", "--lot '\xFF'", "--operator '\xE2\x80\xAEeve'") {
	is((run("$in_jig $option $good"))[0], 2, "run $option");
}

is((run("$in_jig --operator Zoë --lot 'L 8' $good"))[0], 0, 'people have names of letters');

# Two programs at once, one pen in two jigs: the record takes the first.
{
	my @children = map {
		my $number = $_;
		my $child = fork // die;
		if ($child == 0) {
			exec "$jig --pen $dir/twice$number -- $penbench run --serial TWICE $good >$dir/twice$number.out 2>&1 </dev/null";
		}
		$child;
	} 1, 2;
	my @codes = map { waitpid $_, 0; $? >> 8 } @children;
	my $runs = () = (run("$penbench record list --serial TWICE"))[1] =~ /production/g;
	is($runs, scalar(grep { $_ == 0 } @codes), 'as many runs as were let in');
	is($runs, 1, 'one') or diag("@codes");
}

# What GSL cannot compute is the mistake of the case, and no crash of the bench.
spew("$dir/nan.lua", <<'END');
local bench = require "bench"
return bench.case {
  title = "nearly no degrees of freedom", measures = { value = "PEN-110" },
  run = function(pen, measure) measure.value(0, { { name = "x", u = 1, type = "A", nu = 1e-5 } }) end,
}
END
($status, $out) = run("$in_jig $dir/nan.lua");
is($status, 4, 'a budget without a coverage factor') or diag($out);
like($out, qr/^not ok 1.*no finite U/ms, 'says so');

# Broken off while another program holds the record: the supply is off before the wait for it.
SKIP: {
	skip 'sqlite3 is not installed', 3 if system('command -v sqlite3 >/dev/null') != 0;
	my $long = plan_of('long', 'print "waiting" require "raw.jig".wait(20)');
	my $child = fork // die;
	if ($child == 0) {
		exec "exec $jig --time free --pen $pen -- sh -c 'echo \$\$ >$dir/held.pid; exec $penbench run $long' >$dir/held.out 2>$dir/held.err </dev/null";
	}
	my $is_waiting = 0;
	for (1 .. 200) {
		last if $is_waiting = slurp("$dir/held.err") =~ /waiting/;
		select undef, undef, undef, 0.05;
	}
	ok($is_waiting, 'a case under way, the pen powered');
	my $holder = fork // die;
	if ($holder == 0) {
		exec 'sqlite3', "$dir/records/record.db", 'BEGIN IMMEDIATE', ".system kill -INT \$(cat $dir/held.pid); sleep 1.5", 'COMMIT';
	}
	waitpid $holder, 0;
	waitpid $child, 0;
	is($? >> 8, 130, 'is broken off');
	like(slurp("$dir/held.err"), qr/dead-man trips 0,/, 'and the dead-man had nothing to do');
}

# A program that was stopped with the pen powered says that it was its own fault, not the jig's.
{
	my $stay = plan_of('stay', 'print "waiting" for i = 1, 100 do require "raw.jig".wait(0.2) end');
	my $child = fork // die;
	if ($child == 0) {
		exec "exec $jig --time free --pen $pen -- sh -c 'echo \$\$ >$dir/stay.pid; exec $penbench run $stay' >$dir/stay.out 2>$dir/stay.err </dev/null";
	}
	for (1 .. 200) {
		last if slurp("$dir/stay.err") =~ /waiting/;
		select undef, undef, undef, 0.05;
	}
	chomp(my $pid = slurp("$dir/stay.pid"));
	kill STOP => $pid;
	select undef, undef, undef, 0.6;
	kill CONT => $pid;
	waitpid $child, 0;
	is($? >> 8, 3, 'stopped for a while: a bench fault');
	like(slurp("$dir/stay.out"), qr/^Bail out! BENCH: .*this program was stopped or held up for \d{3,} ms/m, 'whose cause is named');
}

# Equal runs have equal canonical records.
my @exports;
for my $i (1, 2) {
	local $ENV{PENBENCH_RECORDS} = "$dir/equal$i";
	is((run("$jig --seed 3 -- $penbench run --serial E --operator x lua/cases/eol"))[0], 0, "end-of-line plan $i");
	push @exports, (run("$penbench record export --canonical"))[1], (run("$penbench record export --canonical --format csv"))[1], (run("$penbench record export"))[1];
	is((run("$penbench record verify"))[0], 0, 'verified');
}
sub differing { my ($one, $two) = map { [split /\n/] } @_; return join "\n", map { "$one->[$_]\n$two->[$_]" } grep { ($one->[$_] // '') ne ($two->[$_] // '') } 0 .. $#$one }
ok($exports[0] eq $exports[3], 'the canonical JSON of equal runs is equal') or diag(differing(@exports[0, 3]));
ok($exports[1] eq $exports[4], 'and the CSV') or diag(differing(@exports[1, 4]));
ok($exports[2] ne $exports[5], 'the whole one is not: it has stamps');
my $tree = eval { decode_json($exports[0]) };
ok($tree, 'it is JSON') or diag($@);
my ($depth) = grep { $_->{name} =~ /^depth_error/ } map { @{ $_->{measurements} } } @{ $tree->{runs}[0]{cases} };
cmp_ok(scalar @{ $depth->{budget} }, '>', 3, 'with the budget of a depth');
unlike($exports[0], qr/_host|"id"|"head"|\d\d:\d\d:\d\d/, 'and no stamp of the host');
my @lines = split /\r\n/, $exports[1];
my $measured = grep { $_->{measurements} } map { @{ $_->{cases} } } @{ $tree->{runs} };
cmp_ok($measured, '>=', 1, 'cases with measurements were exported');
like($lines[0], qr/,clause,name,unit,kind,.*,rule,low,high,/, 'CSV: its columns');
cmp_ok(scalar(@lines), '>', $measured, 'and a line for each of them at least');
my @cells = map { scalar(() = /,/g) } grep { !/"/ } @lines;
is(scalar(grep { $_ != $cells[0] } @cells), 0, 'CSV: as many cells in each line');

# Changes, seen from outside.
system("cp -r $dir/records $dir/copy") == 0 or die;
is((run("$in_jig $good"))[0], 0, 'one more run');
my ($later) = (run("$penbench record verify"))[1] =~ /head (\d+:[0-9a-f]{64})/;
($status, $out) = run("$penbench record verify --records $dir/copy --head $later");
is($status, 1, 'an older copy in its place is found by the head');
like($out, qr/the end of the record was cut off/, 'and called so');
my ($evidence) = glob "$dir/copy/evidence/*";
SKIP: {
	skip 'no evidence was kept', 1 unless defined $evidence;
	open my $append, '>>', $evidence or die $!;
	print $append 'x';
	close $append;
	is((run("$penbench record verify --records $dir/copy"))[0], 1, 'evidence with a byte more');
}

# Places that do not work.
{
	local $ENV{PENBENCH_RECORDS} = '/dev/null/records';
	($status, $out, $err) = run("$in_jig $good");
	is($status, 2, 'a folder that cannot be made: nothing was tested');
	like($err, qr{/dev/null/records cannot be made: .*PENBENCH_RECORDS}, 'and it says how to name another');
	is($out, '', 'no TAP');
}
{
	local $ENV{PENBENCH_RECORDS} = "$dir/junk";
	mkdir "$dir/junk";
	spew("$dir/junk/record.db", "not a database\n" x 1000);
	($status, $out, $err) = run("$in_jig $good");
	is($status, 3, 'a damaged record: nothing is tested either');
	like($err, qr/the file is damaged/, 'and it says so');
	is((run("$penbench record verify"))[0], 1, 'verify finds it');
	is((run("$penbench record list"))[0], 3, 'list cannot read it');
}
is((run("$penbench record verify --records $dir/none"))[0], 2, 'verify without a record');
for my $row (['', qr/want one of list/], ['dance', qr/want one of list/], ['show', qr/show which run/], ['show x', qr/want a number/],
	['show 9999', qr/there is no run 9999/], ['list 1', qr/one argument too many/], ['export 9999', qr/there is no run/],
	['export --format xml', qr/want json or csv/], ['verify --head 12', qr/want NUMBER:HASH/], ['list --fast', qr/--fast: unknown option/], ['list -last 3', qr/ -l: unknown option/],
	['list --records ""', qr/want the folder of a record/]) {
	($status, $out, $err) = run("$penbench record $row->[0]");
	is($status, 2, "record $row->[0]: exit status 2");
	like($err, $row->[1], 'and why');
}

# A disk that is full in the middle of a run: no verdict is shown that is not kept.
{
	my $many = plan_of('many', ('measure.value(1)') x 12);
	local $ENV{PENBENCH_RECORDS} = "$dir/full";
	is((run("$in_jig $good"))[0], 0, 'a record with room');
	my $kept = 0;
	for my $blocks (80, 200) {
		($status, $out, $err) = run("$jig --pen $pen -- sh -c 'trap \"\" XFSZ; ulimit -f $blocks; exec $penbench run $many'");
		is($status, 3, "no room beyond $blocks blocks: a bench fault") or diag("$out$err");
		like($out, qr/^Bail out! BENCH: record /m, 'said so');
		unlike($err, qr/===== PASS/, 'and never PASS');
		my $shown = () = $out =~ /^ok /mg;
		my $json = decode_json((run("$penbench record export"))[1]);
		my $last = $json->{runs}[-1];
		is($shown, scalar(@{ $last->{cases} }), "$shown verdicts shown, as many kept") if $last->{case_count} == 12;
		is((run("$penbench record verify"))[0], 0, 'and the chain is whole');
		$kept += $shown;
	}
	cmp_ok($kept, '>', 0, 'some before the disk was full');
	is((run("$in_jig $good"))[0], 0, 'with room again it goes on');
	like((run("$penbench record list"))[1], qr/ABORT.*the program ended in the middle|BENCH/, 'and the broken runs are closed');
}
done_testing();
