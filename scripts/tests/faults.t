#!/usr/bin/perl
# Faults of jig and instruments, before and in the middle of a case: none of them may pass a pen nor
# fail one. Each ends as a bench fault: exit status 3, and a `Bail out!` that names what to look at.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Test::More;

my $build  = $ENV{PENBENCH_BUILD} // 'build';
my $folder = tempdir(CLEANUP => 1);
my ($jig, $bench) = ("$build/virtjig", "$build/penbench");
plan skip_all => "$jig and $bench are not built" unless -x $jig && -x $bench;

sub slurp { my ($path) = @_; open my $in, '<', $path or return ''; local $/; return scalar(<$in>) // '' }

# At 2 s a run of one case is in its conversation or its capture. [fault, case, what the reason names]
my @faults = (
	['lid-open',          'rate',  qr/lid/i],
	['lid-open@2',        'rate',  qr/lid/i],
	['no-pen',            'rate',  qr/no pen/i],
	['contact',           'rate',  qr/contact/i],
	['contact@2',         'rate',  qr/contact/i],
	['battery-contact',   'rate',  qr/contact/i],
	['battery-contact@2', 'rate',  qr/contact/i],
	['supply-drop',       'rate',  qr/supply/i],
	['supply-drop@2',     'rate',  qr/supply/i],
	['usb-unplug',        'rate',  qr/FT4232H/],
	['usb-unplug@2',      'rate',  qr/USB|usb/],
	['analyzer-short',    'rate',  qr/analyzer|sample/i],
	['mod-clk-stuck',     'rate',  qr/MOD_CLK/],
	['mod-clk-stuck@2',   'rate',  qr/MOD_CLK/],
	['mod-clk-ppm',       'rate',  qr/MOD_CLK/],
	['mod-dat-stuck',     'rate',  qr/MOD_DAT|modulator/],
	['mod-dat-stuck@2',   'rate',  qr/MOD_DAT|modulator/],
	['tach-contact',      'rate',  qr/TACH/],
	['enc-alarm',         'depth', qr/ENC_ALARM|alarm/i],
	(map { ['enc-a-stuck', $_, qr/ENC_A|encoder/i] } qw(depth button start stop stall),
		map { "../regression/$_" } qw(charging line_noise maximum_depth rate_settings)),
	['enc-z-missing',     'depth', qr/ENC_Z|reference mark/i],
	['enc-glitch',        'depth', qr/illegal/i],
	['enc-slip',          'depth', qr/closing/i],
	['enc-swap',          'depth', qr/encoder|ENC_/i],
);
for (@faults) {
	my ($fault, $case, $reason) = @$_;
	my $path = "lua/cases/eol/$case.lua";
	my $status = system("timeout 60 $jig --seed 3 --fault $fault -- $bench run $path "
		. ">$folder/tap 2>$folder/err");
	my $tap = slurp("$folder/tap");
	isnt($status >> 8, 0, "$fault: no pen passes");
	is($status >> 8, 3, "$fault: a bench fault") or diag $tap, slurp("$folder/err");
	my ($why) = $tap =~ /^Bail out! BENCH: (.+)$/m;
	like($why // '', $reason, "$fault: with its reason");
}

# The line from the pen shorted to ground is, seen from the bench, a pen that does not answer.
is(system("$jig --seed 3 --fault uart-break -- $bench run lua/cases/eol/identity.lua >$folder/tap "
	. "2>$folder/err") >> 8, 1, 'uart-break: a silent pen, which fails');
done_testing();
