package Replay;
# Whole runs, of good pens and bad ones, replayed from their evidence: every value the same to the
# last bit, at 8 times the captured time or faster; and the stored values of many runs under another
# spec in less than 2 s.
use strict;
use warnings;
use File::Path qw(remove_tree);
use Jig;

my $RUNS = 20;
my $SPEED = 8;       # captured seconds per second of CPU
my $STORED = 200;    # runs judged by --spec
my $STORED_S = 2;
my @defects = ([], [], ['--defect', 'depth-offset'], []);

sub new { my ($class, %o) = @_; return bless { %o }, $class }

sub wanted {
	my ($self) = @_;
	my $last = $self->{seeds} // $RUNS;
	return ((map { { seed => $_, variant => 'evidence', plan => 'eol' } } 1 .. $last),
		{ seed => 0, variant => 'values', plan => 'eol' });
}

sub measure {
	my ($self, $row) = @_;
	my $jig = Jig->new(%$self);
	my $records = $jig->path('records');
	local $ENV{PENBENCH_RECORDS} = $records;
	my $result = $row->{variant} eq 'values' ? $self->values($jig) : $self->evidence($jig, $row);
	remove_tree($records);
	return $result;
}

# Replays what stands in the record; penbench's words are in out.
sub replay {
	my ($self, $jig, @arguments) = @_;
	my ($out, $log) = map { $jig->path($_) } qw(out log);
	my $exit = Jig::execute($out, $log, "$self->{build}/penbench", 'replay', @arguments);
	return ($exit, Jig::slurp($out), Jig::slurp($log));
}

sub evidence {
	my ($self, $jig, $row) = @_;
	local $ENV{PENBENCH_EVIDENCE} = 'all';
	my $run = $jig->run(['--seed', $row->{seed}, @{ $defects[$row->{seed} % @defects] }], 'run',
		'--lot', 'L', 'lua/cases/eol');
	my ($exit, $out, $log) = $self->replay($jig, '--lot', 'L');
	my ($values, $differ, $captured_s, $cpu_s) =
		$out =~ /^(\d+) values, (\d+) differ; ([\d.]+) s of capture in ([\d.]+) s/m;
	return { exit => $exit, clauses => '-', simulated_s => $captured_s, host_s => $cpu_s,
		values => sprintf('run=%d values=%s differ=%s', $run->{exit}, $values // '-', $differ // '-'),
		note => $exit == 0 ? '-' : "$out$log" };
}

# One short run, many times, then judged by a spec of its own.
sub values {
	my ($self, $jig) = @_;
	local $ENV{PENBENCH_EVIDENCE} = 'none';
	my $pen = $jig->path('pen');
	for (1 .. $STORED) {
		my $run = $jig->run(['--pen', $pen], 'run', '--lot', 'L', 'lua/cases/eol/rate.lua');
		return { exit => $run->{exit}, note => $run->{log} } if $run->{exit} > 1;
	}
	my ($exit, $out, $log) = $self->replay($jig, '--lot', 'L', '--spec', 'lua/spec/pen.lua');
	my ($runs) = $out =~ /^(\d+) runs: 0 change, \1 unchanged/m;
	my ($cpu_s) = $out =~ / in ([\d.]+) s of CPU/;
	return { exit => $exit, clauses => '-', simulated_s => 0, host_s => $cpu_s,
		values => "runs=" . ($runs // '-'), note => $exit == 0 ? '-' : "$out$log" };
}

sub table {
	my ($self, $rows) = @_;
	my @wrong;
	printf "%-10s %5s %5s %9s %9s %7s  %s\n", qw(variant seed exit capture/s cpu/s speed values);
	for my $row (sort { $a->{variant} cmp $b->{variant} || $a->{seed} <=> $b->{seed} } @$rows) {
		my $name = "$row->{variant} $row->{seed}";
		my ($captured_s, $cpu_s) = ($row->{simulated_s}, $row->{host_s});
		my $speed = $cpu_s =~ /\d/ && $cpu_s > 0 ? $captured_s / $cpu_s : 0;
		printf "%-10s %5d %5s %9s %9s %7.1f  %s\n", $row->{variant}, $row->{seed}, $row->{exit},
			$captured_s, $cpu_s, $speed, $row->{values};
		push @wrong, "$name: exit $row->{exit}: $row->{note}" if $row->{exit} ne '0';
		next if $row->{exit} ne '0';
		if ($row->{variant} eq 'values') {
			push @wrong, "$name: $row->{values}, wanted $STORED runs" if $row->{values} ne "runs=$STORED";
			push @wrong, "$name: $cpu_s s, at most $STORED_S s" if $cpu_s >= $STORED_S;
		} else {
			push @wrong, "$name: $row->{values}" if $row->{values} !~ / values=[1-9]\d* differ=0$/;
			push @wrong, sprintf '%s: %.1f times the captured time, wanted %d', $name, $speed, $SPEED
				if $speed < $SPEED;
		}
	}
	return @wrong;
}

1;
