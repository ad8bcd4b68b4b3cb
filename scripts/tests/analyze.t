#!/usr/bin/perl
# `penbench analyze` against strangers: captures with known answers where their folder is there, a
# capture that sigrok-cli made and sigrok-cli's own samples of it; exit codes; damage.
use strict;
use warnings;
use File::Temp qw(tempdir);
use JSON::PP;
use Test::More;

my $penbench = $ENV{PENBENCH} // 'build/penbench';
die "$penbench is not built: make all\n" unless -x $penbench;
my $folder = tempdir(CLEANUP => 1);

sub slurp {
	my ($name) = @_;
	open my $in, '<:raw', $name or die "$name: $!";
	local $/;
	return scalar <$in>;
}

# Runs penbench analyze; returns its exit status, stdout and stderr.
sub analyze {
	my (@words) = @_;
	my $pid = fork // die "fork: $!";
	if ($pid == 0) {
		open STDOUT, '>', "$folder/out" or die;
		open STDERR, '>', "$folder/err" or die;
		exec $penbench, 'analyze', @words or die;
	}
	waitpid $pid, 0;
	return ($? & 127 ? 128 + ($? & 127) : $? >> 8, slurp("$folder/out"), slurp("$folder/err"));
}

sub refused {
	my ($wanted, $pattern, $what, @words) = @_;
	my ($status, $out, $err) = analyze(@words);
	is($status, $wanted, "$what: exit status");
	is($out, '', "$what: nothing on stdout");
	like($err, $pattern, "$what: says why") or diag $err;
	is(($err =~ tr/\n//), 1, "$what: in one line");
	return;
}

SKIP: {
	my $captures = '../shared/captures';
	skip "$captures is not there", 1 unless -x "$captures/check.py";
	my $told = `$captures/check.py $captures $penbench 2>&1`;
	like($told, qr/^93 of 93 quantities agree/m, 'captures that nobody here made') or diag $told;
}

SKIP: {
	skip 'sigrok-cli is not installed', 1 unless grep { -x "$_/sigrok-cli" } split /:/, $ENV{PATH};
	my ($file, $mixed) = ("$folder/logic.sr", "$folder/mixed.sr");
	my $demo = 'sigrok-cli -d demo --samples 20000';
	my $logic = '-C D0,D1,D2,D3,D4,D5,D6,D7';
	system("{ $demo $logic -o $file && $demo -o $mixed; } >/dev/null 2>&1") == 0
		or skip 'sigrok-cli has no demo driver', 1;
	my @samples = unpack 'C*', `sigrok-cli -i $file -O binary`;
	my ($status, $out, $err) = analyze('--json', $file, map {"pulse:ch=D$_"} 0 .. 7);
	is($status, 0, 'a file of sigrok-cli is read') or diag $err;
	my $json = decode_json($out);
	is($json->{samples}, 20000, 'all of its samples');
	is(scalar @samples, 20000, 'sigrok-cli gives them too');
	for my $bit (0 .. 7) {
		my ($rising, $high) = (0, $samples[0] >> $bit & 1);
		for my $i (1 .. $#samples) {
			$rising += ($samples[$i] & ~$samples[$i - 1]) >> $bit & 1;
			$high += $samples[$i] >> $bit & 1;
		}
		is($json->{results}[$bit]{rising}, $rising, "D$bit: rising edges");
		is($json->{results}[$bit]{high_samples}, $high, "D$bit: high samples");
	}
	($status, $out) = analyze('--json', '--rate', '1MHz', $mixed, 'analog:ch=A0', 'pulse:ch=0');
	$json = decode_json($out);
	is($json->{samplerate_hz}, 1000000, '--rate overrides');
	is($json->{results}[0]{samples}, 20000, 'an analog channel, in the order asked');
	is($json->{results}[1]{analysis}, 'pulse', 'a logic one after it');
	($status, $out) = analyze($file, 'pulse:ch=D0');
	like($out, qr/rising +\d+/, 'a table without --json');

	refused(2, qr/no channel "D9"/, 'no such channel', $file, 'pulse:ch=D9');
	refused(2, qr/unknown analysis "pluse"/, 'no such analysis', $file, 'pluse:ch=D0');
	refused(2, qr/its keys are/, 'no such key', $file, 'pulse:chan=D0');
	refused(2, qr/analog channel "D0"/, 'no such analog channel', $mixed, 'analog:ch=D0');
	refused(2, qr/--rate/, 'a rate that is none', '--rate', 'fast', $file, 'pulse:ch=D0');
	refused(2, qr/at least one analysis/, 'nothing asked', $file);

	my $bytes = slurp($file);
	substr $bytes, int(length($bytes) / 2), 16, '0123456789abcdef';
	open my $to, '>:raw', "$folder/bad.sr" or die;
	print {$to} $bytes;
	close $to or die;
	refused(1, qr/bad\.sr/, 'a damaged file', '--json', "$folder/bad.sr", 'pulse:ch=D0');
	open $to, '>:raw', "$folder/bad.sr" or die;
	print {$to} substr $bytes, 0, length($bytes) / 2;
	close $to or die;
	refused(1, qr/bad\.sr/, 'half a file', '--json', "$folder/bad.sr", 'pulse:ch=D0');

	system("$penbench analyze $file pulse:ch=D0 >/dev/full 2>$folder/err");
	is($? >> 8, 3, 'an unwritable stdout');
	like(slurp("$folder/err"), qr/stdout/, 'is named');
}

refused(1, qr/none\.sr/, 'no such file', "$folder/none.sr", 'pulse:ch=0');
refused(2, qr/want FILE/, 'no file at all');
refused(2, qr/option/, 'an unknown option', '--frobnicate', 'x.sr', 'pulse:ch=0');

done_testing();
