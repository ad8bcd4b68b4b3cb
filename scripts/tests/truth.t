#!/usr/bin/perl
# What the bench measures against what the simulated pen really did, instruments ideal: depth within
# +-1.5 um, rate within +-0.005 %, running current within +-0.5 %. PENBENCH_SEEDS=20 for the long form.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Test::More;

my $build = $ENV{PENBENCH_BUILD} // 'build';
plan skip_all => "$build/penbench and $build/virtjig are not built"
	unless -x "$build/penbench" && -x "$build/virtjig";
my $dir = tempdir(CLEANUP => 1);
my $seeds = $ENV{PENBENCH_SEEDS} // 5;

sub slurp { my ($path) = @_; open my $in, '<', $path or return ''; local $/; return scalar(<$in>) // '' }
sub mean { my $sum = 0; $sum += $_ for @_; return @_ ? $sum / @_ : undef }

# Runs one case; returns the TAP's values by name and the truth inside the last capture.
sub measured {
	my ($case, $seed) = @_;
	my $status = system("$build/virtjig --seed $seed --instruments ideal --truth $dir/truth -- "
		. "$build/penbench run lua/cases/eol/$case.lua >$dir/tap 2>$dir/err");
	is($status, 0, "seed $seed, $case: exit status 0") or diag(slurp("$dir/tap"), slurp("$dir/err"));
	my %value = slurp("$dir/tap") =~ /^  (\w+): (-?[\d.e+-]+)$/mg;
	my (@stroke, @current, $from, $to);
	for my $line (split /\n/, slurp("$dir/truth")) {
		my ($t, $kind, $rest) = split / /, $line, 3;
		my %f = ($rest // '') =~ /(\w+)=(\S+)/g;
		if ($kind eq 'capture') { $from = $t if exists $f{start}; $to = $t if exists $f{end} }
		push @stroke, [$t, $f{top_um}, $f{rate_hz}] if $kind eq 'stroke';
		push @current, [$f{from_ns}, $f{to_ns}, $f{mean_a}] if $kind eq 'current';
	}
	return (\%value, [grep { $_->[0] > $from && $_->[0] < $to } @stroke], \@current, $from, $to);
}

for my $seed (1 .. $seeds) {
	my ($value, $stroke) = measured('depth', $seed);
	# The strokes at speed, by the true rate: jogs, starts and stops are slower.
	my $depth = mean(map { $_->[1] } grep { ($_->[2] // 0) > 117 && $_->[2] < 123 } @$stroke);
	my $off = ($value->{depth_error_um} // 'nan') + 1500 - ($depth // 'nan');
	cmp_ok(abs $off, '<=', 1.5, sprintf 'seed %d: depth is off by %.2f um', $seed, $off);

	($value, $stroke, my $current, my $from, my $to) = measured('rate', $seed);
	my $rate = @$stroke > 1 ? $#$stroke / (($stroke->[-1][0] - $stroke->[0][0]) / 1e9) : 'nan';
	$off = ((($value->{rate_error_percent} // 'nan') / 100 + 1) * 120 / $rate - 1) * 100;
	cmp_ok(abs $off, '<=', 0.005, sprintf 'seed %d: rate is off by %.5f %%', $seed, $off);
	my ($charge, $time) = (0, 0);
	for (@$current) {
		my $begin = $_->[0] > $from ? $_->[0] : $from;
		my $end = $_->[1] < $to ? $_->[1] : $to;
		next if $end <= $begin;
		$charge += ($end - $begin) * $_->[2];
		$time += $end - $begin;
	}
	$off = $time > 0 && $charge > 0 ? (($value->{current_ma} // 'nan') / ($charge / $time * 1000) - 1) * 100 : 'nan';
	cmp_ok(abs $off, '<=', 0.5, sprintf 'seed %d: current is off by %.3f %%', $seed, $off);
}
done_testing();
