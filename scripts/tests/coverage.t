#!/usr/bin/perl
# Is U honest? A slice of the campaign `coverage`: every quantity is measured and compared with the
# truth; and a U that is too small, or padded, or not compared with anything, is seen.
# PENBENCH_SEEDS=500 for the whole of it.
use strict;
use warnings;
use Test::More;
use lib qw(scripts/campaigns scripts/tests);
use Bench;
use Coverage;
use Coveragetruth;
use Rows;

my $seeds = $ENV{PENBENCH_SEEDS} // 2;

own_build();

sub campaign {
	my ($arguments) = @_;
	return system("scripts/campaign coverage $arguments >$dir/table 2>$dir/err") >> 8;
}

is(campaign("--slice $seeds"), 0, "$seeds stations and pens") or diag(slurp("$dir/table"), slurp("$dir/err"));
my @lines = grep { m{^\w+/\w+\s+$seeds\s} } split /\n/, slurp("$dir/table");
is(scalar @lines, 18, 'every quantity has its line');

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
	my @wrong = grep { m{^stop/parked_s: \d} || m{^running/jitter.*\d within} || /^seed/ } Coverage->new->table($rows);
	select $stdout;
	return @wrong;
}

is_deeply([complaints(rows(2))], [], 'k = 2 is honest');
like((complaints(rows(1.6)))[0], qr{^stop/parked_s: 44\d of 500 within U, wanted 460 to 494}, 'U too small');
like((complaints(rows(3)))[0], qr{^stop/parked_s: 49\d of 500 within U}, 'U padded');
my @jitter = map { { seed => $_, plan => 'running', exit => 0, values => 'jitter_percent=0.01,0.0005,0.0101' } } 1 .. 500;
is_deeply([complaints(\@jitter)], [], 'jitter: closer than its bound in every run is not padded');
$jitter[7]{values} = 'jitter_percent=0.01,0.0005,0.0106';
like((complaints(\@jitter))[0], qr{^running/jitter_percent: 499 of 500 within U, wanted 500 to 500}, 'one that is not is seen');
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

# Of a stop that stands for a moment, and then creeps.
my $crept = Coveragetruth->new(join "\n",
	'1000000000 capture start=1 count=0 x_um=0 at_ns=1000000000 sample_ns=40',
	'2100000000 line who=bench from_ns=1998000000 to_ns=2000000000 text=STOP*66',
	'2510000000 needle stands=1 last_count_ns=2500000000',
	'2710000000 needle stands=1 last_count_ns=2700000000',
	'3000000000 capture end=1 count=0 x_um=0',
	'3500000000 needle stands=1 last_count_ns=3490000000');
is(sprintf('%.9f', $crept->parked_s), '0.699986979', 'parked is where it stands for good, in the capture');

# A start, by hand: periods in us up to 8000, the final one; with each the middle behind it.
sub started {
	my (@periods_us) = @_;
	my $at = 1.1e9;
	my @lines = ('1000000000 capture start=1 count=0 x_um=0 at_ns=1000000000 sample_ns=40',
		'1020000000 line who=bench from_ns=1018000000 to_ns=1020000000 text=RUN*66',
		'1051000000 needle moved_counts=10 at_ns=1050000000 fell_counts=-100');
	for my $us (0, @periods_us, (8000) x 20) {
		$at += 1000 * $us;
		push @lines, sprintf '%d stroke n=1 top_um=1500 depth_um=1500 rate_hz=0 middle_ns=%d', $at + 2e6, $at;
	}
	return Coveragetruth->new(join "\n", @lines, '2000000000 capture end=1 count=0 x_um=0');
}
# 8079 us is 0.98 % slow in rate, and 8081 us 1.002 %; in period both are 1 % or so: a rate decides.
is(sprintf('%.6f', started(9000, 8079)->settling_s), '0.059000', 'a stroke within 1 % in rate has settled');
is(sprintf('%.6f', started(9000, 8080.5)->settling_s), '0.059000', 'though its period is 1.006 % longer');
is(sprintf('%.6f', started(9000, 8081)->settling_s), '0.067081', 'one beyond has not');
is(sprintf('%.6f', started(9000, 7920.4)->settling_s), '0.066920', 'nor one that is 1.005 % fast, in period 0.995 %');

# Jitter: of periods of 8 ms and of 8.008 ms in turns, 0.05 % and a little either way of the mean.
my $trembling = started((8000, 8008) x 20);
$trembling->{captures} = [$trembling->{captures}[0], { from => 0, to => 0 }];
$trembling->{strokes} = [@{ $trembling->{strokes} }[0 .. 40]];
is(sprintf('%.4f', $trembling->jitter_percent), sprintf('%.4f', 0.05 * sqrt(40 / 39)), 'jitter of the captured strokes');
done_testing;
