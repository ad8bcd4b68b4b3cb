package Workers;
# Works a list off with a few processes at a time. A worker that is stopped leaves no row; Ctrl-C and
# SIGTERM end the workers and what they started, then the campaign.
use strict;
use warnings;
use POSIX qw(:sys_wait_h);
use Time::HiRes qw(sleep time);

my $TURN_S = 0.02;
my $SPIN_S = 600;

sub cores {
	my $count = `nproc 2>/dev/null`;
	return $count =~ /^(\d+)/ && $1 > 0 ? $1 : 1;
}

# Runs work->(item) for each item of todo, jobs at a time, and hands what it returns to keep->(item,
# result) in the same process. True when interrupted.
sub each_of {
	my (%o) = @_;
	my @todo = @{ $o{todo} };
	my ($interrupted, $finished, $started, %running) = (0, 0, time);
	local $SIG{INT} = sub { $interrupted = 1 };
	local $SIG{TERM} = $SIG{INT};
	local $SIG{HUP} = $SIG{INT};
	while (!$interrupted && (@todo || %running)) {
		while (@todo && keys %running < $o{jobs}) {
			my $pid = start(\%o, shift @todo);
			$running{$pid} = 1;
		}
		while ((my $pid = waitpid -1, WNOHANG) > 0) {
			$finished++ if delete $running{$pid};
		}
		progress(\%o, $finished, time - $started) if -t STDERR;
		sleep $TURN_S;
	}
	print STDERR "\r\e[K" if -t STDERR;
	kill 'TERM', map { -$_ } keys %running;
	waitpid $_, 0 for keys %running;
	return $interrupted;
}

# A worker leads a process group of its own, so that one signal reaches all it started. One whose
# campaign was killed keeps nothing: the next campaign does that run again.
sub start {
	my ($o, $item) = @_;
	my $parent = $$;
	my $pid = fork;
	die "campaign: fork: $!\n" unless defined $pid;
	if ($pid) {
		setpgrp $pid, $pid;
		return $pid;
	}
	setpgrp 0, 0;
	$SIG{INT} = $SIG{TERM} = $SIG{HUP} = sub { POSIX::_exit(1) };
	my $ok = eval {
		my $result = $o->{work}->($item);
		$o->{keep}->($item, $result) if getppid == $parent;
		1;
	};
	print STDERR $@ unless $ok;
	POSIX::_exit($ok ? 0 : 1);
}

# Processes that keep every core busy until end(them); in the worker's group, so they never outlive it
# by more than SPIN_S.
sub spinners {
	return map {
		my $pid = fork // die "campaign: fork: $!\n";
		if ($pid == 0) { $SIG{$_} = 'DEFAULT' for qw(TERM ALRM); alarm $SPIN_S; 1 while 1 }
		$pid;
	} 1 .. cores();
}

sub end {
	kill 'KILL', @_;
	waitpid $_, 0 for @_;
}

sub progress {
	my ($o, $finished, $elapsed_s) = @_;
	my $todo = @{ $o->{todo} };
	my $left = $finished > 0 ? clock($elapsed_s / $finished * ($todo - $finished)) : '?';
	printf STDERR "\r\e[K%s: %d of %d runs, %s left", $o->{name}, $o->{done} + $finished,
		$o->{done} + $todo, $left;
}

sub clock { my ($s) = @_; return sprintf '%d:%02d', int($s / 60), $s % 60 }

1;
