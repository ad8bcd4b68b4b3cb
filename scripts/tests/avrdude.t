#!/usr/bin/perl
# A stranger programs the pen: unmodified avrdude through virtjig reads the signature, sets fuses,
# writes and verifies random images, and a second run of it reads back the same bytes.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Test::More;

plan skip_all => 'avrdude is not installed'
	unless grep { -x "$_/avrdude" } split /:/, $ENV{PATH};

my $folder = tempdir(CLEANUP => 1);
my $pen    = "$folder/pen";
my $jig    = 'build/virtjig';
my $seed   = 20260102;
srand $seed;

sub run {
	my (@words) = @_;
	my $status = system("timeout 100 @words >$folder/out 2>&1 </dev/null");
	open my $in, '<', "$folder/out" or die "$folder/out: $!";
	local $/;
	return ($status >> 8, scalar <$in>);
}

sub avrdude {
	my ($period_us, @words) = @_;
	return run($jig, '--pen', $pen, '--', 'avrdude', '-c', '4232h', '-P', 'usb', '-p', 'm328p',
		'-B', $period_us, @words);
}

sub read_file {
	my ($name) = @_;
	open my $in, '<:raw', $name or return '';
	local $/;
	return scalar <$in>;
}

my ($status, $text) = run($jig, qw(-- avrdude -c 4232h -P usb -p m328p -U flash:r:-:i));
is($status, 0, 'a factory pen is read with the plain command line') or diag $text;
like($text, qr/signature = 0x1e950f/, 'its signature is that of an ATmega328P');
like($text, qr/^:00000001FF$/m, 'its flash is blank');
like($text, qr/virtjig: simulated \S+ s, host \S+ s, ratio \S+, dead-man trips 0, /,
	'the summary line stands at the end');

# A factory pen runs at 1 MHz: a fast clock must fail, a slow one sets the fuses.
($status, $text) = avrdude(0.67, qw(-U signature:r:-:h));
isnt($status, 0, 'a factory pen does not follow 1.5 MHz');
($status, $text) = avrdude(10, qw(-U lfuse:w:0xff:m -U hfuse:w:0xd1:m -U efuse:w:0xfd:m));
is($status, 0, 'fuses are written and verified at 100 kHz') or diag $text;
($status, $text) = avrdude(0.67, qw(-qq -U lfuse:r:-:h -U hfuse:r:-:h -U efuse:r:-:h));
is($status, 0, 'then the pen follows 1.5 MHz') or diag $text;
like($text, qr/^0xff\n0xd1\n0xfd$/m, 'and has kept its fuses');

for my $size (1, 128, 2 + int rand 4000, 4097 + int rand 20000, 32768) {
	my $image = join '', map { chr int rand 256 } 2 .. $size;
	$image .= chr int rand 255; # avrdude leaves out trailing FF when it reads
	open my $out, '>:raw', "$folder/image" or die "$folder/image: $!";
	print {$out} $image or die "$folder/image: $!";
	close $out or die "$folder/image: $!";
	# -A: avrdude 7.1 takes a file of one byte for one that ends in FF, and writes nothing.
	($status, $text) = avrdude(0.67, '-A', '-U', "flash:w:$folder/image:r");
	is($status, 0, "$size bytes are written and verified") or diag $text;
	unlink "$folder/back";
	($status, $text) = avrdude(0.67, '-qq', '-A', '-U', "flash:r:$folder/back:r");
	my $back = read_file("$folder/back");
	ok($status == 0 && substr($back, 0, $size) eq $image && substr($back, $size) =~ /^\xff*$/,
		"$size bytes are read back by another run") or diag $text;
}

done_testing();
