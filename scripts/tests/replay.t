#!/usr/bin/perl
# `penbench replay`: what was recorded is judged again without instruments: the same to the last bit
# when nothing changed, otherwise when limits or cases did; and never out of evidence that is gone.
use strict;
use warnings;
use File::Copy qw(copy);
use Test::More;
use lib 'scripts/tests';
use Bench;

my $evidence = "$dir/records/evidence";

# One run of the bench; $keep is the station's policy for evidence.
sub bench {
	my ($keep, $lot, @cases) = @_;
	local $ENV{PENBENCH_EVIDENCE} = $keep;
	return run("$jig --pen $dir/pen -- $penbench run --lot $lot @cases");
}
sub replay { return run("$penbench replay @_") }
sub case_file {
	my ($name, $body) = @_;
	spew("$dir/$name.lua", <<"END");
local bench = require "bench"
local jig = require "raw.jig"
return bench.case {
  title = "$name", measures = { value = "PEN-101" },
  run = function(pen, measure) $body end,
}
END
	return "$dir/$name.lua";
}
# The same limits but for those of PEN-120, the stroke rate.
sub spec_file {
	my ($name, $low, $high) = @_;
	my $text = slurp('lua/spec/pen.lua');
	$text =~ s{(\["PEN-120"\] = \{[^\}]*?\blow = )[^,]+(,\s*high = )[^,]+}{$1$low$2$high} or die 'spec: no PEN-120';
	spew("$dir/$name.lua", $text);
	return "$dir/$name.lua";
}

my $watch = case_file('watch', 'pen:set { depth_um = 500 } pen:order "STROKE 20" measure.value(pen:watch(0.1) > 500 and 1 or 0)');
my ($status, $out, $err) = bench('all', 'A', 'lua/cases/eol/identity.lua', 'lua/cases/eol/rate.lua', $watch);
is($status, 0, 'a run that keeps all evidence') or diag("$out$err");
my @sr = glob "$evidence/*.sr";
my @tapes = glob "$evidence/*.tape";
cmp_ok(scalar @sr, '>=', 3, 'the captures are kept, the zero among them');
is(scalar @tapes, 3, 'and one tape a case');
for my $path (@sr, @tapes) {
	my ($hash) = `sha256sum $path` =~ /^(\w+)/;
	like($path, qr{/\Q$hash\E\.(sr|tape)$}, 'evidence is named by its SHA-256');
}
is_deeply([glob "$evidence/part-*"], [], 'nothing unfinished is left');
my @channels = qw(ENC_A ENC_B ENC_Z MOD_CLK MOD_DAT TACH PWM CMD);
my $info = `$penbench analyze $sr[0] pulse:ch=MOD_CLK --json`;
like($info, qr/"samplerate_hz":\s*25000000/, 'a capture has rate and channels');
SKIP: {
	skip 'no sigrok-cli', 1 if system('command -v sigrok-cli >/dev/null') != 0;
	my $shown = `sigrok-cli -i $sr[0] --show 2>&1`;
	is_deeply([grep { $shown !~ /\b$_\b/ } @channels], [], 'sigrok-cli shows its channels') or diag($shown);
}

# Nothing changed.
($status, $out, $err) = replay(1);
is($status, 0, 'replayed: nothing changes') or diag("$out$err");
like($out, qr/^run 1: PASS, unchanged$/m, 'the verdict');
like($out, qr/^\d+ values, 0 differ;/m, 'every value to the last bit');
my ($again) = (replay(1))[1] =~ /(.*)\n.*differ/s;
is($again, ($out =~ /(.*)\n.*differ/s)[0], 'twice the same');

# Other limits: the stored values, without evidence.
my $strict = spec_file('strict', 3, 4);
($status, $out) = replay("1 --spec $strict");
is($status, 1, 'another limit changes the verdict');
like($out, qr/^run 1: PASS -> FAIL$/m, 'of the run');
like($out, qr/^  lua\/cases\/eol\/rate.lua: PASS -> FAIL: PEN-120/m, 'of the case');
like($out, qr/^    PEN-120 rate_error_percent: PASS with \S+ \+- \S+ % in -\S+ -> FAIL with \S+ \+- \S+ % in 3\.\.4$/m,
	'and why: value and limit of then and of now');
