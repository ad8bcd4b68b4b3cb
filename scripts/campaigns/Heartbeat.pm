package Heartbeat;
# The dead-man is fed in time: in wall time, with every core busy, 20 runs of the end-of-line plan, and
# between two edges of the heartbeat never 100 ms of the host's while the pen is powered.
use strict;
use warnings;
use Jig;
use Plan;
use Tap;
use Workers;

my $SEEDS = 20;
my $GAP_MAX_MS = 100;

sub new { my ($class, %o) = @_; return bless { %o, seeds => $o{seeds} // $SEEDS }, $class }

# One run at a time: the load is the campaign's own.
sub alone { return 1 }

sub wanted {
	my ($self) = @_;
	return map { { seed => $_, variant => 'loaded', plan => 'eol' } } 1 .. $self->{seeds};
}

sub measure {
	my ($self, $row) = @_;
	my $jig = Jig->new(%$self);
	my @spinners = Workers::spinners();
	my $run = $jig->run(['--seed', $row->{seed}, '--time', 'free'], 'run', Plan::folder($row->{plan}));
	Workers::end(@spinners);
	my ($trips, $gap_ms) = $run->{log} =~ /dead-man trips (\d+), largest heartbeat gap ([\d.]+) ms/;
	my @points = Tap::points($run->{out});
	return {
		exit => $run->{exit},
		clauses => join(',', Tap::broken_clauses(@points)) || '-',
		simulated_s => $run->{simulated_s},
		host_s => $run->{host_s},
		values => 'gap_ms=' . ($gap_ms // '-') . ' trips=' . ($trips // '-'),
		note => $run->{exit} == 0 ? '-' : Tap::reason(\@points, $run->{log}),
	};
}

sub table {
	my ($self, $rows) = @_;
	my ($worst_ms, @wrong) = (0);
	printf "%6s %6s %10s %6s\n", qw(seed exit gap_ms trips);
	for my $row (@$rows) {
		my %values = map { split /=/, $_, 2 } split / /, $row->{values};
		printf "%6d %6d %10s %6s\n", $row->{seed}, $row->{exit}, @values{qw(gap_ms trips)};
		push @wrong, "seed $row->{seed}: exit $row->{exit}, $row->{note}" if $row->{exit} !~ /^[01]$/;
		push @wrong, "seed $row->{seed}: no summary of the jig" if $values{gap_ms} eq '-';
		next if $values{gap_ms} eq '-';
		push @wrong, "seed $row->{seed}: $values{trips} dead-man trips" if $values{trips} > 0;
		push @wrong, "seed $row->{seed}: $values{gap_ms} ms without a heartbeat, at most $GAP_MAX_MS"
			if $values{gap_ms} >= $GAP_MAX_MS;
	}
	return @wrong;
}

1;
