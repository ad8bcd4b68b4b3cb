#!/usr/bin/perl
# `penbench flash` end to end, with avrdude as the stranger that reads back what it wrote and writes what
# it has to accept; bad input with its message and exit code; the floor of simulated time.
use strict;
use warnings;
use Compress::Zlib qw(crc32);
use Cwd qw(getcwd);
use File::Temp qw(tempdir);
use Test::More;

my $folder  = tempdir(CLEANUP => 1);
my $pen     = "$folder/pen";
my $jig     = 'build/virtjig';
my $bench   = 'build/penbench';
my $avrdude = (grep { -x } map { "$_/avrdude" } split /:/, $ENV{PATH})[0];

# Numbers that repeat: xorshift32.
my $state = 20260101;
sub random_byte {
	$state ^= ($state << 13) & 0xffffffff;
	$state ^= $state >> 17;
	$state ^= ($state << 5) & 0xffffffff;
	return $state & 0xff;
}

sub write_file {
	my ($name, $content) = @_;
	open my $out, '>:raw', "$folder/$name" or die "$folder/$name: $!";
	print {$out} $content or die "$folder/$name: $!";
	close $out or die "$folder/$name: $!";
	return "$folder/$name";
}

sub read_file {
	my ($name) = @_;
	open my $in, '<:raw', "$folder/$name" or return '';
	local $/;
	return scalar <$in>;
}

# Exit status and everything a command said on stderr.
sub run {
	my (@words) = @_;
	my $status = system("timeout 60 @words >$folder/out 2>$folder/err");
	return ($status >> 8, read_file('err'));
}

# HEX with records of 16 bytes; the last byte is never FF, so that the size is what it seems.
sub random_hex {
	my ($name, $size) = @_;
	my $bytes = join '', map { chr random_byte() } 2 .. $size;
	$bytes .= chr(random_byte() & 0x7f);
	my $text = '';
	for (my $at = 0; $at < $size; $at += 16) {
		my $part = substr $bytes, $at, 16;
		my $record = pack('CnC', length $part, $at, 0) . $part;
		$text .= ':' . uc(unpack 'H*', $record . chr(-unpack('%8C*', $record) & 0xff)) . "\n";
	}
	return (write_file($name, "$text:00000001FF\n"), $bytes);
}

# At 1.5 MHz; -B 8 for a part that still runs at the factory's 1 MHz clock.
sub dude { return "$avrdude -q -q -c 4232h -P usb -p m328p -B 0.7 @_" }

# ---- good images, both ways ----

my ($status, $said);

# The stranger's own pen, with the fuses of a finished one, to be written by it.
($status, $said) = run("$jig --pen $folder/strange -- " . dude('-B 8 -U lfuse:w:0xff:m -U hfuse:w:0xd1:m'))
	if defined $avrdude;

for my $size (1, 129, 4096, 20001, 32768) {
	my ($hex, $bytes) = random_hex("$size.hex", $size);
	unlink $pen;
	($status, $said) = run("$jig --pen $pen -- $bench flash $hex");
	is($status, 0, "$size bytes: flashed") or diag($said);
	like($said, qr/^penbench flash: flashed $size bytes, verified, \d+\.\d\d s/m, 'the last line says so');
	unlike($said, qr/\r|\e/, 'no progress bar in a pipe');
	is(read_file('out'), '', 'nothing on stdout');
	SKIP: {
		skip 'avrdude is not installed', 4 if !defined $avrdude;
		# avrdude 7.1 neither reads nor writes an image of one byte over an FTDI chip (it moves
		# whole words, and takes a flash whose byte 0 alone is not FF for empty): bytes by hand.
		my $reads = $size == 1 ? "-t <$folder/dump" : "-U flash:r:$folder/back.bin:r";
		my $writes = $size == 1 ? "-t <$folder/byte" : "-U flash:w:$hex:i";
		write_file('dump', "dump flash 0 1\nquit\n");
		write_file('byte', sprintf "erase\nwrite flash 0 0x%02x\nquit\n", ord $bytes);
		unlink "$folder/back.bin";
		($status, $said) = run("$jig --pen $pen -- sh -c '" . dude($reads) . "'");
		is($status, 0, "avrdude reads $size bytes back") or diag($said);
		my $back = $size > 1 ? substr read_file('back.bin'), 0, $size
			: read_file('out') =~ /^0000\s+([0-9a-f]{2})/m ? chr hex $1 : '';
		ok($back eq $bytes, 'and they are the same');
		($status, $said) = run("$jig --pen $folder/strange -- sh -c '" . dude($writes) . "'");
		is($status, 0, "avrdude writes $size bytes") or diag($said);
		($status, $said) = run("$jig --pen $folder/strange -- $bench flash --verify-only $hex");
		is($status, 0, "--verify-only accepts the $size bytes that avrdude wrote") or diag($said);
	}
}

