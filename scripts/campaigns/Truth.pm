package Truth;
# The truth file of the simulated jig, aligned with captures: what needle, rate and supply current
# really did inside each. Its form is in fixtures/virtual/README.md.
use strict;
use warnings;

my $STEADY = 0.03;      # strokes within 3 % of it are at the running rate, no start, stop or jog
my $STROKES_MIN = 5;    # fewer steady strokes than that are no run
my $SETTING_UM = 125;   # half the distance of two depth settings

# Returns a list of captures, in order of time: { from, to, strokes => [[t, top_um, rate_hz, depth_um]] }:
# top past the datum plane, depth past the nose face.
sub captures {
	my ($text) = @_;
	my (@captures, @strokes, @currents);
	for my $line (split /\n/, $text) {
		my ($t, $kind, $rest) = split / /, $line, 3;
		my %f = ($rest // '') =~ /(\w+)=(\S+)/g;
		if ($kind eq 'capture') {
			push @captures, { from => $t } if exists $f{start};
			$captures[-1]{to} = $t if exists $f{end} && @captures;
		}
		push @strokes, [$t, @f{qw(top_um rate_hz depth_um)}] if $kind eq 'stroke';
		push @currents, [$f{from_ns}, $f{to_ns}, $f{mean_a}] if $kind eq 'current';
	}
	for my $capture (@captures) {
		my ($from, $to) = ($capture->{from}, $capture->{to} // next);
		$capture->{strokes} = [grep { $_->[0] > $from && $_->[0] < $to } @strokes];
		$capture->{currents} = [grep { $_->[1] > $from && $_->[0] < $to } @currents];
	}
	return grep { defined $_->{to} } @captures;
}

# The strokes at the running rate, of which the upper quartile is one for sure.
sub steady {
	my ($capture) = @_;
	my @rates = sort { $a <=> $b } map { $_->[2] } grep { $_->[2] > 0 } @{ $capture->{strokes} };
	return unless @rates;
	my $running_hz = $rates[$#rates * 0.75];
	return grep { abs($_->[2] / $running_hz - 1) < $STEADY } @{ $capture->{strokes} };
}

# Mean protrusion past the nose face at a setting over all steady strokes near it, um; undef when
# there were none.
sub depth_um { return mean_near(3, @_) }

# The same past the datum plane: what is left of it when the seating is no error.
sub top_um { return mean_near(1, @_) }

sub mean_near {
	my ($member, $setting_um, @captures) = @_;
	my ($sum, $count) = (0, 0);
	for my $capture (@captures) {
		for my $stroke (steady($capture)) {
			next if abs($stroke->[1] - $setting_um) > $SETTING_UM;
			$sum += $stroke->[$member];
			$count++;
		}
	}
	return $count >= $STROKES_MIN ? $sum / $count : undef;
}

# The captures with a steady run in them, in order of time.
sub running {
	return grep { my @strokes = steady($_); @strokes >= $STROKES_MIN } @_;
}

# Mean rate of the steady strokes of a capture, Hz.
sub rate_hz {
	my ($capture) = @_;
	my @strokes = steady($capture);
	return $#strokes / (($strokes[-1][0] - $strokes[0][0]) / 1e9);
}

# Mean supply current over a capture, mA; undef when the truth has none.
sub current_ma {
	my ($capture) = @_;
	my ($charge, $time) = (0, 0);
	for (@{ $capture->{currents} }) {
		my $from = $_->[0] > $capture->{from} ? $_->[0] : $capture->{from};
		my $to = $_->[1] < $capture->{to} ? $_->[1] : $capture->{to};
		next if $to <= $from;
		$charge += ($to - $from) * $_->[2];
		$time += $to - $from;
	}
	return $time > 0 ? $charge / $time * 1000 : undef;
}

1;
