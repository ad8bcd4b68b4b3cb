#!/usr/bin/perl
# fixtures/README.md tells the truth: its fields are the ones that the loader knows, its channels those
# of every station, the example stations load, and its commands run (here on the simulated jig).
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Temp qw(tempdir);
use Test::More;

sub slurp { my ($path) = @_; open my $in, '<', $path or return ''; local $/; return scalar(<$in>) // '' }

my $build = $ENV{PENBENCH_BUILD} // 'build';
plan skip_all => "$build/penbench and $build/virtjig are not built"
	unless -x "$build/penbench" && -x "$build/virtjig";
my $readme = slurp('fixtures/README.md');
my $folder = tempdir(CLEANUP => 1);

sub section { my ($title) = @_; return $readme =~ /^## \Q$title\E\n(.*?)(?=^## |\z)/ms ? $1 : '' }

# The tables of fields in the loader, flattened: "analyzer.driver", ...
my %table;
my $source = slurp('bench/config/station.c');
while ($source =~ /^static const struct luafile_field (\w+)\[\] = \{\n(.*?)^\};/msg) {
	my ($array, $body) = ($1, $2);
	$body =~ s/CERTIFICATE\(\w+\)/STRING("certificate") STRING("date") STRING("due")/g;
	$body =~ s/\.name = ("\w+"),[^}]*?\.fields = (\w+)/TABLE($1, $2)/g; # an optional table
	while ($body =~ /\b(?:NUMBER|INTEGER)\([^"]*"(\w+)"|STRING\([^"]*"(\w+)"|TABLE\("(\w+)", (\w+)\)|\.name = "(\w+)"/g) {
		push @{ $table{$array} }, defined $4 ? [$3, $4] : [$1 // $2 // $5];
	}
}

sub fields {
	my ($array, $prefix) = @_;
	return map { $_->[1] ? fields($_->[1], "$prefix$_->[0].") : "$prefix$_->[0]" } @{ $table{$array} // [] };
}

for (['station_fields', 'Station file'], ['jig_fields', 'Jig file']) {
	my ($array, $title) = @$_;
	my @documented = section($title) =~ /^\| `([\w.]+)` \|/mg;
	cmp_ok(scalar @documented, '>=', 10, "$title: a table of fields");
	is_deeply([sort @documented], [sort(fields($array, ''))], "$title: every field of the loader, and no other");
}

# Channels: in the order of the table, in every station.
my @channels = section('Wiring') =~ /^\| \d \| (\w+) \|/mg;
is(scalar @channels, 8, 'eight channels');
my $wanted = join ', ', map { "\"$_\"" } @channels;
for my $station (glob 'fixtures/stations/*.lua') {
	like(slurp($station), qr/channels = \{ \Q$wanted\E \}/, "$station: the channels, in order");
	my $out = `$build/penbench run --dry --station $station lua/cases/eol 2>&1`;
	is($? >> 8, 0, "$station loads") or diag($out);
	next if $station =~ /virtual/;
	unlike(slurp($station), qr/launch|socket/, "$station: instruments of the real world");
}
like($readme, qr/`$_`/, "README names $_") for qw(stations/virtual.lua stations/ jigs/ udev/ virtual/);

# An unknown key is refused with the valid ones.
open my $out, '>', "$folder/station.lua" or die;
print $out "return { name = 'x', colour = 1 }\n";
close $out;
my $said = `$build/penbench run --dry --station $folder/station.lua lua/cases/eol 2>&1`;
is($? >> 8, 2, 'an unknown key: exit 2');
like($said, qr/colour.*valid are name, launch/, 'and the valid ones');

# Commands, in order; only the names of instruments and files differ from what a real station types.
my $penbench = abs_path("$build/penbench");
my $virtjig = abs_path("$build/virtjig");
my $root = abs_path('.');
$ENV{STATION} = "$root/fixtures/stations/virtual.lua";
my %says = (
	'avrdude' => qr/0x1e950f/,
	'sigrok-cli' => qr/^beaglelogic - /m,
	'capture' => qr/ppm by MOD_CLK/,
	'pulse:ch=MOD_CLK' => qr/frequency_hz\s+mean\s+(?:4999|5000)\d{3}\b.*clipped\s+no/s,
	'quadrature' => qr/illegal\s+0\b/,
	'--verify-only' => qr/./,
	'run --dry' => qr/PEN-\d+/,
);
my @commands = section('Bringing up a real station') =~ /^    (\S.*)$/mg;
cmp_ok(scalar @commands, '>=', 10, 'a bring-up in commands');
for my $line (@commands) {
	next if $line =~ /^STATION=/;
	my $command = $line;
	$command =~ s{\b(jig|hand)\.sr\b}{$folder/$1.sr}g;
	$command =~ s{^build/penbench}{$penbench};
	$command =~ s{^avrdude}{$virtjig -- avrdude};
	$command =~ s{^(sigrok-cli .*conn=)\S+(.*)}{$virtjig -- sh -c '$1\$JIG_LOGIC$2'};
	# A pen of its own for all of them: --verify-only finds what flash wrote.
	$command = "$virtjig --pen $folder/pen -- $command" if $command =~ / (flash|capture) /;
	my $text = `($command) 2>&1 </dev/null`;
	is($? >> 8, 0, "runs: $line") or diag($text);
	for my $key (grep { index($line, $_) >= 0 } sort keys %says) {
		like($text, $says{$key}, "and says what it has to: $key");
	}
}
done_testing;
