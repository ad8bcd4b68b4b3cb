package Tap;
# What the TAP of a run says: test points with their measurements, and which clauses failed.
use strict;
use warnings;

# Returns a list of { ok, title, case, cause, outcome, measurements => [{name, value, u, clause, ok}] }.
sub points {
	my ($text) = @_;
	my (@points, $measurement);
	for my $line (split /\n/, $text) {
		if ($line =~ /^(not )?ok \d+(?: - (.*))?/) {
			push @points, { ok => !$1, title => $2 // '', measurements => [] };
		}
		elsif ($line =~ /^Bail out!\s*(.*)/) {
			push @points, { ok => 0, title => 'Bail out', cause => $1, outcome => 'BENCH',
				measurements => [] };
		}
		elsif (@points && $line =~ /^  (\w+): (.*)/) {
			note($points[-1], $1, $2);
		}
	}
	return @points;
}

# One line of a point's YAML. The members of a measurement carry its name in front: NAME, then
# NAME_judgement, NAME_clause, NAME_u, ...
sub note {
	my ($point, $key, $value) = @_;
	$value =~ s/^"(.*)"$/$1/;
	my $last = $point->{measurements}[-1];
	if ($key =~ /^(outcome|cause|trace|case)$/) { $point->{$key} = $value }
	elsif ($last && $key =~ /^\Q$last->{name}\E_(\w+)$/ && !exists $last->{$1}) {
		$last->{$1} = $value;
	}
	else { push @{ $point->{measurements} }, { name => $key, value => $value } }
}

# Clauses that a run found broken, sorted: PEN-110 by a measured value, PEN-110? when the pen failed
# before there was one.
sub broken_clauses {
	my (%named, %measured);
	for my $point (@_) {
		next if $point->{ok} || ($point->{outcome} // '') ne 'FAIL';
		$named{$_} = 1 for ($point->{cause} // '') =~ /\b(PEN-\d+)\b/g;
		for my $m (@{ $point->{measurements} }) {
			$measured{ $m->{clause} } = 1
				if defined $m->{clause} && ($m->{judgement} // '') =~ /^(FAIL|MARGINAL)/;
		}
	}
	return map { $measured{$_} ? $_ : "$_?" } sort keys %{ { %named, %measured } };
}

# Why a run is not a plain pass, in one line.
sub reason {
	my ($points, $log) = @_;
	my ($point) = grep { !$_->{ok} } @$points;
	my $cause = $point ? "$point->{title}: " . ($point->{cause} // $point->{outcome} // '?') : '';
	($cause) = ($log // '') =~ /^(penbench.*|virtjig: (?!simulated).*)$/m if $cause eq '';
	return substr $cause // '', 0, 300;
}

1;