SKIP: {
	skip 'avrdude is not installed', 1 if !defined $avrdude;
	run("$jig --pen $pen -- " . dude(map { "-U ${_}fuse:r:$folder/$_:h" } qw(l h e)));
	my $fuses = join ' ', map { hex } map { read_file($_) =~ /(\w+)/ } qw(l h e);
	is($fuses, join(' ', 0xff, 0xd1, 0xfd), 'avrdude reads the fuses of a finished pen');
}

# ---- the floor ----

unlink $pen;
($status, $said) = run("$jig --pen $pen -- $bench flash $folder/32768.hex");
my ($sck_mhz) = $said =~ /SCK ([\d.]+) MHz/;
# The jig's own count, less the 2 s for which it watches a pen whose bench has left.
my ($sim_s) = $said =~ /simulated ([\d.]+) s/;
$sim_s = ($sim_s // 1e9) - 2;
my $floor_s = 0.009 + 256 * 0.0045 + (2 * 32768 * 32 + 256 * 32) / (($sck_mhz // 0) * 1e6 || 1);
cmp_ok($sck_mhz // 0, '>=', 1.5, 'SCK of 1.5 MHz or more');
cmp_ok($sim_s, '<=', 1.15 * $floor_s, sprintf '32 KiB in %.3f s: within 1.15 of the floor of %.3f s',
	$sim_s, $floor_s);
cmp_ok($sim_s, '>=', $floor_s, 'and not below it');

# ---- verify ----

my ($other, $bytes) = random_hex('other.hex', 32768);
($status, $said) = run("$jig --pen $pen -- $bench flash --verify-only $other");
is($status, 1, 'another image is a failed pen');
like($said, qr/pen: flash differs from the image: at 0x\w{4} wanted \w\w, got \w\w \(\d+ of 32768/,
	'address, wanted, got, count');
($status, $said) = run("$jig --pen $pen -- $bench flash --verify-only $folder/32768.hex");
is($status, 0, 'and nothing was written by it') or diag($said);
($status, $said) = run("$jig --pen $pen -- $bench flash --verify-only --fuses 62:D9:FF $folder/32768.hex");
is($status, 1, 'fuses that were asked for are compared');
like($said, qr/low fuse: wanted 62, got FF/, 'and named');

# ---- pens that are bad in a known way: bytes of the jig's pen file changed from outside ----

# Flash begins at 8, fuses and signature behind 32 KiB of flash and 1 KiB of EEPROM; a CRC-32 ends it.
my ($lfuse_at, $hfuse_at, $signature_at) = map { 8 + 32768 + 1024 + $_ } 0, 1, 5;
sub changed_pen {
	my ($at, @bytes) = @_;
	my $content = read_file('pen');
	substr($content, $at, scalar @bytes) = pack 'C*', @bytes;
	substr($content, -4) = pack 'V', crc32(substr $content, 0, -4);
	return write_file('changed', $content);
}

my $kept = read_file('pen');
my $byte = ord substr $kept, 8 + 0x1234, 1;
my $changed = changed_pen(8 + 0x1234, $byte ^ 0x10);
($status, $said) = run("$jig --pen $changed -- $bench flash --verify-only $folder/32768.hex");
is($status, 1, 'one bit of the flash is enough');
my $difference = sprintf 'at 0x1234 wanted %02X, got %02X (1 of 32768', $byte, $byte ^ 0x10;
like($said, qr/\Q$difference/, 'and is named');
$changed = changed_pen($signature_at, 0x1e, 0x95, 0x14);
($status, $said) = run("$jig --pen $changed -- $bench flash $folder/129.hex");
is($status, 1, 'another part is a failed pen');
like($said, qr/pen: signature 1e9514 \(ATmega328\), wanted 1e950f \(ATmega328P\)/, 'with both signatures');
is(substr(read_file('changed'), 8, 32768), substr($kept, 8, 32768), 'and nothing was written to it');
$changed = changed_pen($hfuse_at, 0xf1);
($status, $said) = run("$jig --pen $changed -- $bench flash $folder/129.hex");
is($status, 3, 'a pen that does not answer is a bench fault');
like($said, qr/bench: the pen does not answer on ISP \(4 tries at 125 kHz, MISO stays high\)/, 'and says so');
$changed = changed_pen($lfuse_at, 0x62);
($status, $said) = run("$jig --pen $changed -- $bench flash --verify-only $folder/32768.hex");
is($status, 0, 'a slow pen is verified at its own rate') or diag($said);
like($said, qr/SCK 0\.200 MHz/, 'below a quarter of its clock');

# ---- the firmware itself, as the compiler and the linker leave it ----

SKIP: {
	my ($elf, $hex) = map { "build/firmware/pen.$_" } qw(elf hex);
	skip 'the firmware is not built', 3 if !-e $elf || !-e $hex;
	unlink $pen;
	($status, $said) = run("$jig --pen $pen -- $bench flash $elf");
	is($status, 0, 'an ELF of avr-gcc is flashed') or diag($said);
	my ($crc) = $said =~ /image CRC (\w+)/;
	($status, $said) = run("$jig --pen $pen -- $bench flash --verify-only $hex");
	is($status, 0, 'and is the same image as its HEX') or diag($said);
	like($said, qr/image CRC $crc/, 'with the same CRC');
}

# ---- lock ----

($status, $said) = run("$jig -- $bench flash --sck 1000000 $folder/129.hex");
is($status, 0, '--sck: a slower SCK flashes too');
like($said, qr/SCK 1\.000 MHz/, '--sck: and is the one used');
($status, $said) = run("$jig -- $bench flash --sck fast $folder/129.hex");
is($status, 2, '--sck: a bad one is a usage error');
($status, $said) = run("$jig --pen $pen -- $bench flash --lock FC $folder/129.hex");
is($status, 0, 'locked last') or diag($said);
($status, $said) = run("$jig --pen $pen -- $bench flash --verify-only $folder/129.hex");
is($status, 1, 'a locked pen cannot be verified');
like($said, qr/locked against reading/, 'and says why');
($status, $said) = run("$jig --pen $pen -- $bench flash $folder/129.hex");
is($status, 0, 'flashing unlocks it') or diag($said);
($status, $said) = run("$jig --pen $folder/rc -- $bench flash --fuses none $folder/129.hex");
is($status, 0, 'a factory part is flashed at its own 1 MHz') or diag($said);
like($said, qr/SCK 0\.200 MHz/, 'with an SCK that it can follow');

# ---- Ctrl-C: the pen is not left half done without a word, and the next run works ----

# On this machine's clock, as on a line, so that there is a middle to stop in.
sub station {
	my ($name, $old, $new) = @_;
	open my $in, '<', 'fixtures/stations/virtual.lua' or die "station: $!";
	local $/;
	my $text = <$in>;
	my $here = getcwd();
	$text =~ s{"\.\./jigs}{"$here/fixtures/jigs};
	$text =~ s/$old/$new/ or die "station: no $old";
	return write_file($name, $text);
}
my $wall = station('wall.lua', 'clock = \{.*?\}', 'clock = { driver = "wall" }');
unlink $pen;
($status, $said) = run("$jig --pen $pen -- timeout -s INT 1 $bench flash --station $wall $other");
isnt($status, 0, 'an interrupted flash is no success');
like($said, qr/abort: not finished, flash the pen again: stopped/, 'and says what to do');
($status, $said) = run("$jig --pen $pen -- $bench flash --verify-only $other");
is($status, 1, 'what it left does not verify');
($status, $said) = run("$jig --pen $pen -- $bench flash $other");
is($status, 0, 'the next one works') or diag($said);

# ---- bad input: exit 2, one line, before anything is opened ----

sub refused {
	my ($arguments, $reason, $what) = @_;
	my ($code, $text) = run("$bench flash $arguments");
	is($code, 2, "$what: exit 2");
	like($text, qr/^penbench flash: setup: [^\n]*$reason[^\n]*\n\z/, "$what: one line");
}

my $elf = "\x7fELF\x01\x01\x01" . "\0" x 9 . pack('vvVVVVVv6', 2, 40, 1, 0, 52, 0, 0, 52, 32, 1, 40, 0, 0)
	. pack('V8', (0) x 8);
refused('', 'no image given', 'no image');
refused("$folder/1.hex $folder/129.hex", 'more than one image', 'two images');
refused("$folder/none.hex", 'No such file', 'a missing file');
refused('--sped 3 x.hex', 'unknown option', 'an unknown option');
refused(write_file('empty.hex', ''), 'empty', 'an empty file');
refused(write_file('text.hex', "hello\n"), 'neither Intel HEX nor ELF', 'a text');
refused(write_file('sum.hex', ":0100000055AB\n:00000001FF\n"), 'line 1: checksum wanted AA, got AB', 'a checksum');
refused(write_file('cut.hex', ":0100000055AA\n"), 'end record is missing', 'a file cut short');
refused(write_file('large.hex', ":01800000116E\n:00000001FF\n"), 'too large', 'a large image');
refused(write_file('large.bin', 'x' x 32769), 'too large', 'a large raw image');
refused(write_file('raw', 'x' x 100), 'must be named \.bin', 'a raw image without the name');
refused(write_file('arm.elf', $elf), 'machine 40, wanted 83', 'an ELF of another machine');
refused("--fuses FF:F1:FD $folder/1.hex", 'lock every programmer out', 'fuses that end ISP');
refused("--fuses FFD1FD $folder/1.hex", 'low:high:extended', 'fuses that are none');

# ---- wrong and missing devices: exit 3 ----

{
	local $ENV{JIG_SESSION} = 'none'; # as on a line: nothing is launched
	($status, $said) = run("$bench flash --station $wall $folder/1.hex");
	is($status, 3, 'no device at all: exit 3');
	like($said, qr/bench: .*no FT4232H with serial number PB0001, and no other either/, 'and says so');
}
my $station = station('other.lua', 'PB0001', 'PB0002');
($status, $said) = run("$bench flash --station $station $folder/1.hex");
is($status, 3, 'no such serial number: exit 3');
like($said, qr/bench: .*serial number PB0002 \(found: PB0001\)/, 'wanted and found');

done_testing();
