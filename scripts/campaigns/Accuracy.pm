package Accuracy;
# Measured against truth. Instruments drawn: |error| <= U on 88 of 100 stations or better, <= 1.6 U on
# all, and U itself within its size limit. Instruments ideal: within fixed bounds.
use strict;
use warnings;
use List::Util qw(max min sum0);
use Coveragetruth;
use Jig;
use Plan;
use Tap;
use Truth;

my $SEEDS = 100;
my $IDEAL_SEEDS = 20;
my $WITHIN_MIN = 0.88;
my $BEYOND_MAX = 1.6;
my $RATE_HZ = 120;
my %seconds = (rate => 0.5, load => 0.3); # of their captures
my %case = map { $_ => "lua/cases/eol/$_.lua" } qw(depth rate load);

# What is compared: which measurements of which case, their truth from the setting in their name and
# the run's captures, the bound with ideal instruments and the limit of U, both in the measurement's
# unit and from its truth.
my @quantities = (
	{
		name => qr/^depth:depth_error_um_(\d+)$/, truth => \&depth_error_um, ideal_truth => \&top_error_um,
		ideal => sub { 1.5 }, u_max => sub { 4 },
	},
	{
		name => qr/^rate:rate_error()_percent$/, instants => \&rate_error_percent,
		ideal => sub { 0.005 }, u_max => sub { 0.02 },
	},
	{
		name => qr/^load:droop()_percent$/, instants => \&Coveragetruth::droop_percent,
		ideal => sub { 0.01 }, u_max => sub { 0.04 },
	},
	{
		name => qr/^(?:rate|load):current()_ma$/, truth => \&current_ma,
		ideal => sub { 0.005 * $_[0] }, u_max => sub { max(1, 0.01 * $_[0]) },
	},
);

sub depth_error_um {
	my ($setting_um, @captures) = @_;
	my $depth_um = Truth::depth_um($setting_um, @captures);
	return defined $depth_um ? $depth_um - $setting_um : undef;
}

# The seating is the pen's: with ideal instruments it is there all the same.
sub top_error_um {
	my ($setting_um, @captures) = @_;
	my $top_um = Truth::top_um($setting_um, @captures);
	return defined $top_um ? $top_um - $setting_um : undef;
}

sub current_ma {
	my (undef, @captures) = @_;
	my ($capture) = reverse Truth::running(@captures);
	return $capture ? Truth::current_ma($capture) : undef;
}

# Rates of the very strokes that were measured: the last capture, and the one before.
sub rate_error_percent {
	my ($instants) = @_;
	my $hz = $instants->rate_hz(1);
	return defined $hz ? ($hz / $RATE_HZ - 1) * 100 : undef;
}

