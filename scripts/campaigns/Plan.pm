package Plan;
# A plan run once on one pen: the row that healthy and defects share. A plan is a folder of cases.
use strict;
use warnings;
use Jig;
use Tap;

my %folder = (eol => 'lua/cases/eol', regression => 'lua/cases/regression');

sub folder { my ($name) = @_; return $folder{$name} }

# Those that have cases.
sub names { return grep { -d $folder{$_} } sort keys %folder }

sub measure {
	my ($jig, $row, @options) = @_;
	my $run = $jig->run(['--seed', $row->{seed}, @options], 'run', $folder{ $row->{plan} });
	my @points = Tap::points($run->{out});
	return row($run, \@points, [map { values_of($_) } @points]);
}

# What a campaign keeps of a run: its test points, and values as NAME=VALUE,U,TRUTH.
sub row {
	my ($run, $points, $values) = @_;
	return {
		exit => $run->{exit},
		clauses => join(',', Tap::broken_clauses(@$points)) || '-',
		simulated_s => $run->{simulated_s},
		host_s => $run->{host_s},
		values => join(' ', @$values) || '-',
		note => $run->{exit} == 0 ? '-' : Tap::reason($points, $run->{log}),
	};
}

# The measurements of a test point, as CASE/NAME=VALUE,U,TRUTH.
sub values_of {
	my ($point) = @_;
	my ($case) = ($point->{case} // '') =~ m{(\w+)\.lua$};
	return map { ($case // '?') . '/' . value($_) } @{ $point->{measurements} };
}

# NAME=VALUE,U,TRUTH; - for what is not known or was not measured.
sub value {
	my ($m, $truth) = @_;
	my $value = ($m->{value} // '~') eq '~' ? '-' : $m->{value};
	return sprintf '%s=%s,%s,%s', $m->{name}, $value, $m->{u} // '-', $truth // '-';
}

1;
