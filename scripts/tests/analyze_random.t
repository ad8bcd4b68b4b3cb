#!/usr/bin/perl
# `penbench analyze` against a second implementation of the definitions, on random captures: see
# analyze_random.py, which prints the TAP. More of them by hand: analyze_random.py PENBENCH SEED N.
use strict;
use warnings;
use Test::More;

my $penbench = $ENV{PENBENCH} // 'build/penbench';
die "$penbench is not built: make all\n" unless -x $penbench;
plan skip_all => 'python3 is not installed' unless grep { -x "$_/python3" } split /:/, $ENV{PATH};
$ENV{PYTHONDONTWRITEBYTECODE} = 1;
(my $program = $0) =~ s/\.t$/.py/;
exec 'python3', $program, $penbench, 1, 60 or die "python3: $!";