sub new { my ($class, %o) = @_; return bless { %o, seeds => $o{seeds} // $SEEDS }, $class }

sub wanted {
	my ($self) = @_;
	my @list;
	for my $seed (1 .. $self->{seeds}) {
		for my $variant ('drawn', $seed <= $IDEAL_SEEDS ? 'ideal' : ()) {
			push @list, map { { seed => $seed, variant => $variant, plan => $_ } } sort keys %case;
		}
	}
	return @list;
}

sub measure {
	my ($self, $row) = @_;
	my $run = Jig->new(%$self)->run(
		['--seed', $row->{seed}, '--instruments', $row->{variant}], 'run', $case{ $row->{plan} });
	my @points = Tap::points($run->{out});
	my @captures = Truth::captures($run->{truth});
	my $instants = Coveragetruth->new($run->{truth}, $seconds{ $row->{plan} });
	my @values;
	for my $m (map { @{ $_->{measurements} } } @points) {
		my ($quantity, $setting) = quantity($row->{plan}, $m->{name});
		next unless $quantity;
		my $truth = $row->{variant} eq 'ideal' && $quantity->{ideal_truth} || $quantity->{truth};
		push @values, Plan::value($m, $truth ? $truth->($setting, @captures)
			: $quantity->{instants}->($instants));
	}
	return Plan::row($run, \@points, \@values);
}

# The quantity that a measurement is, and the setting in its name.
sub quantity {
	my ($case, $name) = @_;
	for my $quantity (@quantities) {
		return ($quantity, $1) if "$case:$name" =~ $quantity->{name};
	}
	return;
}

sub table {
	my ($self, $rows) = @_;
	my (%by, @wrong);
	for my $row (@$rows) {
		my $where = "seed $row->{seed}, $row->{variant}, $row->{plan}";
		push @wrong, "$where: exit $row->{exit}, $row->{note}" if $row->{exit} != 0;
		push @wrong, "$where: nothing was measured" if $row->{values} eq '-';
		for my $value ($row->{values} eq '-' ? () : split / /, $row->{values}) {
			my ($name, $measured, $u, $truth) = split /[=,]/, $value;
			if (grep { $_ eq '-' } $measured, $u, $truth) { push @wrong, "$where: $value" }
			else {
				push @{ $by{ $row->{variant} }{"$row->{plan}/$name"} }, { seed => $row->{seed}, u => $u,
					truth => $truth, error => $measured - $truth,
					quantity => (quantity($row->{plan}, $name))[0] };
			}
		}
	}
	push @wrong, drawn($by{drawn} // {}), ideal($by{ideal} // {});
	return @wrong;
}

sub drawn {
	my ($by) = @_;
	my @wrong;
	printf "%-26s %5s %9s %7s %11s %11s %11s\n", 'instruments drawn', qw(runs within_U max/U mean_error
		max_error max_U);
	for my $name (sort keys %$by) {
		my @list = @{ $by->{$name} };
		my $within = grep { abs $_->{error} <= $_->{u} } @list;
		my ($worst) = sort { abs($b->{error}) / ($b->{u} || 1e-9) <=> abs($a->{error}) / ($a->{u} || 1e-9) }
			@list;
		my $ratio = abs($worst->{error}) / ($worst->{u} || 1e-9);
		printf "%-26s %5d %9d %7.2f %11.5g %11.5g %11.5g\n", $name, scalar @list, $within, $ratio,
			sum0(map { $_->{error} } @list) / @list, max(map { abs $_->{error} } @list),
			max(map { $_->{u} } @list);
		# Of a few runs one may be off: it says nothing about 100.
		push @wrong, "$name: $within of " . @list . " within U, at least 88 of 100"
			if @list - $within > max(1, (1 - $WITHIN_MIN) * @list + 1e-9);
		push @wrong, sprintf '%s: %.2f U off on seed %d, at most %.1f', $name, $ratio, $worst->{seed},
			$BEYOND_MAX if $ratio > $BEYOND_MAX;
		for (grep { $_->{u} > $_->{quantity}{u_max}->($_->{truth}) } @list) {
			push @wrong, "$name: U is $_->{u} on seed $_->{seed}, at most "
				. $_->{quantity}{u_max}->($_->{truth});
		}
	}
	push @wrong, 'no measurement with drawn instruments' unless %$by;
	return @wrong;
}

sub ideal {
	my ($by) = @_;
	my @wrong;
	printf "%-26s %5s %9s %19s %11s\n", 'instruments ideal', qw(runs within mean_error max_error);
	for my $name (sort keys %$by) {
		my @list = @{ $by->{$name} };
		my @off = grep { abs $_->{error} > $_->{quantity}{ideal}->($_->{truth}) } @list;
		printf "%-26s %5d %9d %19.5g %11.5g\n", $name, scalar @list, @list - @off,
			sum0(map { $_->{error} } @list) / @list, max(map { abs $_->{error} } @list);
		push @wrong, map { sprintf '%s: off by %.5g on seed %d, at most %.5g', $name, $_->{error},
			$_->{seed}, $_->{quantity}{ideal}->($_->{truth}) } @off;
	}
	push @wrong, 'no measurement with ideal instruments' unless %$by;
	return @wrong;
}

1;
