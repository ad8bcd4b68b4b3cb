package Fuzz;
# Fuzz targets under ASan and UBSan, so many minutes each (MINUTES, 10 without): the session reader, the
# text of arguments, and each analysis by itself. What a target found so far is kept in
# build/campaign/fuzz/NAME and goes on growing; what broke something stays beside it, NAME.crash-*.
use strict;
use warnings;
use File::Path qw(make_path);
use Time::HiRes qw(time);

sub new {
	my ($class, %o) = @_;
	return bless { %o, minutes => $ENV{MINUTES} // 10, programs => "$o{build}/fuzz/bench" }, $class;
}

# Each analysis by the name in its file.
sub analyses {
	my @names;
	for my $file (glob 'bench/analysis/*.c') {
		open my $in, '<', $file or die "$file: $!\n";
		local $/;
		push @names, <$in> =~ /^const struct kind \w+_kind = \{\s*\.name = "(\w+)"/mg;
	}
	die "campaign: no analyses in bench/analysis\n" unless @names;
	return sort @names;
}

sub wanted {
	my ($self) = @_;
	return map { { seed => 1, variant => $_, plan => "$self->{minutes}min" } }
		'sr_reader', 'arguments', analyses();
}

sub measure {
	my ($self, $row) = @_;
	my $name = $row->{variant};
	my $program = $name eq 'sr_reader' ? 'capture/sr_reader' : 'analysis/analysis';
	(my $room = $program) =~ s{/.*}{};
	my $folder = "$self->{build}/campaign/fuzz";
	make_path("$folder/$name");
	local $ENV{PENBENCH_FUZZ} = $name; # the reader's target has no use for it
	local $ENV{ASAN_OPTIONS} = 'quarantine_size_mb=16';
	my $started = time;
	my $told = `nice -n 10 $self->{programs}/${program}_fuzz -max_total_time=@{[60 * $self->{minutes}]} \\
		-timeout=20 -rss_limit_mb=1024 -max_len=4096 -print_final_stats=1 \\
		-artifact_prefix=$folder/$name. $folder/$name bench/$room/corpus 2>&1`;
	my $exit = $? & 127 ? 128 + ($? & 127) : $? >> 8;
	my ($runs) = $told =~ /number_of_executed_units: (\d+)/;
	my ($why) = $told =~ /^(fuzz: .*|.*ERROR: .*|.*runtime error.*)$/m;
	my @corpus = glob "$folder/$name/*";
	return {
		exit => $exit,
		clauses => '-',
		simulated_s => '-',
		host_s => sprintf('%.0f', time - $started),
		values => 'runs=' . ($runs // '-') . ' corpus=' . @corpus,
		note => $exit == 0 ? '-' : $why // 'it ended without a word',
	};
}

sub table {
	my ($self, $rows) = @_;
	my @wrong;
	printf "%-12s %6s %8s %12s %8s\n", qw(target exit host_s runs corpus);
	for my $row (@$rows) {
		my %values = map { split /=/, $_, 2 } split / /, $row->{values};
		printf "%-12s %6d %8s %12s %8s\n", @$row{qw(variant exit host_s)}, @values{qw(runs corpus)};
		push @wrong, "$row->{variant}: exit $row->{exit}, $row->{note}" if $row->{exit} != 0;
		push @wrong, "$row->{variant}: nothing was run" if $values{runs} eq '-' || $values{runs} == 0;
	}
	return @wrong;
}

1;
