#!/usr/bin/perl
# A capture may be longer than memory: analysing 1.8 G samples, which a file of a few MB inflates to,
# takes less than 64 MB, whether they stand in chunks or in one member, and the answer is exact.
use strict;
use warnings;
use Compress::Raw::Zlib qw(Z_OK Z_FULL_FLUSH Z_BEST_COMPRESSION crc32 MAX_WBITS);
use File::Temp qw(tempdir);
use JSON::PP;
use Test::More;
use Time::HiRes qw(sleep);

my $penbench = $ENV{PENBENCH} // (($ENV{PENBENCH_BUILD} // 'build') . '/penbench');
die "$penbench is not built: make all\n" unless -x $penbench;
my $folder = tempdir(CLEANUP => 1);
my $limit_kb = 64 * 1024;

# 4 M samples: A and B run up and down by 1000 counts, PWM has 500 samples a period, the line is idle.
# Deflated as blocks that end on a byte and need no history, so that they may be repeated.
my ($piece_samples, $pieces) = (4_000_000, 450);
my $piece = '';
{
	my @up = map { chr(0x80 | $_) x 25 } 0, 1, 3, 2;
	my $strokes = join('', @up) x 250 . join('', reverse @up) x 250; # 50,000 samples
	my $pwm = ("\x40" x 200 . "\0" x 300) x 100;
	$piece = ($strokes | $pwm) x 80;
}
length $piece == $piece_samples or die length $piece;
my $crc = crc32($piece);
my ($z) = Compress::Raw::Zlib::Deflate->new(-WindowBits => -MAX_WBITS(), -AppendOutput => 1,
	-Level => Z_BEST_COMPRESSION);
my $blocks = '';
$z->deflate($piece, $blocks) == Z_OK && $z->flush($blocks, Z_FULL_FLUSH) == Z_OK or die;
my $end = "\x03\x00"; # an empty last block

sub write_zip {
	my ($path, @members) = @_; # name, CRC, size, deflated parts...
	my $directory = '';
	my $offset = 0;
	open my $out, '>:raw', $path or die "$path: $!";
	for my $m (@members) {
		my ($name, $sum, $size, @parts) = @$m;
		my $stored = 0;
		$stored += length for @parts;
		my $head = pack 'vvvVVVVvv', 20, 0, 8, 0x58210000, $sum, $stored, $size, length $name, 0;
		print {$out} pack('V', 0x04034b50), $head, $name, @parts;
		$directory .= pack('Vv', 0x02014b50, 20) . $head . pack('vvvVV', 0, 0, 0, 0, $offset) . $name;
		$offset += 30 + length($name) + $stored;
	}
	print {$out} $directory, pack 'VvvvvVVv', 0x06054b50, 0, 0, scalar @members, scalar @members,
		length $directory, $offset, 0;
	close $out or die;
	return;
}

sub text {
	my ($name, $text) = @_;
	my ($one) = Compress::Raw::Zlib::Deflate->new(-WindowBits => -MAX_WBITS(), -AppendOutput => 1);
	my $packed = '';
	$one->deflate($text, $packed) == Z_OK && $one->flush($packed) == Z_OK or die;
	return [$name, crc32($text), length $text, $packed];
}

my @head = (text('version', '2'), text('metadata', join "\n", '[device 1]', 'capturefile=logic-1',
	'total probes=8', 'samplerate=12 MHz', 'unitsize=1', 'probe1=A', 'probe2=B', 'probe7=PWM', 'probe8=RX', ''));
write_zip("$folder/chunks.sr", @head,
	map { ["logic-1-$_", $crc, $piece_samples, $blocks, $end] } 1 .. $pieces);
my $sum = $crc;
$sum = Compress::Raw::Zlib::crc32_combine($sum, $crc, $piece_samples) for 2 .. $pieces;
write_zip("$folder/single.sr", @head, ['logic-1', $sum, $piece_samples * $pieces, ($blocks) x $pieces, $end]);

for my $name (qw(chunks single)) {
	my $pid = fork // die "fork: $!";
	if ($pid == 0) {
		open STDOUT, '>', "$folder/out" or die;
		# The analyses that keep lists of strokes and bytes come with them.
		exec $penbench, 'analyze', '--json', "$folder/$name.sr", 'quadrature:a=A,b=B', 'pulse:ch=PWM',
			'uart:rx=RX,baud=115200' or die;
	}
	my ($peak_kb, $status) = (0, undef);
	until (waitpid($pid, 1) == $pid) { # WNOHANG; the peak is the system's own, so nothing slips by but the end
		if (open my $in, '<', "/proc/$pid/status") {
			while (<$in>) { $peak_kb = $1 if /^VmHWM:\s+(\d+)/ && $1 > $peak_kb }
		}
		sleep 0.02;
	}
	is($?, 0, "$name: analysed");
	open my $in, '<', "$folder/out" or die;
	my $json = decode_json(do { local $/; <$in> });
	is($json->{samples}, $piece_samples * $pieces, '1.8 G samples');
	is($json->{results}[1]{rising}, $pieces * 80 * 100 - 1, 'each pulse counted but the one under way at the start');
	is($json->{results}[0]{peak_to_peak}, 999, 'strokes');
	cmp_ok($peak_kb, '>', 1000, 'the peak was seen');
	cmp_ok($peak_kb, '<', $limit_kb, sprintf 'at most 64 MB: %.1f MB', $peak_kb / 1024);
	cmp_ok(-s "$folder/$name.sr", '<', $piece_samples * $pieces / 200, 'from a file of a few MB');
}
done_testing();