unlike($out, qr/PEN-130/, 'what does not change is not named');
my $wide = spec_file('wide', -9, 9);
is((replay("1 --spec $wide"))[0], 0, 'a wider limit changes nothing');
is((replay("1 --spec $strict --case lua/cases/eol/rate.lua"))[0], 1, 'the same from the samples');

# Another case over the same evidence: other analyses and formulas, the same questions.
my $other = slurp($watch) =~ s/> 500 and 1 or 0/> 500 and 0 or 1/r;
mkdir "$dir/new";
spew("$dir/new/watch.lua", $other);
($status, $out) = replay("1 --case $dir/new/watch.lua");
is($status, 1, 'another case changes the verdict');
like($out, qr/^  \S*watch\.lua: PASS -> FAIL: PEN-101: value 0/m, 'and says why');
# A case that asks for what nobody recorded.
spew("$dir/new/watch.lua", slurp($watch) =~ s/pen:watch\(0.1\)/pen:watch(0.2)/r);
($status, $out) = replay("1 --case $dir/new/watch.lua");
is($status, 5, 'a case that asks for what was not recorded') or diag($out);
like($out, qr/watch\.lua: not re-judged \(was PASS\): the case asks capture \d+ 0\.2\S*.*was not recorded/, 'is not re-judged');
unlike($out, qr/unchanged$/m, 'and never called unchanged');
spew("$dir/new/watch.lua", slurp($watch) =~ s/measure\.value/pen:status() measure.value/r);
is((replay("1 --case $dir/new/watch.lua"))[0], 5, 'nor one that asks the pen once more');
# A case that catches that does not get away with it.
spew("$dir/new/watch.lua", slurp($watch) =~ s/pen:watch\(0.1\) > 500 and 1 or 0/pcall(pen.watch, pen, 0.2) and 1 or 1/r);
is((replay("1 --case $dir/new/watch.lua"))[0], 5, 'not even by pcall');
spew("$dir/new/watch.lua", "this is no Lua\n");
($status, $out) = replay("1 --case $dir/new/watch.lua");
is($status, 1, 'a case that is wrong');
like($out, qr/watch\.lua: PASS -> SCRIPT/, 'is a verdict of its own');

# Without samples; a failure keeps its own.
my $fails = case_file('fails', 'measure.value(pen:watch(0.05) > 5 and 1 or 0)');
my $passes = case_file('passes', 'measure.value(pen:watch(0.05) < 5 and 1 or 0)');
my $kept = () = glob "$evidence/*.sr";
($status) = bench('failures', 'B', $passes, $fails);
is($status, 1, 'one case passes, one fails');
is(scalar(my @now = glob "$evidence/*.sr"), $kept + 1, 'the capture of the failure is kept (equal zeros are one file)');
($status, $out) = replay(2);
is($status, 5, 'a run of which not all is kept') or diag($out);
like($out, qr/passes\.lua: not re-judged \(was PASS\): the samples of capture 1 were not kept/, 'says what is not');
like($out, qr/^run 2: FAIL; not re-judged whole$/m, 'and is not called unchanged');
is((replay("2 --case $fails"))[0], 0, 'the failure is judged again');
is((replay("2 --spec $wide"))[0], 0, 'other limits need no samples');
bench('none', 'C', $fails);
($status, $out) = replay('--lot C');
is($status, 5, 'a station that keeps no captures') or diag($out);
like($out, qr/^run 3: FAIL; not re-judged whole$/m, 'its run is listed');
# What broke a case off stays, whatever the limits.
bench('all', 'D', case_file('broken', 'measure.value(1) require("raw.pen").fail "bent"'), case_file('bench', 'jig.fault "loose"'));
($status, $out) = replay('--lot D');
is($status, 0, 'a bad pen and a bench fault replay as they were') or diag($out);
like($out, qr/^run 4: BENCH, unchanged$/m, 'the verdict of that run');
is((replay("--lot D --spec $wide"))[0], 0, 'and limits do not change it');

