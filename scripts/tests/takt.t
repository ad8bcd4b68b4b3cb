#!/usr/bin/perl
# The bench's own share of the end-of-line plan's takt time is under 5 %, and the plan takes at most 30 s.
use strict;
use warnings;
use Test::More;

my %row;
for (qx(scripts/takt lua/cases/eol 1)) {
	$row{$1} = $2 if /^(\w+(?: \w+)?)\s+([\d.]+) (?:s|%)/;
}
is($?, 0, 'the plan passes');
cmp_ok($row{takt}, '<=', 30, 'at most 30 s of simulated time');
cmp_ok($row{'own share'}, '<', 5, 'own share under 5 %');
my $sum = 0;
$sum += $row{$_} for qw(chip starts moves settles says sleep capture own);
cmp_ok(abs($sum - $row{takt}), '<', 0.02, 'every instant is in one class');
cmp_ok($row{moves}, '>', 5, 'and the pen moves in between');
done_testing;
