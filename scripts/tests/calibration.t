#!/usr/bin/perl
# A calibration that has run out stops production and marks everything else; `penbench cal` measures
# references in the jig and writes new revisions, and never over an old one.
use strict;
use warnings;
use Test::More;
use lib 'scripts/tests';
use Bench;

my $pen = "$dir/pen";

# A station whose jig file is the shipped one with a change; the emulated jig itself stays what it is.
my $shipped = slurp('fixtures/jigs/virtual.lua');
sub station {
	my ($name, $text) = @_;
	my $station = slurp('fixtures/stations/virtual.lua');
	$station =~ s{"\.\./jigs/virtual\.lua"}{"$name.jig.lua"} or die 'no jig in the station';
	spew("$dir/$name.jig.lua", $text);
	spew("$dir/$name.lua", $station);
	return "$dir/$name.lua";
}
sub changed { my ($from, $to) = @_; my $text = $shipped; $text =~ s/$from/$to/ or die $from; return $text }

# Which runs may go on.
mkdir "$dir/plan";
spew("$dir/plan/one.lua", slurp('lua/cases/eol/identity.lua'));
my $expired = station('expired', changed(qr/2035-11-03(?=.*\n\s*},\n\s*clock)/, '2025-12-31'));
my $missing = station('missing', changed(qr/certificate = "CAL-S-0001".*/, ''));
my ($status, $out, $err) = run("$jig --pen $pen -- $penbench run --station $expired --serial A1 $dir/plan");
is($status, 2, 'production on an expired calibration is refused') or diag("$out$err");
like("$out$err", qr/no production: calibration of jig JIG-0001 on 2026-01-01: encoder expired on 2025-12-31 \(CAL-E-0001 of 2025-11-03\); renew with `penbench cal encoder/,
	'what, when, how to renew');
unlike($out, qr/^(?:not )?ok/m, 'no test point');
unlike("$out$err", qr/flashed/, 'and nothing was done to the pen');
like($out, qr/^Bail out! BENCH: no production/m, 'TAP names an outcome');
like($err, qr/===== BENCH =====.*nothing was tested/s, 'the terminal the same');
like($err, qr/pen A1, production run refused: it counts as no attempt/, 'and that it is no attempt');
my $refused = (run("$penbench record list --station $expired"))[1];
like($refused, qr/\bBENCH\b.*no production/, 'and so does the record') or diag($refused);
($status, $out, $err) = run("$jig --pen $pen -- $penbench run --station $missing --serial A1 $dir/plan");
is($status, 2, 'and on a missing one');
like("$out$err", qr/shunt has no certificate; renew with `penbench cal shunt/, 'which');
($status, $out, $err) = run("$jig --pen $pen -- $penbench run --station $expired $dir/plan");
is($status, 0, 'an engineering run goes on') or diag("$out$err");
like($out, qr/\ATAP version 13\n1\.\.1\n# engineering run: calibration of jig JIG-0001 .*encoder expired on 2025-12-31/, 'marked in TAP');
like($err, qr/engineering run: calibration of jig/, 'and on the terminal');
($status, $out, $err) = run("$jig --pen $pen -- $penbench run --station $expired --serial A1 $dir/plan/one.lua");
is($status, 0, 'a single case is engineering');
($status, $out, $err) = run("$jig --pen $pen -- $penbench run --serial A1 $dir/plan");
is($status, 0, 'production on the shipped calibration') or diag("$out$err");
unlike($out, qr/calibration/, 'has no mark');
SKIP: {
	skip 'sqlite3 is not installed', 1 if system('command -v sqlite3 >/dev/null') != 0;
	my $db = (grep { -e } ("$dir/records/record.db", glob("$dir/records/*/record.db")))[0];
	like(`sqlite3 $db "select marks from run where marks <> ''"`, qr/engineering run: .*expired/, 'the record has the mark');
}

# Damaged files: exit 2, and the reason.
for my $row (
	[qr/"2035-11-03"/, '"2035-02-30"', qr/due is "2035-02-30", wanted a day/],
	[qr/"2035-11-03"/, '"2025-11-03"', qr/is not after its date/],
	[qr/certificate =/, 'certifcate =', qr/unknown key encoder\.certifcate; valid are/],
	[qr/, date = "2025-11-03"/, '', qr/wants all of certificate, date and due/],
	[qr/u_um_per_count = 0\.0003/, 'u_um_per_count = 0', qr/u_um_per_count is 0/],
	[qr/encoder = \{/, 'encoder = {{', qr/expected|unexpected/],
) {
	my $station = station('damaged', changed($row->[0], $row->[1]));
	($status, $out, $err) = run("$penbench run --dry --station $station $dir/plan");
	is($status, 2, "refused: $row->[1]");
	like($err, $row->[2], 'with the reason');
}

# cal: what it finds agrees with what the jig really is.
my %what = (
	encoder => { jig => 'gauge=500,1250,2000,2500', cal => '500,1250,2000,2500 --u 0.1 --seconds 1.5', unit => 'um_per_count' },
	clock => { jig => 'clock=100000', cal => '100000 --u 0.01 --seconds 0.2', unit => 'mod_clk_hz' },
	shunt => { jig => 'current=1000', cal => '1000 --u 0.2', unit => 'ohm' },
);
my $more = '--certificate NEW-7 --due 2027-01-01 --wait 0.2';
my $revision = 1;
my $station = station('line', $shipped);
for my $which (sort keys %what) {
	my $w = $what{$which};
	($status, $out, $err) = run("$jig --seed 5 --truth $dir/truth --reference $w->{jig} -- $penbench cal $which --station $station --reference $w->{cal} $more");
	is($status, 0, "cal $which") or diag("$out$err");
	my $next = "$dir/line.jig-r" . ++$revision . '.lua';
	my $text = slurp($next);
	like($text, qr/revision = $revision,/, "revision $revision is written");
	like($text, qr/certificate = "NEW-7", date = "2026-01-01", due = "2027-01-01"/, 'with its certificate, dated by the station');
	my ($found) = $text =~ /\b$w->{unit} = ([-.e0-9]+)/;
	my ($true) = slurp("$dir/truth") =~ /\b$w->{unit}=([-.e0-9]+)/;
	my ($u) = $out =~ /$w->{unit} .*\+- (\S+)\s+\S+$/m;
	cmp_ok(abs($found - $true), '<', 1.5 * $u, "$found is $true within 1.5 U = $u");
	my ($old_u) = $out =~ /$w->{unit}\s+\S+ \+- (\S+)/m;
	cmp_ok($u, '<', $old_u, 'and better known than before');
	like($out, qr/$w->{unit} .* [-+]\d+\.\d\d$/m, 'E_n is stated');
	is(slurp("$dir/line.jig.lua"), $shipped, 'the old file is as it was');
	$station = station('line', slurp($next)); # the next one goes on from here
	spew("$dir/line.jig.lua", $shipped) if $revision < 4;
	spew("$dir/line.lua", slurp("$dir/line.lua") =~ s/line\.jig(?:-r\d+)?\.lua/line.jig-r$revision.lua/r);
}
like(slurp("$dir/line.jig-r4.lua"), qr/(?:NEW-7.*){3}/s, 'three instruments later all three are new');
($status, $out, $err) = run("$jig --seed 5 --pen $pen -- $penbench run --station $station --serial A2 $dir/plan");
is($status, 0, 'production on the new revision') or diag("$out$err");

# Never over an old one; wrong words; nothing to measure.
my $shunt = "$jig --seed 5 --reference current=1000 -- $penbench cal shunt --reference 1000 --u 0.2 $more";
spew("$dir/there.lua", 'mine');
for my $row (
	["$shunt -o $dir/there.lua", 2, qr/never overwritten/],
	["$jig --reference current=2900 -- $penbench cal shunt --reference 1000 --u 0.2 $more -o $dir/n.lua", 3, qr/linear are/],
	["$jig --reference clock=100000 -- $penbench cal shunt --reference 1000 --u 0.2 $more -o $dir/n.lua", 3, qr/nothing like a reference current/],
	["$jig --reference current=1000 -- $penbench cal clock --reference 100000 --u 0.1 $more -o $dir/n.lua", 3, qr/TACH stands still/],
	["$jig --reference gauge=500,1510,2500 -- $penbench cal encoder --reference 500,1500,2500 --u 0.1 --seconds 1.5 $more -o $dir/n.lua", 2, qr/reference 2 \(1500\) lies/],
	["$jig --reference gauge=500 -- $penbench cal encoder --reference 500,1500 --u 0.1 --seconds 0.5 $more -o $dir/n.lua", 3, qr/still moved/],
	["$jig --reference gauge=500,1500 -- $penbench cal encoder --reference 500,1500 --u 0.1 --seconds 1.5 --certificate A --due 2027-01-01 --wait 0 -o $dir/n.lua", 3, qr/passed the reference mark 2 times/],
	["$shunt --date 2026-01-02 -o $dir/n.lua", 2, qr/lies ahead/],
	["$shunt --due 2025-12-31 -o $dir/n.lua", 2, qr/is not after/],
	["$penbench cal shunt --reference 1000,2000 --u 0.2 $more", 2, qr/2 values, want 1/],
	["$penbench cal shunt --reference 1.0 --u 0.2 $more", 2, qr/want 50\.\.2400 mA/],
	["$penbench cal shunt --reference 1000 --u 0 $more", 2, qr/--u 0: want/],
	["$penbench cal shunt --reference 1000 --u 500 $more", 2, qr/below a tenth/],
	["$penbench cal encoder --reference 500 --u 0.1 $more", 2, qr/want 2 or more/],
	["$penbench cal encoder --reference 500,x --u 0.1 $more", 2, qr/want numbers with commas/],
	["$penbench cal encoder --reference 500, --u 0.1 $more", 2, qr/want numbers with commas/],
	["$penbench cal shunt --u 0.2 $more", 2, qr/--reference is missing/],
	["$penbench cal shunt --reference 1000 --u 0.2 --due 2027-01-01", 2, qr/--certificate is missing/],
	["$penbench cal shunt --reference 1000 --u 0.2 --certificate A --due tomorrow", 2, qr/want a day/],
	["$penbench cal scale --reference 1 --u 0.2 $more", 2, qr/want encoder, clock or shunt/],
	["$penbench cal", 2, qr/want one instrument/],
	["$jig --reference current=1000 -- $penbench cal shunt --reference 1000 --u 0.2 --certificate A --due 2027-01-01 -o $dir/n.lua", 2, qr/nobody can press Enter/],
	["$jig --reference weight=3 -- true", 2, qr/--reference wants gauge=/],
	["$jig --reference gauge=1 -- true", 2, qr/20 to 3000 um/],
	["$jig --reference clock=1e6,2e6 -- true", 2, qr/one value/],
) {
	($status, $out, $err) = run($row->[0]);
	is($status, $row->[1], 'refused') or diag("$row->[0]\n$out$err");
	like($err, $row->[2], "$row->[2]");
}
is(slurp("$dir/there.lua"), 'mine', 'the file that was there is as it was');
ok(!-e "$dir/n.lua", 'and a calibration that failed leaves none');
like((run("$penbench cal --help"))[1], qr/usage: penbench cal/, '--help');

done_testing();
