package Jig;
# One run of penbench in the simulated jig, and what it left: exit status, TAP, log, truth, summary.
# Every run ends: after LIMIT_S of the host's time it is killed and counts as exit 124.
use strict;
use warnings;
use File::Path qw(make_path remove_tree);
use POSIX ();

my $LIMIT_S = 600;
my $TIMED_OUT = 124;

# A folder of its own below `work`; whoever owns `work` sweeps it.
sub new {
	my ($class, %o) = @_;
	my $folder = "$o{work}/$$";
	make_path($folder);
	return bless { build => $o{build}, folder => $folder }, $class;
}

sub DESTROY { my ($self) = @_; local ($?, $@); remove_tree($self->{folder}) }

sub slurp {
	my ($path) = @_;
	open my $in, '<:raw', $path or return '';
	local $/;
	return scalar(<$in>) // '';
}

sub path { my ($self, $name) = @_; return "$self->{folder}/$name" }

# options go to virtjig, arguments to penbench. Returns { exit, out, log, truth, simulated_s, host_s }.
sub run {
	my ($self, $options, @arguments) = @_;
	my $build = $self->{build};
	my ($out, $log, $truth) = map { $self->path($_) } qw(out log truth);
	unlink $truth;
	local $ENV{PENBENCH_RECORDS} = $ENV{PENBENCH_RECORDS} // $self->path('records');
	my $exit = execute($out, $log, "$build/virtjig", @$options, '--truth', $truth, '--',
		"$build/penbench", @arguments);
	my $text = slurp($log);
	my ($simulated_s, $host_s) = $text =~ /simulated ([\d.]+) s, host ([\d.]+) s/;
	return { exit => $exit, out => slurp($out), log => $text, truth => slurp($truth),
		simulated_s => $simulated_s, host_s => $host_s };
}

# The status as a shell shows it.
sub execute {
	my ($out, $log, @command) = @_;
	my $pid = fork;
	die "campaign: fork: $!\n" unless defined $pid;
	if ($pid == 0) {
		delete $ENV{HARNESS_ACTIVE}; # the log says why a pen was rejected
		open STDIN, '<', '/dev/null' or POSIX::_exit(126);
		open STDOUT, '>', $out or POSIX::_exit(126);
		open STDERR, '>', $log or POSIX::_exit(126);
		{ no warnings 'exec'; exec { $command[0] } @command }
		POSIX::_exit(126);
	}
	my $timed_out = 0;
	local $SIG{ALRM} = sub { $timed_out = 1; kill 'KILL', $pid };
	alarm $LIMIT_S;
	1 while waitpid($pid, 0) != $pid && $!{EINTR};
	my $status = $?;
	alarm 0;
	return $timed_out ? $TIMED_OUT : $status & 127 ? 128 + ($status & 127) : $status >> 8;
}

1;
