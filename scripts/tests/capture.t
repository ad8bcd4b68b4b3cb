#!/usr/bin/perl
# `penbench capture` against strangers: sigrok-cli reads what it wrote, counts the same edges, and
# captures from the same analyzer without knowing of penbench. Then everything that can be asked wrongly.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Temp qw(tempdir);
use JSON::PP;
use Test::More;
use Time::HiRes qw(sleep);

my $penbench = abs_path('build/penbench');
my $virtjig = abs_path('build/virtjig');
die "build/penbench and build/virtjig are not built: make all\n"
	unless defined $penbench && -x $penbench && defined $virtjig && -x $virtjig;
my $folder = tempdir(CLEANUP => 1);
my @names = qw(ENC_A ENC_B ENC_Z MOD_CLK MOD_DAT TACH PWM CMD);

# Runs a command; returns its exit status, stdout and stderr.
sub run_command {
	my (@command) = @_;
	my $pid = fork // die "fork: $!";
	if ($pid == 0) {
		open STDOUT, '>', "$folder/out" or die;
		open STDERR, '>', "$folder/err" or die;
		exec @command or die "$command[0]: $!";
	}
	waitpid $pid, 0;
	return ($? & 127 ? 128 + ($? & 127) : $? >> 8, slurp("$folder/out"), slurp("$folder/err"));
}

sub slurp {
	my ($path) = @_;
	open my $in, '<:raw', $path or return undef;
	local $/;
	return scalar <$in> // '';
}

sub capture { return run_command($penbench, 'capture', @_) }

