#!/usr/bin/perl
# What the bench measures against what the simulated pen really did. With ideal instruments within fixed
# bounds: depth +-1.5 um, rate +-0.005 %, running current +-0.5 %. With drawn ones within the stated
# uncertainty: |error| <= 1.6 U, and U itself is small. PENBENCH_SEEDS=20 for the long form; the campaign
# `accuracy` counts how often |error| <= U.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Test::More;

my $build = $ENV{PENBENCH_BUILD} // 'build';
plan skip_all => "$build/penbench and $build/virtjig are not built"
	unless -x "$build/penbench" && -x "$build/virtjig";
my $dir = tempdir(CLEANUP => 1);
my $seeds = $ENV{PENBENCH_SEEDS} // 3;

sub slurp { my ($path) = @_; open my $in, '<', $path or return ''; local $/; return scalar(<$in>) // '' }
sub mean { my $sum = 0; $sum += $_ for @_; return @_ ? $sum / @_ : 'nan' }

# Runs one case; returns the TAP's values by name and the truth inside the last capture.
sub measured {
	my ($case, $seed, $instruments) = @_;
	my $status = system("$build/virtjig --pen $dir/pen --seed $seed --instruments $instruments "
		. "--truth $dir/truth -- $build/penbench run lua/cases/eol/$case.lua >$dir/tap 2>$dir/err");
	is($status, 0, "seed $seed, $instruments, $case: exit status 0")
		or diag(slurp("$dir/tap"), slurp("$dir/err"));
	my %value = slurp("$dir/tap") =~ /^  (\w+): (-?[\d.e+-]+)$/mg;
	my (@stroke, @current, $from, $to);
	for my $line (split /\n/, slurp("$dir/truth")) {
		my ($t, $kind, $rest) = split / /, $line, 3;
		my %f = ($rest // '') =~ /(\w+)=(\S+)/g;
		if ($kind eq 'capture') { $from = $t if exists $f{start}; $to = $t if exists $f{end} }
		push @stroke, [$t, $f{$instruments eq 'ideal' ? 'top_um' : 'depth_um'}, $f{rate_hz}]
			if $kind eq 'stroke';
		push @current, [$f{from_ns}, $f{to_ns}, $f{mean_a}] if $kind eq 'current';
	}
	return (\%value, [grep { $_->[0] > $from && $_->[0] < $to } @stroke], \@current, $from, $to);
}

# Mean current in mA between two instants.
sub mean_ma {
	my ($current, $from, $to) = @_;
	my ($charge, $time) = (0, 0);
	for (@$current) {
		my $begin = $_->[0] > $from ? $_->[0] : $from;
		my $end = $_->[1] < $to ? $_->[1] : $to;
		next if $end <= $begin;
		$charge += ($end - $begin) * $_->[2];
		$time += $end - $begin;
	}
	return $time > 0 ? $charge / $time * 1000 : 'nan';
}

# [name, measured less true, stated U, largest U allowed, bound with ideal instruments]
sub errors {
	my ($seed, $instruments) = @_;
	my ($value, $stroke) = measured('depth', $seed, $instruments);
	# The strokes at speed, by the true rate: jogs, starts and stops are slower; a rest parts settings.
	my (@groups, $before);
	for (grep { ($_->[2] // 0) > 117 && $_->[2] < 123 } @$stroke) {
		push @groups, [] if !defined $before || $_->[0] - $before > 0.2e9;
		push @{ $groups[-1] }, $_->[1];
		$before = $_->[0];
	}
	is(scalar @groups, 3, 'the truth has strokes at three settings');
	my @list;
	for my $um (500, 1500, 2500) {
		my $name = "depth_error_um_$um";
		push @list, [$name, ($value->{$name} // 'nan') + $um - mean(@{ shift(@groups) // [] }),
			$value->{"${name}_u"}, 4, 1.5];
	}
	($value, $stroke, my $current, my $from, my $to) = measured('rate', $seed, $instruments);
	my $rate = @$stroke > 1 ? $#$stroke / (($stroke->[-1][0] - $stroke->[0][0]) / 1e9) : 'nan';
	push @list, ['rate_error_percent', ((($value->{rate_error_percent} // 'nan') / 100 + 1) * 120 / $rate - 1) * 100,
		$value->{rate_error_percent_u}, 0.02, 0.005];
	my $ma = mean_ma($current, $from, $to);
	push @list, ['current_ma', ($value->{current_ma} // 'nan') - $ma, $value->{current_ma_u},
		$ma > 100 ? $ma / 100 : 1, $ma * 0.005];
	return @list;
}

for my $seed (1 .. $seeds) {
	for (errors($seed, 'ideal')) {
		my ($name, $error, undef, undef, $bound) = @$_;
		cmp_ok(abs $error, '<=', $bound, sprintf 'seed %d, ideal: %s is off by %.4g', $seed, $name, $error);
	}
	for (errors($seed, 'drawn')) {
		my ($name, $error, $u, $most) = @$_;
		cmp_ok($u // 'nan', '<=', $most, sprintf 'seed %d, drawn: U of %s is %.4g', $seed, $name, $u // 'nan');
		cmp_ok(abs $error, '<=', 1.6 * ($u // 'nan'),
			sprintf 'seed %d, drawn: %s is off by %.4g, U %.4g', $seed, $name, $error, $u // 'nan');
	}
}
done_testing();
