package Healthy;
# Healthy pens pass: 200 drawn pens on 200 drawn stations, both plans, at most one false reject. Shows
# what a plan takes, in simulated time (a line's takt) and in the host's.
use strict;
use warnings;
use List::Util qw(max sum);
use Jig;
use Plan;

my $SEEDS = 200;
my $FALSE_REJECTS_MAX = 1;
my %simulated_max_s = (eol => 30); # takt of a line; how long the host took hangs on the host

sub new { my ($class, %o) = @_; return bless { %o, seeds => $o{seeds} // $SEEDS }, $class }

sub wanted {
	my ($self) = @_;
	return map { my $seed = $_; map { { seed => $seed, variant => 'none', plan => $_ } } Plan::names() }
		1 .. $self->{seeds};
}

sub measure {
	my ($self, $row) = @_;
	return Plan::measure(Jig->new(%$self), $row);
}

sub table {
	my ($self, $rows) = @_;
	my ($rejected, @wrong) = (0);
	printf "%-12s %6s %6s %16s %16s\n", '', '', '', 'simulated_s', 'host_s';
	printf "%-12s %6s %6s %8s%8s %8s%8s\n", qw(plan pens passed mean max mean max);
	for my $plan (Plan::names()) {
		my @runs = grep { $_->{plan} eq $plan } @$rows;
		next unless @runs;
		my @simulated_s = map { number($_->{simulated_s}) } @runs;
		my @host_s = map { number($_->{host_s}) } @runs;
		printf "%-12s %6d %6d %8.2f%8.2f %8.2f%8.2f\n", $plan, scalar @runs,
			scalar(grep { $_->{exit} == 0 } @runs), sum(@simulated_s) / @runs, max(@simulated_s),
			sum(@host_s) / @runs, max(@host_s);
		my $limit_s = $simulated_max_s{$plan};
		push @wrong, "plan $plan takes @{[max(@simulated_s)]} s, at most $limit_s"
			if defined $limit_s && max(@simulated_s) > $limit_s;
	}
	for my $row (grep { $_->{exit} != 0 } @$rows) {
		print "seed $row->{seed}, $row->{plan}: exit $row->{exit}, $row->{clauses}, $row->{note}\n";
		if ($row->{exit} == 1) { $rejected++ }
		else { push @wrong, "seed $row->{seed}, $row->{plan}: exit $row->{exit} on a healthy pen" }
	}
	push @wrong, "$rejected healthy pens were rejected, at most $FALSE_REJECTS_MAX"
		if $rejected > $FALSE_REJECTS_MAX;
	return @wrong;
}

sub number { my ($text) = @_; return $text =~ /^[\d.]+$/ ? $text : 0 }

1;