# A case that reads a file: the one that it read is evidence.
my ($long) = sort { -s $b <=> -s $a } @sr;
copy($long, "$dir/worn.sr") or die;
my $saved = case_file('saved', <<'END');
  require("raw.pen").power(false)
  local found = require("raw.capture").analyze("worn.sr", { "pulse:ch=TACH" })
  measure.value(found[1].rising > 10 and found.samples > 1e6 and 1 or 0)
END
is((bench('all', 'S', $saved))[0], 0, 'a case reads a file beside it') or diag(slurp("$dir/err"));
my ($seen) = (run("$penbench record show 5"))[1] =~ /^  data +(\w{64})  worn\.sr$/m;
like(slurp("$dir/out"), qr/^  case 1 +file  \Q$seen.sr\E .*read by the case$/m, 'it stands in the record and is kept');
is(`sha256sum < $evidence/$seen.sr`, `sha256sum < $dir/worn.sr`, 'whole');
for my $change (sub { }, sub { spew("$dir/worn.sr", 'another') }, sub { unlink "$dir/worn.sr" }) {
	$change->();
	($status, $out) = replay('--lot S');
	is($status, 0, 'replayed from what was kept, whatever lies there today') or diag($out);
	like($out, qr/^run 5: PASS, unchanged\n.*\n1 values, 0 differ/m, 'to the last bit');
}
rename "$evidence/$seen.sr", "$dir/worn.sr" or die;
($status, $out) = replay('--lot S');
is($status, 3, 'the kept file is gone') or diag($out);
like($out, qr/saved\.lua: not re-judged \(was PASS\): evidence is missing: \S+$seen/, 'and the one beside the case is no evidence');
copy("$dir/worn.sr", "$evidence/$seen.sr") or die;
bench('failures', 'T', $saved);
($status, $out) = replay('--lot T');
is($status, 5, 'a pass of which nothing is kept');
like($out, qr/saved\.lua: not re-judged \(was PASS\): the file "worn\.sr" that the case read was not kept/, 'has no file either');

