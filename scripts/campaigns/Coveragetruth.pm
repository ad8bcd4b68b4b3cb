package Coveragetruth;
# The true value of each measured quantity of one run, from the simulated jig's truth file. All
# instants are the model's own, in nanoseconds; undef is returned for what did not happen.
use strict;
use warnings;
use List::Util qw(sum0);

my $RATE_HZ = 120;
my $DEPTH_UM = 1500;
# A bottom must be seen before its stroke's middle counts. It lies 0.26 of a turn before that, and a
# needle that has less than a count to go to it shows none.
my $MIDDLE_BEHIND_BOTTOM = 0.264;
my $REST_NS = 150e6;             # parts two movements
my $SPEED_SHARE = 0.02;
my $SAMPLERATE_HZ = 25e6;        # nominal
my $HALF_BIT_NS = 0.5e9 / 38400; # the truth file has the middle of a line's last stop bit

# seconds: of each capture; without, a capture ends when the analyzer was stopped.
sub new {
	my ($class, $text, $seconds) = @_;
	my %o = (captures => [], strokes => [], currents => [], lines => [], windows => [], left => [], stood => [],
		gate => [], brake => []);
	for my $line (split /\n/, $text) {
		my ($t, $kind, $rest) = split / /, $line, 3;
		my ($said) = ($rest // '') =~ /\btext=(.*)/;
		my %f = ($rest // '') =~ /(\w+)=(\S+)/g;
		if ($kind eq 'stroke') { push @{ $o{strokes} }, { %f, t => $t } }
		elsif ($kind eq 'current') { push @{ $o{currents} }, \%f }
		elsif ($kind eq 'capture' && exists $f{start}) {
			push @{ $o{captures} }, { from => $f{at_ns} };
			$o{captures}[-1]{to} = $f{at_ns} + $seconds * $SAMPLERATE_HZ * $f{sample_ns}
				if defined $seconds;
		}
		elsif ($kind eq 'capture' && @{ $o{captures} }) { $o{captures}[-1]{to} //= $t }
		elsif ($kind eq 'window') { push @{ $o{windows} }, \%f }
		elsif ($kind eq 'line') { push @{ $o{lines} }, { %f, text => $said } }
		elsif ($kind eq 'needle' && exists $f{at_ns}) { push @{ $o{left} }, \%f }
		elsif ($kind eq 'needle') { push @{ $o{stood} }, $f{last_count_ns} }
		elsif ($kind eq 'gate') { push @{ $o{gate} }, $f{off_ns} }
		elsif ($kind eq 'set' && $f{brake}) { push @{ $o{brake} }, $t }
		elsif ($kind eq 'cell') { $o{cell} = \%f }
	}
	return bless \%o, $class;
}

# The first of a list that is later than t.
sub first_after { my ($t, @list) = @_; return (grep { $_ > $t } @list)[0] }

# The last capture but (n - 1).
sub capture { my ($self, $n) = @_; return $self->{captures}[-$n] }

sub strokes {
	my ($self, $capture) = @_;
	return grep { $_->{t} > $capture->{from} && $_->{t} < $capture->{to} } @{ $self->{strokes} };
}

# The strokes between the two jogs of a capture.
sub movement {
	my ($self) = @_;
	my @movements;
	my $before;
	for my $stroke ($self->strokes($self->capture(1))) {
		push @movements, [] if !defined $before || $stroke->{t} - $before > $REST_NS;
		push @{ $movements[-1] }, $stroke;
		$before = $stroke->{t};
	}
	return @movements == 3 ? @{ $movements[1] } : ();
}

sub depth_error_um {
	my ($self) = @_;
	my @strokes = $self->movement;
	my @rates = sort { $a <=> $b } map { $_->{rate_hz} } @strokes or return;
	my $hz = $rates[0.75 * $#rates];
	my @um = map { $_->{depth_um} } grep { abs($_->{rate_hz} / $hz - 1) <= $SPEED_SHARE } @strokes;
	my $sum = 0;
	$sum += $_ for @um;
	return @um ? $sum / @um - $DEPTH_UM : undef;
}

sub spread_um {
	my ($self) = @_;
	my @um = sort { $a <=> $b } map { $_->{depth_um} } $self->movement;
	return @um ? $um[-1] - $um[0] : undef;
}

sub deepest_um {
	my ($self) = @_;
	my @um = sort { $a <=> $b } map { $_->{depth_um} } $self->strokes($self->capture(1));
	return $um[-1];
}

# When the needle passed the middle of its strokes, each after a bottom inside the capture.
sub middles {
	my ($self, $capture) = @_;
	my @all = grep { $_ > $capture->{from} && $_ < $capture->{to} }
		map { $_->{middle_ns} } @{ $self->{strokes} };
	my $turn = @all > 1 ? $all[1] - $all[0] : 0;
	shift @all if @all && $all[0] - $MIDDLE_BEHIND_BOTTOM * $turn < $capture->{from};
	return @all;
}

sub mean_hz { my (@at) = @_; return @at > 1 ? $#at / ($at[-1] - $at[0]) * 1e9 : undef }

sub rate_hz { my ($self, $n) = @_; return mean_hz($self->middles($self->capture($n))) }

sub rate_error_percent {
	my ($self) = @_;
	my $hz = $self->rate_hz(2) // return;
	return ($hz / $RATE_HZ - 1) * 100;
}

sub droop_percent {
	my ($self) = @_;
	my ($air, $skin) = ($self->rate_hz(2), $self->rate_hz(1));
	return defined $air && defined $skin ? ($skin / $air - 1) * 100 : undef;
}

# The standard deviation of the rates of the captured strokes themselves.
sub jitter_percent {
	my ($self) = @_;
	my @at = $self->middles($self->capture(2));
	return if @at < 3;
	my @hz = map { 1e9 / ($at[$_] - $at[$_ - 1]) } 1 .. $#at;
	my $mean = sum0(@hz) / @hz;
	return sqrt(sum0(map { ($_ - $mean)**2 } @hz) / $#hz) / mean_hz(@at) * 100;
}

sub current_ma {
	my ($self, $n) = @_;
	my $capture = $self->capture($n);
	my ($charge, $time) = (0, 0);
	for (@{ $self->{currents} }) {
		my $from = $_->{from_ns} > $capture->{from} ? $_->{from_ns} : $capture->{from};
		my $to = $_->{to_ns} < $capture->{to} ? $_->{to_ns} : $capture->{to};
		next if $to <= $from;
		$charge += ($to - $from) * $_->{mean_a};
		$time += $to - $from;
	}
	return $time > 0 ? $charge / $time * 1000 : undef;
}

# The largest of a window that ended in the last capture.
sub inrush_a {
	my ($self) = @_;
	my $capture = $self->capture(1);
	my ($window) = grep { $_->{to_ns} > $capture->{from} && $_->{to_ns} < $capture->{to} }
		@{ $self->{windows} };
	return $window ? $window->{max_a} : undef;
}

# What the pen said of its battery after a capture, less what stood at its contacts then.
sub battery_error_mv {
	my ($self, $n) = @_;
	my $capture = $self->capture($n);
	my @said = grep { $_->{who} eq 'pen' && $_->{from_ns} > $capture->{to}
		&& ($_->{text} // '') =~ /^OK \w+ F=/ } @{ $self->{lines} };
	# After a run the pen is asked for its state first, and then for its battery.
	my $line = $said[ $self->{strokes}[0] ? 1 : 0 ] // return;
	my ($mv) = $line->{text} =~ / V=(\d+) /;
	my $ma = $self->current_ma($n) // return;
	return $mv - ($self->{cell}{open_v} * 1000 - $ma * $self->{cell}{lead_ohm});
}

# The end of the line of the bench in the last capture that begins so.
sub said_ns {
	my ($self, $order) = @_;
	my $capture = $self->capture(1);
	my @ends = grep { $_ > $capture->{from} && $_ < $capture->{to} } map { $_->{to_ns} }
		grep { $_->{who} eq 'bench' && $_->{text} =~ /^\Q$order\E\b/ } @{ $self->{lines} };
	return @ends ? $ends[-1] + $HALF_BIT_NS : undef;
}

# When the needle had moved by 10 counts, and how.
sub left_after { my ($self, $t) = @_; return (grep { $_->{at_ns} > $t } @{ $self->{left} })[0] }

sub latency_ms {
	my ($self) = @_;
	my $end = $self->said_ns('STROKE') // return;
	my $left = $self->left_after($end) // return;
	return ($left->{at_ns} - $end) / 1e6;
}

sub parked_s {
	my ($self) = @_;
	my $end = $self->said_ns('STOP') // return;
	my $to = $self->capture(1)->{to};
	# It may stand for a moment before it creeps to its place.
	my $stood = (grep { $_ > $end && $_ < $to } @{ $self->{stood} })[-1] // return;
	return ($stood - $end) / 1e9;
}

sub cut_out_ms {
	my ($self) = @_;
	my $brake = $self->{brake}[0] // return;
	my $off = first_after($brake, @{ $self->{gate} }) // return;
	my $stood = first_after($brake - 10e6, @{ $self->{stood} }) // return;
	return ($off - $stood) / 1e6;
}

# The strokes of a start from rest: a needle that was parked beyond its bottom shows none before the
# first middle. Returns when it left, and the middles; the last half of them has the final rate.
sub start {
	my ($self) = @_;
	my $left = $self->left_after($self->said_ns('RUN') // return) // return;
	my @at = $self->middles($self->capture(1));
	shift @at if $left->{fell_counts} == 0;
	return ($left->{at_ns}, @at);
}

sub final_hz {
	my (@at) = @_;
	return @at > 4 ? mean_hz(@at[$#at >> 1 .. $#at]) : undef;
}

sub settled_rate_error_percent {
	my ($self) = @_;
	my (undef, @at) = $self->start;
	my $hz = final_hz(@at) // return;
	return ($hz / $RATE_HZ - 1) * 100;
}

# The first stroke from which on the rates of all are within 1 % of the final one.
sub settling_s {
	my ($self) = @_;
	my ($left, @at) = $self->start;
	my $final_hz = final_hz(@at) // return;
	my $settled;
	for my $i (reverse 0 .. $#at - 1) {
		my $hz = 1e9 / ($at[$i + 1] - $at[$i]);
		last if abs($hz / $final_hz - 1) > 0.01;
		$settled = $at[$i];
	}
	return defined $settled ? ($settled - $left) / 1e9 : undef;
}

1;
