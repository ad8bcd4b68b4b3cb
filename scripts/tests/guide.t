#!/usr/bin/perl
# lua/README.md tells the truth: its cases pass on a healthy pen, its commands run, what it names exists.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Test::More;

my $build = $ENV{PENBENCH_BUILD} // 'build';
plan skip_all => "$build/penbench is not built" unless -x "$build/penbench";
my $dir = tempdir(CLEANUP => 1);

sub slurp { my ($path) = @_; open my $in, '<', $path or die "$path: $!"; local $/; return scalar <$in> }

my $guide = slurp('lua/README.md');
my @cases = $guide =~ /^```lua\n(.*?)^```$/msg;
cmp_ok(scalar @cases, '>=', 4, 'the guide has cases');
cmp_ok(length $cases[0], '<=', length $_, 'the smallest stands first') for @cases;
for my $i (0 .. $#cases) {
	open my $file, '>', "$dir/case$i.lua" or die "$dir/case$i.lua: $!";
	print {$file} $cases[$i] or die;
	close $file or die;
}
my $out = `$build/penbench run $dir 2>$dir/err`;
is($? >> 8, 0, 'all of them pass') or diag($out, slurp("$dir/err"));
is(scalar(() = $out =~ /^ok \d+ - /mg), scalar @cases, 'each as a test point');

(my $prose = $guide) =~ s/^```.*?^```$//msg;
for my $command ($prose =~ /^    (\S.*)$/mg) {
	(my $here = $command) =~ s{\bbuild/}{$build/}g;
	my $said = `($here) 2>&1 </dev/null`;
	is($? >> 8, 0, "runs: $command") or diag($said);
}

my $pen = slurp('lua/bench/pen.lua');
my %offered = map { $_ => 1 } $pen =~ /^function Pen:(\w+)/mg, $pen =~ /^Pen\.(\w+) = \w+\./mg;
my ($table) = $guide =~ /^## What the pen offers\n(.*?)^## /ms;
my %described = map { $_ => 1 } $table =~ /pen:(\w+)/g;
delete $offered{check_jig}; # for the comfort itself
is_deeply([sort keys %described], [sort keys %offered], 'it describes what the pen offers, and no more');
ok(-d "lua/$_", "lua/$_ is there") for $guide =~ m{^\| `([\w/]+)/` \|}mg;
done_testing();
