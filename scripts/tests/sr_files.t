#!/usr/bin/perl
# Session files as others write them, and as accidents leave them. Each file is put together here,
# byte by byte, so that nothing it is read with has a say in how it looks. A good one reads as exactly
# what was put in; a bad one is exit 1, nothing on stdout, and a line that names the member.
use strict;
use warnings;
use Compress::Raw::Zlib qw(Z_OK Z_STREAM_END crc32 MAX_WBITS);
use File::Temp qw(tempdir);
use JSON::PP;
use Test::More;

my $penbench = $ENV{PENBENCH} // (($ENV{PENBENCH_BUILD} // 'build') . '/penbench');
die "$penbench is not built: make all\n" unless -x $penbench;
my $folder = tempdir(CLEANUP => 1);
my $path = "$folder/f.sr";

sub deflated {
	my ($data) = @_;
	my ($z) = Compress::Raw::Zlib::Deflate->new(-WindowBits => -MAX_WBITS(), -AppendOutput => 1);
	my $out = '';
	$z->deflate($data, $out) == Z_OK && $z->flush($out) == Z_OK or die;
	return $out;
}

# A zip of [NAME, DATA, OPTIONS...]: stored => 1, crc/size => what the archive says, descriptor => 1
# (sizes behind the data), zip64 => 1 (sizes in the extra field), flags, method.
sub zip {
	my (@members) = @_;
	my ($zip, $directory) = ('', '');
	for my $m (@members) {
		my ($name, $data, %o) = @$m;
		my $stored = $o{stored} ? $data : deflated($data);
		my ($crc, $size) = ($o{crc} // crc32($data), $o{size} // length $data);
		my $flags = ($o{flags} // 0) | ($o{descriptor} ? 8 : 0);
		my $method = $o{method} // ($o{stored} ? 0 : 8);
		my $offset = length $zip;
		my @sizes = $o{zip64} ? (0xffffffff, 0xffffffff) : (length $stored, $size);
		my $extra = $o{zip64} ? pack('vvQ<Q<', 1, 16, $size, length $stored) : '';
		my @local = $o{descriptor} ? (0, 0, 0) : ($crc, @sizes);
		$zip .= pack('VvvvVVVVvv', 0x04034b50, 45, $flags, $method, 0x58210000, @local,
			length $name, length $extra) . $name . $extra . $stored;
		$zip .= pack('VVVV', 0x08074b50, $crc, length $stored, $size) if $o{descriptor};
		$directory .= pack('VvvvvVVVVvvvvvVV', 0x02014b50, 45, 45, $flags, $method, 0x58210000, $crc,
			@sizes, length $name, length $extra, 0, 0, 0, 0, $offset) . $name . $extra;
	}
	return $zip . $directory . pack('VvvvvVVv', 0x06054b50, 0, 0, scalar @members, scalar @members,
		length $directory, length $zip, 0);
}

sub put {
	my ($bytes) = @_;
	open my $out, '>:raw', $path or die "$path: $!";
	print {$out} $bytes;
	close $out or die;
	return;
}

sub analyze {
	my (@words) = @_;
	my $pid = fork // die "fork: $!";
	if ($pid == 0) {
		open STDOUT, '>', "$folder/out" or die;
		open STDERR, '>', "$folder/err" or die;
		exec $penbench, 'analyze', '--json', @words or die;
	}
	waitpid $pid, 0;
	my $status = $? & 127 ? 128 + ($? & 127) : $? >> 8;
	local $/;
	my @told = map { open my $in, '<:raw', "$folder/$_" or die; scalar <$in> } qw(out err);
	return ($status, @told);
}

# What pulse has to say of each bit of the samples, by looking at each.
sub truth {
	my ($bits, @samples) = @_;
	return join ' ', scalar @samples, map {
		my $bit = $_;
		my ($rising, $high) = (0, 0);
		for my $i (0 .. $#samples) {
			$high += $samples[$i] >> $bit & 1;
			$rising += $i > 0 && ($samples[$i] & ~$samples[$i - 1]) >> $bit & 1;
		}
		"$rising/$high"
	} 0 .. $bits - 1;
}

sub told {
	my ($json) = @_;
	return join ' ', $json->{samples}, map {"$_->{rising}/$_->{high_samples}"} @{ $json->{results} };
}

sub reads {
	my ($what, $bits, $samples, $zip, @words) = @_;
	put($zip);
	my ($status, $out, $err) = analyze(@words, $path, map {"pulse:ch=$_"} 0 .. $bits - 1);
	my $json = $status == 0 ? decode_json($out) : {};
	is($status == 0 ? told($json) : $err, truth($bits, @$samples), $what);
	return $json;
}

sub refuses {
	my ($what, $pattern, $zip, $status_wanted, @specs) = @_;
	put($zip);
	my ($status, $out, $err) = analyze($path, @specs ? @specs : 'pulse:ch=0');
	is($status, $status_wanted // 1, "$what: exit status");
	is($out, '', "$what: nothing on stdout");
	like($err, $pattern, "$what: says where");
	is($err =~ tr/\n//, 1, "$what: in one line");
	return;
}

my @samples = map { $_ * 37 % 251 } 1 .. 400;
my $bytes = pack 'C*', @samples;
my $version = [version => '2', stored => 1];
sub metadata { return [metadata => join "\n", '[global]', 'sigrok version=0.5.2', '', '[device 1]', @_, '', ''] }
my $plain = metadata('capturefile=logic-1', 'total probes=8', 'samplerate=1 MHz', 'unitsize=1');
my @chunks = map { ["logic-1-$_", substr $bytes, 33 * ($_ - 1), 33] } 1 .. 13;
$chunks[12][1] = substr $bytes, 33 * 12;

# Good ones.
reads('version 2', 8, \@samples, zip($version, $plain, @chunks));
reads('version 1, one member, key = value', 8, \@samples, zip([version => "1\n"],
	[metadata => "[global]\r\nsigrok version = 0.2.0\r\n[device 1]\r\ndriver = fx2lafw\r\n"
		. "capturefile = logic-1\r\nunitsize = 1\r\ntotal probes = 8\r\n"], ['logic-1', $bytes]));
reads('chunks backwards, metadata last', 8, \@samples, zip(reverse $version, $plain, @chunks));
reads('chunks as a sort of names has them', 8, \@samples,
	zip($version, $plain, sort { $a->[0] cmp $b->[0] } @chunks));
reads('an empty chunk', 8, \@samples, zip($version, $plain, ['logic-1-1', ''], ['logic-1-2', $bytes]));
reads('stored, not deflated', 8, \@samples, zip($version, $plain, ['logic-1-1', $bytes, stored => 1]));
reads('sizes behind the data', 8, \@samples, zip($version, $plain, map { [@$_, descriptor => 1] } @chunks));
reads('zip64', 8, \@samples, zip($version, $plain, map { [@$_, zip64 => 1] } @chunks));
reads('no samples at all', 1, [], zip($version, $plain, ['logic-1-1', '']));

# Channels.
{
	my @names = ('MODE/XA', 'STEP (Y axis)', '7', 'D', 'D', 'a,b=c', 'x y');
	my $meta = metadata('capturefile=logic-1', 'total probes=7', 'unitsize=1',
		map { 'probe' . ($_ + ($_ > 2 ? 2 : 1)) . "=$names[$_]" } 0 .. $#names); # none at bit 3
	put(zip($version, $meta, @chunks));
	my %bit = ('MODE/XA' => 0, 'STEP (Y axis)' => 1, 7 => 2, 3 => 3, 'a,b=c' => 6, 'x y' => 7, 4 => 4, 5 => 5);
	for my $name (sort keys %bit) {
		my ($status, $out, $err) = analyze($path, "pulse:ch=$name");
		my $wanted = (split / /, truth(8, @samples))[1 + $bit{$name}];
		is($status == 0 ? (split / /, told(decode_json($out)))[1] : $err, $wanted, "channel $name");
	}
	refuses('a name that stands twice', qr/"D" stands twice.*bits 4 and 5/, zip($version, $meta, @chunks), 2,
		'pulse:ch=D');
}

# Unit sizes.
my @wide = unpack 'v*', $bytes;
for my $probes (3, 9, 16, 24) {
	reads("2 bytes, $probes probes", 16, \@wide, zip($version,
		metadata('capturefile=logic-1', "total probes=$probes", 'unitsize=2'), @chunks));
}
reads('no unit size, 12 probes', 16, \@wide,
	zip($version, metadata('capturefile=logic-1', 'total probes=12'), @chunks));
reads('5 bytes', 40, [map { my @b = unpack 'C5', substr $bytes, 5 * $_; $b[0] | $b[1] << 8 | $b[2] << 16
	| $b[3] << 24 | $b[4] << 32 } 0 .. 79], zip($version,
	metadata('capturefile=logic-1', 'total probes=34', 'unitsize=5'), @chunks));
refuses('a channel outside the unit', qr/no channel "8"/, zip($version,
	metadata('capturefile=logic-1', 'total probes=16', 'unitsize=1', 'probe9=X'), @chunks), 2, 'pulse:ch=8');
refuses('bytes left over', qr/logic-1-13": 1 bytes? left over/, zip($version,
	metadata('capturefile=logic-1', 'unitsize=3'), @chunks));
refuses('9 bytes', qr/metadata.*unitsize=9/, zip($version, metadata('capturefile=logic-1', 'unitsize=9'), @chunks));

# Rates.
my %rate = ('1MHz' => 1e6, '1.515151 MHz' => 1515151, '2 mHz' => 2e6, '500 kHz' => 5e5, '24000000' => 24e6,
	'100 GHz' => 1e11, '12.5 Hz' => 12.5, '1,5 MHz' => undef, 'fast' => undef, '' => undef, '0' => undef,
	'-1 MHz' => undef, 'nan' => undef, '1e6' => undef);
for my $text (sort keys %rate) {
	my $zip = zip($version, metadata('capturefile=logic-1', 'unitsize=1', "samplerate=$text"), @chunks);
	my $json = reads("samplerate=$text", 8, \@samples, $zip);
	is($json->{samplerate_hz}, $rate{$text}, "samplerate=$text is " . ($rate{$text} // 'none'));
	is(defined $json->{results}[0]{frequency_hz}{mean}, defined $rate{$text}, 'frequencies or none');
	is(reads("--rate over $text", 8, \@samples, $zip, '--rate', '3MHz')->{samplerate_hz}, 3e6, '--rate');
}
is(reads('no rate', 8, \@samples, zip($version, metadata('capturefile=logic-1', 'unitsize=1'), @chunks))
		->{samplerate_hz}, undef, 'none');

# Analog.
my @volts = map { $_ / 4 } -20 .. 19;
my @analog = map { ["analog-1-9-$_", pack 'f<*', @volts[10 * $_ - 10 .. 10 * $_ - 1]] } 1 .. 4;
for my $logic ([], [['logic-1-1', $bytes]]) {
	put(zip(@analog[2, 3, 0], @$logic, $version, metadata(@$logic ? ('capturefile=logic-1', 'total probes=8',
		'unitsize=1') : (), 'total analog=1', 'analog9=VCC'), $analog[1]));
	my ($status, $out, $err) = analyze($path, 'analog:ch=VCC', @$logic ? 'pulse:ch=0' : ());
	my $json = $status == 0 ? decode_json($out) : {};
	is($json->{samples}, @$logic ? 400 : 40, 'samples beside analog ones') or diag $err;
	is($json->{results}[0]{max}, 4.75, 'an analog channel: max');
	is($json->{results}[0]{mean}, -0.125, 'mean');
}

# Bad ones.
my @head = ($version, $plain);
sub but { my ($i, %o) = @_; return map { $_ == $i ? [@{ $chunks[$_] }, %o] : $chunks[$_] } 0 .. 12 }
refuses('a wrong CRC', qr/"logic-1-5": CRC/, zip(@head, but(4, crc => 1)));
refuses('a wrong CRC of metadata', qr/"metadata"/, zip($version, [@$plain, crc => 1], @chunks));
refuses('a size too small', qr/"logic-1-5"/, zip(@head, but(4, size => 5)));
refuses('a size too large', qr/"logic-1-5"/, zip(@head, but(4, size => 5000)));
refuses('a missing chunk', qr/"logic-1-7": missing/, zip(@head, @chunks[0 .. 5, 7 .. 12]));
refuses('no first chunk', qr/"logic-1-1": missing/, zip(@head, @chunks[1 .. 12]));
refuses('no chunk', qr/"logic-1": missing/, zip(@head));
refuses('a chunk twice', qr/f\.sr/, zip(@head, @chunks, $chunks[3]));
refuses('metadata twice', qr/f\.sr/, zip(@head, @chunks, $plain));
refuses('the same samples in chunks and in one', qr/"logic-1/, zip(@head, @chunks, ['logic-1', $bytes]));
refuses('an encrypted chunk', qr/"logic-1-5"/, zip(@head, but(4, flags => 1)));
refuses('a method nobody knows', qr/"logic-1-5"/, zip(@head, but(4, method => 77)));
refuses('a member that is no part of it', qr/"notes\.txt".*zip -d/, zip(@head, @chunks, ['notes.txt', 'x']));
refuses('a last chunk renamed', qr/"logic-2-13"/, zip(@head, @chunks[0 .. 11], ['logic-2-13', 'x']));
refuses('a chunk 02', qr/"logic-1-02"/, zip(@head, $chunks[0], ['logic-1-02', 'x']));
refuses('a line break in a name', qr/"logic-1-2\?"/, zip(@head, $chunks[0], ["logic-1-2\n", 'x']));
refuses('an escape in a name', qr/"\?+\[2J"/, zip(@head, @chunks, ["\e[2J", 'x']));
refuses('no version', qr/"version"/, zip($plain, @chunks));
refuses('version 3', qr/version "3"/, zip([version => '3'], $plain, @chunks));
refuses('no metadata', qr/"metadata"/, zip($version, @chunks));
refuses('not a zip', qr/f\.sr/, 'this is not a zip');
refuses('an empty file', qr/f\.sr/, '');
refuses('two devices', qr/more than one device/, zip($version, metadata('capturefile=logic-1', 'unitsize=1',
	'[device 2]', 'capturefile=logic-2'), @chunks));
reads('a folder that another tool added', 8, \@samples, zip(@head, ['more/', '', stored => 1], @chunks));
refuses('a name with a NUL', qr/f\.sr/, zip(@head, @chunks[0 .. 11], ["logic-1-13\0x", 'x']));

# Accidents: an error, or exactly the truth.
my $small = zip($version, metadata('capturefile=logic-1', 'unitsize=1', 'samplerate=1 MHz', 'probe1=A'),
	['logic-1-1', substr $bytes, 0, 60], ['logic-1-2', substr $bytes, 60, 40]);
my $other = zip($version, metadata('capturefile=logic-1', 'unitsize=1', 'samplerate=2 MHz', 'probe1=A'),
	['logic-1-1', substr $bytes, 100, 60], ['logic-1-2', substr $bytes, 200, 40]);
put($small);
my (undef, $true) = analyze($path, 'pulse:ch=A', 'pulse:ch=1');
put($other);
my (undef, $other_true) = analyze($path, 'pulse:ch=A', 'pulse:ch=1');
my %seen;

# 'refused', 'true', or what was told instead.
sub fate {
	my ($damaged) = @_;
	put($damaged);
	my ($status, $out, $err) = analyze($path, 'pulse:ch=A', 'pulse:ch=1');
	my $fate = $status == 1 && $out eq '' && $err =~ /f\.sr/ ? 'refused'
		: $status == 0 && ($out eq $true || $out eq $other_true && $damaged eq $other) ? 'true'
		: "exit $status: $out$err";
	$seen{$fate}++;
	return;
}
for my $i (0 .. length($small) - 1) {
	my $damaged = $small;
	substr($damaged, $i, 1) ^= chr(1 << $i % 8);
	fate($damaged);
}
is(join('; ', grep { !/^(refused|true)$/ } sort keys %seen), '', 'a bit of each byte flipped')
	or diag explain \%seen;
cmp_ok($seen{refused}, '>', 400, 'most are noticed; the others (dates, hosts) mean nothing');
%seen = ();
fate(substr $small, 0, $_) for map { int(length($small) * $_ / 60) } 0 .. 59;
is(join('; ', %seen), 'refused; 60', 'truncated anywhere') or diag explain \%seen;
%seen = ();
fate(substr($small, 0, $_) . substr $other, $_) for map { int(length($small) * $_ / 60) } 1 .. 59;
is(join('; ', grep { !/^(refused|true)$/ } sort keys %seen), '', 'spliced from two files anywhere')
	or diag explain \%seen;
cmp_ok($seen{refused}, '>', 30, 'and mostly noticed');

done_testing();
