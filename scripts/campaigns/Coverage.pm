package Coverage;
# Is U honest? On each of 500 drawn stations and pens small cases measure each continuous quantity
# once, and the true value lies inside value +- U in 92 to 98.8 % of them: what an honest coverage of
# 95.45 % meets with 99.97 %. Below, U is too small; above, it is padded.
use strict;
use warnings;
use File::Copy qw(copy);
use List::Util qw(max sum0);
use Coveragetruth;
use Jig;
use Plan;
use Tap;

my $SEEDS = 500;
my ($WITHIN_MIN, $WITHIN_MAX) = (0.92, 0.988);
my $COVERAGE = 0.9545;
my $SLICE_SIGMAS = 3.5; # fewer runs than 500: that far from the coverage, at least
my $MINE = 'scripts/campaigns/coverage';

# The cases; slipping: a pen whose nose gives way, so that there is a spread to be measured.
my %case = (
	(map { $_ => "$MINE/$_.lua" } qw(depth deepest settle running rest)),
	(map { $_ => "lua/cases/eol/$_.lua" } qw(start stop stall)),
	slipping => "$MINE/depth.lua",
);
# The spread must not be the same each time, or its fraction of a count would be.
my %options = (slipping => sub { ('--defect', 'nose-slip=' . (40 + 0.21 * ($_[0] % 97))) });
# Of the captures of cases in which it matters which strokes are the last ones.
my %seconds = (running => 0.3, rest => 0.05, settle => 0.7);

# plan/measurement => truth of it. What a run measures beside these says nothing new.
my %quantity = (
	'depth/depth_error_um' => \&Coveragetruth::depth_error_um,
	'deepest/maximum_protrusion_um' => \&Coveragetruth::deepest_um,
	'slipping/depth_spread_um' => \&Coveragetruth::spread_um,
	'running/rate_error_percent' => \&Coveragetruth::rate_error_percent,
	'running/jitter_percent' => \&Coveragetruth::jitter_percent,
	'running/droop_percent' => \&Coveragetruth::droop_percent,
	'running/air_ma' => sub { Coveragetruth::current_ma(@_, 2) },
	'running/skin_ma' => sub { Coveragetruth::current_ma(@_, 1) },
	'running/battery_error_mv' => sub { Coveragetruth::battery_error_mv(@_, 1) },
	'rest/awake_ma' => sub { Coveragetruth::current_ma(@_, 2) },
	'rest/asleep_ma' => sub { Coveragetruth::current_ma(@_, 1) },
	'rest/battery_error_mv' => sub { Coveragetruth::battery_error_mv(@_, 2) },
	'settle/rate_error_percent' => \&Coveragetruth::settled_rate_error_percent,
	'settle/settling_s' => \&Coveragetruth::settling_s,
	'start/inrush_a' => \&Coveragetruth::inrush_a,
	'start/latency_ms' => \&Coveragetruth::latency_ms,
	'stop/parked_s' => \&Coveragetruth::parked_s,
	'stall/cut_out_ms' => \&Coveragetruth::cut_out_ms,
);

# What has no U of its own, and how far it may be from the truth in every run. Jitter: the period of a
# stroke is off by less than a sample, and two standard deviations differ by no more than that of the
# differences. Its upper bound is about strokes that were not captured: lua/README.md.
my %at_most = ('running/jitter_percent' => 100 * 120 / 25e6);

sub new { my ($class, %o) = @_; return bless { %o, seeds => $o{seeds} // $SEEDS }, $class }

sub wanted {
	my ($self) = @_;
	my @list;
	for my $seed (1 .. $self->{seeds}) {
		push @list, map { { seed => $seed, variant => 'drawn', plan => $_ } } sort keys %case;
	}
	return @list;
}

# A pen that is flashed already, so that a run is the measurement and little else. Made once, by the
# campaign itself, before its workers.
sub prepare {
	my ($self) = @_;
	my $run = Jig->new(%$self)->run(['--seed', 1, '--pen', "$self->{work}/flashed"], 'run',
		'lua/cases/eol/identity.lua');
	die "campaign: the pen could not be flashed: $run->{log}\n" if $run->{exit} != 0;
}

sub measure {
	my ($self, $row) = @_;
	my $plan = $row->{plan};
	my $jig = Jig->new(%$self);
	my $pen = $jig->path('pen');
	copy("$self->{work}/flashed", $pen) or die "campaign: $pen: $!\n";
	my $run = $jig->run(['--seed', $row->{seed}, '--pen', $pen, $options{$plan} ? $options{$plan}->($row->{seed}) : ()], 'run',
		$case{$plan});
	my @points = Tap::points($run->{out});
	my $truth = Coveragetruth->new($run->{truth}, $seconds{$plan});
	my @values;
	for my $m (map { @{ $_->{measurements} } } @points) {
		my $of = $quantity{"$plan/$m->{name}"} // next;
		my $u = $at_most{"$plan/$m->{name}"} // $m->{u};
		push @values, Plan::value({ %$m, u => $u }, $of->($truth));
	}
	return Plan::row($run, \@points, \@values);
}

# The least and the most of n true values that an honest U may hold; what is at most so far off holds
# all of them.
sub bounds {
	my ($name, $n) = @_;
	return ($n, $n) if exists $at_most{$name};
	return ($WITHIN_MIN * $n, $WITHIN_MAX * $n) if $n >= $SEEDS;
	my $slack = $SLICE_SIGMAS * sqrt($n * $COVERAGE * (1 - $COVERAGE));
	return ($COVERAGE * $n - $slack, $COVERAGE * $n + $slack);
}

sub table {
	my ($self, $rows) = @_;
	my (%by, @wrong);
	for my $row (@$rows) {
		my $where = "seed $row->{seed}, $row->{plan}";
		# A pen may fail a limit and still be measured right.
		push @wrong, "$where: exit $row->{exit}, $row->{note}" if $row->{exit} > 1;
		for my $value ($row->{values} eq '-' ? () : split / /, $row->{values}) {
			my ($name, $measured, $u, $true) = split /[=,]/, $value;
			if (grep { $_ eq '-' } $measured, $u, $true) { push @wrong, "$where: $value" }
			else {
				push @{ $by{"$row->{plan}/$name"} },
					{ seed => $row->{seed}, u => $u, error => $measured - $true };
			}
		}
	}
	printf "%-30s %5s %8s %7s %11s %11s %11s %7s\n", 'quantity', qw(runs within_U share median_U
		mean_error rms_error max/U);
	for my $name (sort keys %quantity) {
		my @list = @{ $by{$name} // [] };
		if (!@list) { push @wrong, "$name: never measured"; next }
		my ($least, $most) = bounds($name, scalar @list);
		my $within = grep { abs $_->{error} <= $_->{u} } @list;
		my @u = sort { $a <=> $b } map { $_->{u} } @list;
		printf "%-30s %5d %8d %6.1f%% %11.4g %11.3g %11.4g %7.2f\n", $name, scalar @list, $within,
			100 * $within / @list, $u[@u / 2], sum0(map { $_->{error} } @list) / @list,
			sqrt(sum0(map { $_->{error}**2 } @list) / @list),
			max(map { abs($_->{error}) / ($_->{u} || 1e-12) } @list);
		push @wrong, sprintf '%s: %d of %d within U, wanted %.0f to %.0f', $name, $within,
			scalar @list, $least, $most if $within < $least || $within > $most;
	}
	return @wrong;
}

1;
