package Defects;
# Every defect at its rated severity is caught: on each seed the plans end in FAIL (exit 1) and name a
# clause that firmware/defects.md promises. Prints the kill matrix, defect against clause.
use strict;
use warnings;
use Jig;
use Plan;

my $SEEDS = 10;
my $PROMISES = 'firmware/defects.md';

sub new { my ($class, %o) = @_; return bless { %o, seeds => $o{seeds} // $SEEDS }, $class }

# Names as `virtjig --list-defects` has them, first word of each line.
sub names {
	my ($self) = @_;
	my @lines = `$self->{build}/virtjig --list-defects`;
	die "campaign: virtjig --list-defects failed\n" if $? != 0;
	return map { /^([a-z][a-z0-9-]*)\b/ ? $1 : () } @lines;
}

# Clauses by defect: a row of a table that begins with the defect's name, and every clause it names.
sub promises {
	my %clauses;
	for my $line (split /\n/, Jig::slurp($PROMISES)) {
		next unless $line =~ /^\|\s*`?([a-z][a-z0-9-]*)`?\s*\|/;
		my $name = $1;
		my @named = $line =~ /\b(PEN-\d+)\b/g;
		$clauses{$name} = { map { $_ => 1 } @named } if @named;
	}
	return \%clauses;
}

sub wanted {
	my ($self) = @_;
	my @list;
	for my $seed (1 .. $self->{seeds}) {
		for my $defect ($self->names) {
			push @list, map { { seed => $seed, variant => $defect, plan => $_ } } Plan::names();
		}
	}
	return @list;
}

sub measure {
	my ($self, $row) = @_;
	return Plan::measure(Jig->new(%$self), $row, '--defect', $row->{variant});
}

# By seed what both plans together found: { seed => { exits => [..], clauses => { name => measured } } }.
sub by_seed {
	my (@runs) = @_;
	my %seed;
	for my $run (@runs) {
		my $found = $seed{ $run->{seed} } //= { exits => [], clauses => {} };
		push @{ $found->{exits} }, "$run->{plan} $run->{exit}";
		for my $clause ($run->{clauses} eq '-' ? () : split /,/, $run->{clauses}) {
			my $measured = $clause !~ s/\?$//;
			$found->{clauses}{$clause} ||= $measured;
		}
	}
	return \%seed;
}

# Why one seed's runs do not count as caught, or nothing.
sub escape {
	my ($found, $promised) = @_;
	my $exits = join ', ', sort @{ $found->{exits} };
	return "exits: $exits" if grep { !/ [01]$/ } @{ $found->{exits} };
	return "passed ($exits)" unless grep { / 1$/ } @{ $found->{exits} };
	return "names " . (join(',', sort keys %{ $found->{clauses} }) || 'no clause')
		unless grep { $promised->{$_} } keys %{ $found->{clauses} };
	return;
}

sub table {
	my ($self, $rows) = @_;
	my ($promises, @wrong, %kills, %measured, %caught) = promises();
	my %ran = map { $_->{variant} => 1 } @$rows;
	my @names = grep { $ran{$_} } $self->names;
	for my $defect (@names) {
		my $seeds = by_seed(grep { $_->{variant} eq $defect } @$rows);
		push @wrong, "$defect: $PROMISES promises no clause" unless $promises->{$defect};
		for my $seed (sort { $a <=> $b } keys %$seeds) {
			my $clauses = $seeds->{$seed}{clauses};
			for (keys %$clauses) {
				$kills{$defect}{$_}++;
				$measured{$defect}{$_}++ if $clauses->{$_};
			}
			my $why = escape($seeds->{$seed}, $promises->{$defect} // {});
			if (defined $why) { push @wrong, "$defect, seed $seed: $why" }
			else { $caught{$defect}++ }
		}
		$caught{$defect} = sprintf '%d/%d', $caught{$defect} // 0, scalar keys %$seeds;
	}
	matrix(\@names, \%kills, \%measured, \%caught, $promises);
	idle_clauses(\%measured);
	return @wrong;
}

# One row a defect, one column a clause, on how many seeds; brackets where it was promised.
sub matrix {
	my ($names, $kills, $measured, $caught, $promises) = @_;
	my %clauses;
	$clauses{$_} = 1 for map { keys %$_ } values %$kills;
	my @columns = sort keys %clauses;
	printf "%-18s %7s%s\n", 'defect', 'caught', join '', map { sprintf '%6s', substr $_, 4 } @columns;
	for my $defect (@$names) {
		printf "%-18s %7s", $defect, $caught->{$defect};
		for my $clause (@columns) {
			my $count = $kills->{$defect}{$clause} // '.';
			$count = "~$count" if $count ne '.' && !$measured->{$defect}{$clause};
			printf '%6s', $promises->{$defect}{$clause} ? "[$count]" : $count;
		}
		print "\n";
	}
	print "columns: clauses PEN-nnn; cells: seeds on which the clause failed, [n] promised by $PROMISES,\n",
		"~n failed before there was a value\n";
}

# Clauses that no defect broke by a measured value: what they would catch is not in the list of defects.
sub idle_clauses {
	my ($measured) = @_;
	my %spec = map { $_ => 1 } Jig::slurp('lua/spec/pen.lua') =~ /\["(PEN-\d+)"\]/g;
	delete @spec{ map { keys %$_ } values %$measured };
	print 'clauses that caught nothing: ', join(' ', sort keys %spec) || 'none', "\n";
}

1;
