package Determinism;
# Same seed, same bytes: TAP, truth and .sr of a run do not depend on how busy the host is nor on how
# the analyzer's stream is cut into packets.
use strict;
use warnings;
use Digest::SHA qw(sha256_hex);
use Jig;
use Plan;
use Workers;

my $SEEDS = 10;
my $CAPTURE_S = 0.3;
my @files = qw(tap truth sr);
my %options = (
	plain => [],
	loaded => [],
	small => ['--socket-buffer', 4096],
	large => ['--socket-buffer', 4194304],
);
my @variants = qw(plain loaded small large);

sub new { my ($class, %o) = @_; return bless { %o, seeds => $o{seeds} // $SEEDS }, $class }

sub wanted {
	my ($self) = @_;
	my @list;
	for my $seed (1 .. $self->{seeds}) {
		for my $plan (Plan::names()) {
			push @list, map { { seed => $seed, variant => $_, plan => $plan } } @variants;
		}
	}
	return @list;
}

sub measure {
	my ($self, $row) = @_;
	my $jig = Jig->new(%$self);
	my @spinners = $row->{variant} eq 'loaded' ? Workers::spinners() : ();
	my @options = ('--seed', $row->{seed}, @{ $options{ $row->{variant} } });
	my $run = $jig->run(\@options, 'run', Plan::folder($row->{plan}));
	my $sr = $jig->path('capture.sr');
	my $capture = $jig->run(\@options, 'capture', '--seconds', $CAPTURE_S, '-o', $sr);
	Workers::end(@spinners);
	my %text = (tap => $run->{out}, truth => $run->{truth}, sr => Jig::slurp($sr));
	return {
		exit => $run->{exit} || $capture->{exit},
		clauses => '-',
		simulated_s => $run->{simulated_s},
		host_s => $run->{host_s},
		values => join(' ', map { "$_=" . (length $text{$_} ? sha256_hex($text{$_}) : 'none') } @files),
		note => $capture->{exit} ? $capture->{log} : '-',
	};
}

sub table {
	my ($self, $rows) = @_;
	my (%hash, @wrong);
	for my $row (@$rows) {
		push @wrong, "seed $row->{seed}, $row->{plan}, $row->{variant}: exit $row->{exit}, $row->{note}"
			if $row->{exit} !~ /^[01]$/;
		my %values = map { split /=/, $_, 2 } split / /, $row->{values};
		for my $file (@files) {
			my $name = "seed $row->{seed}, $row->{plan}, $row->{variant}: $file";
			if (($values{$file} // 'none') eq 'none') { push @wrong, "$name is empty" }
			else { push @{ $hash{$file}{"$row->{plan} $row->{seed}"}{ $values{$file} } }, $row->{variant} }
		}
	}
	printf "%-6s %6s %6s   of %s\n", qw(file groups equal), join ', ', @variants;
	for my $file (@files) {
		my @groups = sort keys %{ $hash{$file} };
		my @unequal = grep { keys %{ $hash{$file}{$_} } > 1 } @groups;
		printf "%-6s %6d %6d\n", $file, scalar @groups, @groups - @unequal;
		push @wrong, "$file of plan and seed $_ differs: "
			. join(' | ', map { "@$_" } values %{ $hash{$file}{$_} }) for @unequal;
	}
	return @wrong;
}

1;