# What an instrument's failure leaves of a capture is kept, since it ends with the failing moment.
my $broken = case_file('cut', 'measure.value(pen:watch(1.5) > 5 and 1 or 0)');
($status, $out, $err) = do {
	local $ENV{PENBENCH_EVIDENCE} = 'failures';
	run("$jig --pen $dir/pen --fault supply-drop\@1.0 -- $penbench run --lot U $broken $watch");
};
is($status, 3, 'the supply drops during a capture') or diag("$out$err");
my ($cut, $samples) = (run("$penbench record show 7"))[1] =~ /^  case 1 +cut   (\w{64}\.sr) .* (\d+) samples, cut short/m;
cmp_ok($samples // 0, '>', 0.5 * 25e6, 'what had come is kept and said to be cut short') or diag(slurp("$dir/out"));
like(`$penbench analyze $evidence/$cut pulse:ch=PWM --json`, qr/"samples":\s*$samples\b/, 'it can be read');
like(slurp((run("$penbench report 7"))[1] =~ s/\n.*//sr), qr/cut short.*<svg.*\Q$cut\E/s, 'and the report draws it');
($status, $out) = replay('--lot U');
is($status, 0, 'and the verdict replays') or diag($out);
like($out, qr/^run 7: BENCH, unchanged; 1 of 2 cases were not run$/m, 'as it was');
# Not even a case without that capture makes a good pen of a plan that was broken off.
spew("$dir/new/cut.lua", slurp($broken) =~ s/measure\.value\(.*\)/measure.value(1)/r);
($status, $out) = replay("--lot U --case $dir/new/cut.lua");
is($status, 1, 'a case that does not ask');
like($out, qr/^run 7: BENCH -> INCOMPLETE; 1 of 2 cases were not run$/m, 'leaves what was not run open');

# What differs from process to process a case does not get, or gets the same.
my @bodies = (
	time => 'measure.value(os.time())', env => 'measure.value(#os.getenv("HOME"))', io => 'measure.value(#io.lines())',
	collect => 'measure.value(collectgarbage("count"))', pointer => 'measure.value(#("%p"):format({}))',
	random => 'measure.value(math.random(1000000))',
	order => 'local n, sum = 0, 0 for k in pairs { aa = 1, ab = 1, ba = 1, bb = 1, ca = 1, cb = 1, da = 1, db = 1 } do '
		. 'n = n + 1 sum = sum + n * n * k:byte(1) * k:byte(2) end measure.value(sum)',
	first => 'measure.value(next({ aa = 1, ab = 2, ba = 3, bb = 4, ca = 5, cb = 6 }):byte(2))',
	address => 'local sum = 0 for c in (tostring({}) .. ("%s"):format(print)):gmatch "%d" do sum = sum + c end measure.value(sum)',
);
my @hostile;
while (my ($name, $body) = splice @bodies, 0, 2) { push @hostile, case_file("any_$name", $body) }
bench('all', 'V', @hostile);
my $then = join '|', (slurp("$dir/out") =~ /^  (?:outcome|value): (.*)/mg);
bench('all', 'V', @hostile);
is(join('|', slurp("$dir/out") =~ /^  (?:outcome|value): (.*)/mg), $then, 'two runs say the same');
is(() = $then =~ /SCRIPT/g, 5, 'time, environment, files, memory and addresses are none of a case');
($status, $out) = replay('--lot V');
is($status, 0, 'and the replay too') or diag($out);
like($out, qr/^2 runs: 0 change, 2 unchanged.*\n18 values, 0 differ/m, 'to the last bit');

# What is not as it was then is named; what is not measured any more is not unchanged.
($status, $out) = replay("1 --spec $wide");
like($out, qr/^  judged with what is not as it was then: \Q$wide\E$/m, 'another spec is named');
unlike((replay(1))[1], qr/not as it was/, 'nothing is when nothing is');
my $two = slurp($watch) =~ s/value = "PEN-101"/value = "PEN-101", more = "PEN-101"/r =~ s/measure\.value/measure.more(1) measure.value/r;
spew("$dir/twice.lua", $two);
is((bench('all', 'W', "$dir/twice.lua"))[0], 0, 'a case with two measurements') or diag(slurp("$dir/err"));
spew("$dir/new/twice.lua", slurp($watch));
($status, $out) = replay("--lot W --case $dir/new/twice.lua");
is($status, 5, 'a case that measures less') or diag($out);
like($out, qr/^    PEN-101 more: is not measured any more, was PASS$/m, 'says what');
like($out, qr/^  judged with what is not as it was then: \S*twice\.lua$/m, 'and by what');
unlike($out, qr/unchanged$/m, 'and is not unchanged');
spew("$dir/new/twice.lua", $two =~ s/more = "PEN-101"/more = "PEN-111"/r);
is((replay("--lot W --case $dir/new/twice.lua"))[0] == 0, '', 'nor when it measures for another clause');
# A spec without the clause; another rule.
spew("$dir/without.lua", slurp('lua/spec/pen.lua') =~ s/\["PEN-120"\]/["PEN-129"]/r);
($status, $out) = replay("1 --spec $dir/without.lua");
is($status, 5, 'a clause that is gone') or diag($out);
like($out, qr/rate\.lua: not re-judged \(was PASS\): PEN-120 has no limit in/, 'is not judged');
my ($error, $u) = (run("$penbench record show 1"))[1] =~ /rate_error_percent +(\S+) \+- (\S+) %/;
my $edge = $error + 0.7 * $u;
my $sharp = spec_file('sharp', -2, $edge);
is((replay("1 --spec $sharp"))[0], 1, 'a limit inside the guard band');
my $text_simple = slurp($sharp) =~ s/(\["PEN-120"\] = \{[^}]*rule = )"[^"]*"/$1"simple"/r;
spew($sharp, $text_simple);
is((replay("1 --spec $sharp"))[0], 0, 'but not by the simple rule');
spew($sharp, $text_simple =~ s/(\["PEN-120"\] = \{[^}]*rule = )"[^"]*"/$1"ilac-g8"/r);
($status, $out) = replay("1 --spec $sharp");
is($status, 1, 'and again by ILAC-G8') or diag($out);
like($out, qr/^    PEN-120 rate_error_percent: PASS with .* -> MARGINAL with .*\n      iso14253 accepted \S+\.\.\S+, ilac-g8 accepts \S+\.\.\S+$/m,
	'and the rules are said');
SKIP: {
	skip 'no sqlite3', 2 if system('command -v sqlite3 >/dev/null') != 0;
	system("cp -r $dir/records $dir/open && sqlite3 $dir/open/record.db 'DELETE FROM run_end WHERE run = 1'");
	local $ENV{PENBENCH_RECORDS} = "$dir/open";
	($status, $out) = replay(1);
	is($status, 5, 'a run that has not ended') or diag($out);
	like($out, qr/^run 1: PASS; not re-judged whole: the run has not ended$/m, 'is not unchanged');
}

# Damage and loss.
my ($victim) = grep { -s $_ > 50000 } @sr;
copy($victim, "$dir/saved") or die;
{
	open my $file, '+<', $victim or die; seek $file, 20000, 0; read $file, my $byte, 1;
	seek $file, 20000, 0; print $file chr(ord($byte) ^ 1); close $file or die;
}
($status, $out) = replay(1);
is($status, 3, 'damaged evidence');
like($out, qr/not re-judged \(was PASS\): evidence is damaged: \S+ has the SHA-256/, 'is named');
like($out, qr/^run 1: PASS; evidence is damaged or missing$/m, 'and not judged by');
unlink $victim;
($status, $out) = replay(1);
is($status, 3, 'missing evidence');
like($out, qr/evidence is missing: \S+: No such file/, 'is named');
copy("$dir/saved", $victim) or die;
is((replay(1))[0], 0, 'and with it back all is well');
my ($tape) = grep { slurp($_) =~ /RATE 120/ } @tapes;
my $text = slurp($tape);
spew($tape, $text =~ s/OK RATE 120/OK RATE 121/r);
is((replay(1))[0], 3, 'a tape that was edited');
spew($tape, $text);

# Nobody can write the evidence: the bench's fault, and no verdict.
SKIP: {
	skip 'root writes everywhere', 2 if $> == 0 && system("mount -t tmpfs -o size=64k none $dir/new 2>/dev/null") != 0;
	my $small = "$dir/new";
	if ($> != 0) { chmod 0500, $small }
	local $ENV{PENBENCH_RECORDS} = "$small/records";
	($status, $out, $err) = bench('all', 'E', $watch);
	system("umount $small 2>/dev/null") if $> == 0;
	cmp_ok($status, '>=', 2, 'no room for evidence: no verdict') or diag("$out$err");
	unlike($out, qr/^ok/m, 'and no ok');
}

# Left by a process that died: swept. By one that lives: left alone.
spew("$evidence/part-999999999-file", 'x');
spew("$evidence/part-$$-file", 'x');
bench('none', 'F', $fails);
ok(!-e "$evidence/part-999999999-file", 'what a dead process left is swept');
ok(-e "$evidence/part-$$-file", 'what a living one writes is not');

# Usage.
for my $row (['', 'which runs'], ['9999', 'no run 9999'], ['x', 'no number'], ['--lot nobody', 'no such run'],
	['1 --spec /nowhere.lua', 'nowhere'], ['1 --dance', 'unknown option'], ['1 --lot A', 'which runs']) {
	($status, $out, $err) = replay($row->[0]);
	is($status, 2, "replay $row->[0]: usage");
	like($err, qr/$row->[1]/, 'and says why');
}
is((replay('1 --case lua/cases/eol/stall.lua'))[0], 5, 'no case of that name in the run');
done_testing();
