#!/usr/bin/perl
# Is U honest? A slice of the campaign `coverage`: every quantity is measured and compared with the
# truth; and a U that is too small, or padded, or not compared with anything, is seen.
# PENBENCH_SEEDS=500 for the whole of it.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Temp qw(tempdir);
use Test::More;
use lib 'scripts/campaigns';
use Coverage;
use Coveragetruth;
use Rows;

my $build = abs_path($ENV{PENBENCH_BUILD} // 'build');
plan skip_all => "$build/penbench and $build/virtjig are not built"
	unless -x "$build/penbench" && -x "$build/virtjig";
my $seeds = $ENV{PENBENCH_SEEDS} // 2;
my $folder = tempdir(CLEANUP => 1);

# A build folder of our own: the same programs, no rows of anybody.
my $own = "$folder/build";
mkdir $own or die "$own: $!";
$ENV{PENBENCH_BUILD} = $own;
for my $name (qw(penbench virtjig)) {
	open my $out, '>', "$own/$name" or die "$own/$name: $!";
	print $out "#!/bin/sh\nexec $build/$name \"\$@\"\n";
	close $out;
	chmod 0755, "$own/$name";
}

sub slurp { my ($path) = @_; open my $in, '<', $path or return ''; local $/; return scalar(<$in>) // '' }

sub campaign {
	my ($arguments) = @_;
	return system("scripts/campaign coverage $arguments >$folder/table 2>$folder/err") >> 8;
}

is(campaign("--slice $seeds"), 0, "$seeds stations and pens") or diag(slurp("$folder/table"), slurp("$folder/err"));
my @lines = grep { m{^\w+/\w+\s+$seeds\s} } split /\n/, slurp("$folder/table");
is(scalar @lines, 17, 'every quantity has its line');

# Rows as runs would have left them: of 500 the errors of a normal distribution, U k times its sd.
sub rows {
	my ($k) = @_;
	my @list;
	for my $seed (1 .. 500) {
		my $z = inverse_normal(($seed - 0.5) / 500);
		push @list, { seed => $seed, plan => 'stop', exit => 0, values => "parked_s=$z,$k,0" };
	}
	return \@list;
}

# Of the standard normal distribution, by halving.
sub inverse_normal {
	my ($p) = @_;
	my ($low, $high) = (-6, 6);
	for (1 .. 60) {
		my $middle = ($low + $high) / 2;
		if (below($middle) < $p) { $low = $middle } else { $high = $middle }
	}
	return ($low + $high) / 2;
}

# Abramowitz and Stegun 26.2.17, good to 7.5e-8.
sub below {
	my ($x) = @_;
	return 1 - below(-$x) if $x < 0;
	my $t = 1 / (1 + 0.2316419 * $x);
	my $tail = 0.3989422804 * exp(-$x * $x / 2) * $t * (0.319381530 + $t * (-0.356563782
		+ $t * (1.781477937 + $t * (-1.821255978 + $t * 1.330274429))));
	return 1 - $tail;
}

sub complaints {
	my ($rows) = @_;
	open my $out, '>', \my $table or die;
	my $stdout = select $out;
	my @wrong = grep { m{^stop/} || /^seed/ } Coverage->new->table($rows);
	select $stdout;
	return @wrong;
}

is_deeply([complaints(rows(2))], [], 'k = 2 is honest');
like((complaints(rows(1.6)))[0], qr{^stop/parked_s: 44\d of 500 within U, wanted 460 to 494}, 'U too small');
like((complaints(rows(3)))[0], qr{^stop/parked_s: 49\d of 500 within U}, 'U padded');
like((complaints([{ seed => 7, plan => 'stop', exit => 0, values => 'parked_s=1,1,-' }]))[0],
	qr/^seed 7, stop: parked_s=1,1,-$/, 'a value without a truth');
like((complaints([{ seed => 7, plan => 'stop', exit => 3, values => '-', note => 'why' }]))[0],
	qr/^seed 7, stop: exit 3, why$/, 'a run that measured nothing');

# The truth of a stop, by hand: bit 38400, the middle of the last stop bit at 2 s.
my $truth = Coveragetruth->new(join "\n", '0 cell open_v=3.7 lead_ohm=0.25',
	'1000000000 capture start=1 count=0 x_um=0 at_ns=1000000000 sample_ns=40',
	'2100000000 line who=bench from_ns=1998000000 to_ns=2000000000 text=STOP*66',
	'2600000000 needle stands=1 last_count_ns=2500000000',
	'3000000000 window capture=1 max_a=0.3456789 to_ns=2100000000',
	'3000000000 capture end=1 count=0 x_um=0',
	'4000000000 window capture=2 max_a=0.5 to_ns=3900000000');
is(sprintf('%.9f', $truth->parked_s), '0.499986979', 'from the end of the line to the last count');
is($truth->inrush_a, '0.3456789', 'the largest current of this capture, not of another');
is($truth->latency_ms, undef, 'and what did not happen has no truth');
done_testing;
