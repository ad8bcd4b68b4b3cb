#!/usr/bin/perl
# The report of a failing and of a passing pen: one self-contained page that says why, is well formed, small and
# quickly written, and that damaged evidence cannot mislead.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Test::More;
use Time::HiRes qw(time);

my $build  = $ENV{PENBENCH_BUILD} // 'build';
my $folder = tempdir(CLEANUP => 1);
local $ENV{PENBENCH_RECORDS} = "$folder/records";

sub slurp { open my $in, '<:raw', $_[0] or return ''; local $/; return scalar <$in> }
sub report {
	my ($arguments) = @_;
	my $path = qx($build/penbench report $arguments 2>$folder/err);
	chomp $path;
	return ($? >> 8, $path);
}

# Every tag that wants closing is closed, in order; attributes are quoted or plain words.
sub misnested {
	my ($page) = @_;
	my %void = map { $_ => 1 } qw(meta br path rect circle);
	my @open;
	$page =~ s/<style>.*?<\/style>//s;
	while ($page =~ /<(\/?)(\w+)((?:\s+[\w:-]+(?:=(?:"[^"]*"|[^\s">]+))?)*)\s*(\/?)>/g) {
		my ($close, $tag, $self) = ($1, $2, $4);
		next if $void{$tag} || $self;
		if (!$close) {
			pop @open if $tag eq 'th' && @open && $open[-1] eq 'th'; # closed by the next one
			push @open, $tag;
		} else {
			pop @open if $tag eq 'tr' && @open && $open[-1] eq 'th';
			my $was = pop @open // 'nothing';
			return "</$tag> closes $was" if $was ne $tag;
		}
	}
	return @open ? "open at the end: @open" : '';
}

# As like(), but a page of 200 kB is not shown.
sub holds {
	my ($text, $wanted, $name) = @_;
	return ok(scalar($text =~ $wanted), $name) || diag("not found: $wanted");
}

my ($code) = report('last');
is($code, 2, 'no record yet: usage');
like(slurp("$folder/err"), qr/no record|no run/, 'and says so');

system("$build/virtjig --defect depth-offset -- $build/penbench run --serial SN-7 lua/cases/eol/depth.lua lua/cases/eol/identity.lua >/dev/null 2>$folder/log");
is($? >> 8, 1, 'a pen fails');
my $start = time;
my ($made, $path) = report('last');
my $took_s = time - $start;
is($made, 0, 'its report is written') or diag(slurp("$folder/err"));
my $page = slurp($path);
cmp_ok(length $page, '<', 1_000_000, 'less than 1 MB');
note(sprintf '%d bytes, %.2f s', length $page, $took_s);
holds($page, qr/^<!DOCTYPE html>/, 'an HTML page');
is(misnested($page), '', 'tags are nested');
unlike($page, qr/\b(?:src|href)="?(?:https?:|\/\/)|url\(|\@import|<script/i, 'nothing from outside');
unlike($page, qr/>[^<]*\b(?:nan|inf)\b/i, 'no nan, no inf');
holds($page, qr/<h1>FAIL<\/h1>.*?PEN-110: depth_error_um/s, 'the first screen says FAIL and why');
holds($page, qr/What was not met.*?PEN-110/s, 'the clause that was not met');
holds($page, qr/<header.*?In <a href="#case-1">case 1<\/a>, needle depth.*?1 of 2 cases passed.*?<\/header>/s, 'in which case');
holds($page, qr/<details id=case-1 open>/, 'and the link leads there');
holds($page, qr/What was not met.*?depth_error_um_1500<br><span class=soft><a href="#case-1">case 1/s,
	'each measurement names its case');
my @loose = grep { (my $digits = $_) =~ s/^0\.0*|[.]//g; length $digits > 2 && $digits !~ /^\d\d0+$/ }
	$page =~ /U = ([\d.]+)/g;
is("@loose", '', 'an uncertainty has two digits');
cmp_ok(scalar(() = $page =~ /U = [\d.]+/g), '>=', 3, 'of each depth');
holds($page, qr/class=l d=[^>]*><text[^>]*>upper limit</, 'the limit is a line in the plot');
holds($page, qr/deepest point of each stroke/, 'and how deep each stroke went');
holds($page, qr/SN-7/, 'whose pen');
holds($page, qr/The moment, enlarged.*?<svg/s, 'the moment is shown');
holds($page, qr/strokes laid over each other/, 'the strokes too');
my ($evidence) = $page =~ /href="\.\.\/evidence\/([0-9a-f]{64}\.sr)"/;
ok(defined $evidence && -s "$ENV{PENBENCH_RECORDS}/evidence/$evidence", 'evidence is linked and there');
my ($again, $same) = report("-o $folder/again.html last");
(my $moved = slurp("$folder/again.html")) =~ s/\Q$ENV{PENBENCH_RECORDS}\E\/evidence/..\/evidence/g;
ok($again == 0 && $moved eq $page, 'written again it is the same');

# Evidence that was changed is not drawn.
for my $file (glob "$ENV{PENBENCH_RECORDS}/evidence/*.sr") {
	chmod 0644, $file;
	open my $out, '+<:raw', $file or die $!;
	seek $out, 200, 0;
	print $out "changed";
	close $out;
}
my ($damaged, $other) = report("-o $folder/damaged.html last");
is($damaged, 0, 'damaged evidence is no reason for no report');
my $told = slurp("$folder/damaged.html");
holds($told, qr/class=marks>[^<]*$evidence/, 'but it says which file');
unlike($told, qr/The moment, enlarged/, 'and draws nothing of it');

is((report('99'))[0], 2, 'a run that is not there');
is((report('seven'))[0], 2, 'a run that is none');
is((report('-o /proc/none/x.html last'))[0], 2, 'a page that cannot be written');
like(slurp("$folder/err"), qr/-o another place/, 'says what to do');

system("$build/penbench run lua/cases/eol/identity.lua lua/cases/eol/rate.lua >/dev/null 2>$folder/log");
my (undef, $pass) = report('last');
holds(slurp($pass), qr/<h1>PASS<\/h1>/, 'a passing pen');
unlike(slurp($pass), qr/What was not met/, 'has nothing that was not met');
holds(slurp($pass), qr/jitter_percent<\/td><td class=n>[^<\xc2]*\(at most/, 'a spread has an upper bound, no interval');
is(misnested(slurp($pass)), '', 'tags are nested');
done_testing;