# Both edges of each bit of one-byte samples.
sub count_edges {
	my ($raw) = @_;
	return (0) x 8 if length $raw < 2;
	my $changed = substr($raw, 1) ^ substr($raw, 0, -1);
	return map { ($changed & (chr(1 << $_) x length $changed)) =~ tr/\0//c } 0 .. 7;
}

sub analyzed_edges {
	my ($path) = @_;
	my ($status, $out) = run_command($penbench, 'analyze', $path, '--json',
		map { "pulse:ch=$_" } 0 .. 7);
	return "penbench analyze ends with $status" unless $status == 0;
	return map { $_->{rising} + $_->{falling} } @{ decode_json($out)->{results} };
}

sub stranger_reads {
	my ($path) = @_;
	my ($status, $raw) = run_command('sigrok-cli', '-i', $path, '-O', 'binary');
	return $status == 0 ? $raw : '';
}

# --- what penbench writes, others read
{
	my ($status, $out, $err) = capture('--seconds', '0.2', '--seed', 7, '-o', "$folder/a.sr");
	is($status, 0, 'capture of 0.2 s') or diag $err;
	is($out, '', 'says nothing on stdout');
	like($err, qr{^penbench capture: 5000000 samples of 8 channels at 25000000 Hz, sample clock }m,
		'and one line on stderr');
	my (undef, $shown) = run_command('sigrok-cli', '-i', "$folder/a.sr", '--show');
	like($shown, qr{Samplerate: 25000000}, 'sigrok-cli finds the rate');
	like($shown, qr{\b$_\b}, "sigrok-cli finds $_") for @names;
	my $raw = stranger_reads("$folder/a.sr");
	is(length $raw, 5000000, 'sigrok-cli reads every sample');
	my @edges = count_edges($raw);
	cmp_ok(abs($edges[3] / 2000000 - 1), '<', 500e-6, 'MOD_CLK is the jig\'s 5 MHz');
	cmp_ok($edges[4], '>', 300000, 'MOD_DAT is a bitstream');
	is_deeply([analyzed_edges("$folder/a.sr")], \@edges, 'penbench analyze counts the same edges');
}

# --- the same seed, the same bytes
{
	my ($status) = capture('--seconds', '0.2', '--seed', 7, '-o', "$folder/b.sr");
	is($status, 0, 'the same once more');
	my ($first, $second) = map { slurp("$folder/$_.sr") // '' } qw(a b);
	ok(length $first > 100000 && $first eq $second, 'same seed, same file');
	($status) = capture('--seconds', '0.2', '--seed', 8, '-o', "$folder/b.sr");
	is($status, 0, 'with another seed');
	ok($first ne (slurp("$folder/b.sr") // ''), 'another seed, another file');
	($status) = capture('--seconds', '0.1', '--rate', 24000000, '-o', "$folder/c.sr");
	is($status, 0, 'at 24 MS/s');
	is(length stranger_reads("$folder/c.sr"), 2400000, 'the samples of that rate');
}

# --- an unmodified stranger on the same analyzer
{
	my ($status, $out) = run_command($virtjig, '--', 'sh', '-c',
		'exec sigrok-cli -d beaglelogic:conn=$JIG_LOGIC --scan');
	is($status, 0, 'sigrok-cli scans');
	like($out, qr{BeagleLogic 1\.0 with \d+ channels}, 'and finds the analyzer');
	my $channels = join ',', map { $_ . '=' . shift @names } qw(P8_45 P8_46 P8_43 P8_44 P8_41 P8_42
		P8_39 P8_40);
	($status, undef, my $err) = run_command($virtjig, '--', 'sh', '-c',
		"exec sigrok-cli -d beaglelogic:conn=\$JIG_LOGIC -c samplerate=25m --samples 2500000 " .
		"-C $channels -o $folder/stranger.sr");
	is($status, 0, 'sigrok-cli captures') or diag $err;
	my @edges = count_edges(stranger_reads("$folder/stranger.sr"));
	cmp_ok(abs($edges[3] / 1000000 - 1), '<', 500e-6, 'and sees MOD_CLK');
	is_deeply([analyzed_edges("$folder/stranger.sr")], \@edges, 'penbench counts its edges too');
}

# --- refused: one line, the right status, no file
sub refused {
	my ($what, $wanted, $text, @arguments) = @_;
	my ($status, $out, $err) = capture(@arguments);
	# Lines of the jig's own summary are not the bench's.
	my @lines = grep { /^penbench/ } split /\n/, $err;
	is($status, $wanted, "$what: status");
	ok(@lines == 1 && $lines[0] =~ $text, "$what: one line that says so") or diag $err;
	is($out, '', "$what: nothing on stdout");
}

sub station {
	my ($from, $to) = @_;
	my $text = slurp('fixtures/stations/virtual.lua');
	my $jigs = abs_path('fixtures/jigs');
	$text =~ s{\.\./jigs}{$jigs};
	$text =~ s{$from}{$to} or die "no $from in the station";
	open my $out, '>', "$folder/station.lua" or die;
	print $out $text;
	close $out;
	return "$folder/station.lua";
}

my @short = ('--seconds', '0.1', '-o', "$folder/no.sr");
refused('no folder', 2, qr{setup: cannot write /nonexistent/x\.sr: No such file},
	'--seconds', 0.1, '-o', '/nonexistent/x.sr');
refused('a folder', 2, qr{not a regular file}, '--seconds', 0.1, '-o', $folder);
refused('a device', 2, qr{not a regular file}, '--seconds', 0.1, '-o', '/dev/null');
refused('no time', 2, qr{--seconds is missing}, '-o', "$folder/no.sr");
refused('a bad time', 2, qr{--seconds "$_"}, '--seconds', $_, '-o', "$folder/no.sr")
	for qw(0 -1 nan 1e9 1x);
refused('no file', 2, qr{-o FILE\.sr is missing}, '--seconds', 1);
refused('a bad rate', 2, qr{--rate "25M"}, @short, '--rate', '25M');
refused('a rate beyond the analyzer', 2, qr{refuses 200000000 samples/s}, @short, '--rate', 200000000,
	'--station', station(qr{stream_bytes_per_s = \d+}, 'stream_bytes_per_s = 400000000'));
refused('a rate beyond the link', 2,
	qr{2500000 bytes at 25000000 bytes/s fits neither its stream \(24000000 bytes/s\) nor its buffer},
	@short, '--station', station(qr{stream_bytes_per_s = \d+}, 'stream_bytes_per_s = 24000000'));
refused('more than one capture holds', 2, qr{will not deliver 2500000000 samples},
	'--seconds', 100, '-o', "$folder/no.sr");
refused('an unknown driver', 2, qr{libsigrok has no such driver}, @short,
	'--station', station(qr{"beaglelogic"}, '"beegle"'));
refused('nobody at that address', 3, qr{bench: .*no analyzer there .*Connection refused}, @short,
	'--station', station(qr{env "JIG_LOGIC"}, '"tcp/127.0.0.1/1"'));
refused('an unknown option', 2, qr{--pull: unknown option}, '--pull');
ok(!-e "$folder/no.sr", 'no file was left by any of them');

# --- Ctrl-C
{
	my $pid = fork // die;
	if ($pid == 0) {
		open STDERR, '>', "$folder/err" or die;
		setpgrp;
		exec $penbench, 'capture', '--seconds', 80, '-o', "$folder/no.sr" or die;
	}
	sleep 1.5;
	kill 'INT', -$pid; # as a terminal does: the whole group
	waitpid $pid, 0;
	is($? >> 8, 130, 'Ctrl-C: status 130') or diag slurp("$folder/err");
	ok(!-e "$folder/no.sr", 'and no part of a file');
	opendir my $d, $folder or die;
	is_deeply([grep { /^\.sr-|\.sr\./ } readdir $d], [], 'nor anything hidden');
}

# A crash in the analyzer's thread meets the program's handler, which says so and ends with 3, unless the
# thread blocks its signal: then the kernel ends the process, and a shell sees 139.
{
	my %number = (ILL => 4, TRAP => 5, ABRT => 6, BUS => 7, FPE => 8, SEGV => 11);
	my $has = sub { my ($status, $field, $number) = @_; return $status =~ /^$field:\s+\w*(\w{4})$/m && hex($1) >> ($number - 1) & 1 };
	my $pid = open my $out, '-|', qq{exec $virtjig -- sh -c 'echo \$\$; exec $penbench capture --seconds 80 -o $folder/no.sr' 2>/dev/null};
	chomp(my $bench = <$out> // 0);
	# Threads that hear no Ctrl-C, and what else they do not. One that is just being made blocks everything for a moment.
	my (@deaf, @blocked);
	for (1 .. 200) {
		sleep 0.02;
		@deaf = grep { $has->($_, 'SigBlk', 2) } map { slurp($_) } glob "/proc/$bench/task/*/status";
		@blocked = grep { my $n = $number{$_}; grep { $has->($_, 'SigBlk', $n) } @deaf } sort keys %number;
		last if @deaf && !@blocked;
	}
	my $main = slurp("/proc/$bench/status");
	isnt(scalar @deaf, 0, 'Ctrl-C is not for the analyzer\'s thread');
	is_deeply(\@blocked, [], 'its crashes are');
	is_deeply([grep { !$has->($main, 'SigCgt', $number{$_}) } sort keys %number], [], 'and have a handler');
	kill 'INT', $bench;
	close $out;
}

done_testing();
