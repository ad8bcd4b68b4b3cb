#!/usr/bin/perl
# README tells the truth: its case is the file, its commands run, its transcript is what a run prints.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Test::More;

sub slurp {
	my ($path) = @_;
	open my $in, '<', $path or die "$path: $!";
	local $/;
	return scalar <$in>;
}

my $readme = slurp('README.md');
my $folder = tempdir(CLEANUP => 1);

my ($case) = $readme =~ /```lua\n(.*?)```/s;
is($case, slurp('lua/cases/eol/depth.lua'), 'the case is lua/cases/eol/depth.lua, whole');
cmp_ok(scalar(() = $case =~ /\n/g), '<=', 15, 'and has at most 15 lines');

# The transcript but for the times of the host.
my ($transcript) = $readme =~ /## What `make run` shows\n+((?:    .*\n)+)/;
delete $ENV{HARNESS_ACTIVE}; # under a harness the run is silent for people
my $printed = `build/penbench run lua/cases/eol 2>&1 >/dev/null`;
for ($transcript, $printed) {
	s/^    //mg;
	s/[ \t]+$//mg;
	s/host .*//g;
	s/firmware \S+/firmware IMAGE/;
	s/run \d+ in .*/run N in RECORDS/;
}
is($printed, $transcript, 'the transcript is what a run prints');

my ($commands) = $readme =~ /## More commands\n((?:    .*\n)+)/;
for my $line (split /\n/, $commands) {
	(my $command = $line) =~ s/^\s+|\s+#.*$//g;
	$command =~ s{\b(jig\.sr|truth\.txt)}{$folder/$1}g;
	my $out = `($command) 2>&1 </dev/null`;
	is($? >> 8, 0, "runs: $command") or diag($out);
}

my @folders = $readme =~ /^\| `(\w+)\/` \|/mg;
ok(-d $_, "$_/ is there") for @folders;
done_testing;
