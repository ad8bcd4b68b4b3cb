#!/usr/bin/perl
# penbench msa risk: what a decision rule costs, for people and as JSON, and what it refuses.
use strict;
use warnings;
use Test::More;

my $penbench = ($ENV{PENBENCH_BUILD} // 'build') . '/penbench';
plan skip_all => "$penbench is not built" unless -x $penbench;

sub risk { my $out = `$penbench msa risk @_ 2>&1`; return ($out, $? >> 8) }
sub value { my ($text, $name) = @_; return $text =~ /"$name":([-\d.e]+)/ ? $1 : 'none' }

# One upper limit on the mean, error as wide as the production: Sheppard's 1/8 each way.
my ($out, $status) = risk('--high 0 --mean 0 --sd 1 --u 1 --rule simple --json');
is($status, 0, 'a question is answered');
cmp_ok(abs(value($out, 'false_accept') - 0.125), '<', 1e-9, 'false accepts');
cmp_ok(abs(value($out, 'false_reject') - 0.125), '<', 1e-9, 'false rejects');
like($out, qr/"low":null,"high":0,/, 'a side that is not there is null');

# JCGM 106: y = 13.6, u = 1.8, 12.5..16.3.
($out) = risk('--low 12.5 --high 16.3 --mean 14 --sd 1 --u 1.8 --rule simple --value 13.6 --json');
cmp_ok(abs(value($out, 'conformance') - 0.66263), '<', 1e-5, 'conformance of one value');

($out, $status) = risk('--low -150 --high 150 --mean 0 --sd 76.532 --expanded 30 --rule ilac-g8');
is($status, 0, 'for people');
like($out, qr/accepted +\[-120\.\.120\]$/m, 'acceptance limits, U inside');
like($out, qr/bad units made +5\.0000 %/, 'bad units');

for (['--high 1 --mean 0 --sd 1 --u 1 --rule z540-m6', qr/z540-m6 needs low and high/],
	['--low 0 --high 1 --mean 0 --sd 1 --u 1 --rule ilac-g8', qr/nothing to accept/],
	['--low 0 --high 1 --mean 0 --sd 1 --u 1 --rule generous', qr/valid are simple, iso14253, ilac-g8, z540-m6/],
	['--low 0 --high 1 --mean 0 --sd 0 --u 1 --rule simple', qr/above 0/],
	['--low 2 --high 1 --mean 0 --sd 1 --u 1 --rule simple', qr/lies above/],
	['--low 0 --high 1 --mean nan --sd 1 --u 1 --rule simple', qr/--mean/],
	['--mean 0 --sd 1 --u 1 --rule simple', qr/no limit/],
	['--low 0 --high 1', qr/are needed/], ['--u -1', qr/0 or more/], ['extra', qr/is no option/]) {
	my ($arguments, $says) = @$_;
	($out, $status) = risk($arguments);
	is($status, 2, "refused: $arguments");
	like($out, $says, 'and says why');
}
done_testing;
