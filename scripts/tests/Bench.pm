# For tests of whole programs: where the programs are, a folder of one's own with a record of its own,
# files in one go, a command line with what it printed. Skips the test when nothing is built.
package Bench;
use strict;
use warnings;
use Cwd qw(abs_path);
use Exporter qw(import);
use File::Temp qw(tempdir);
use Test::More;

our @EXPORT = qw($build $penbench $jig $dir spew slurp run own_build);
our $build = abs_path($ENV{PENBENCH_BUILD} // 'build') // 'build';
our ($penbench, $jig) = ("$build/penbench", "$build/virtjig");
plan skip_all => "$penbench and $jig are not built" unless -x $penbench && -x $jig;
our $dir = tempdir(CLEANUP => 1);
$ENV{PENBENCH_RECORDS} = "$dir/records";
delete $ENV{HARNESS_ACTIVE}; # under a harness the programs say less, and their words are looked at

sub spew { my ($path, $text) = @_; open my $out, '>', $path or die "$path: $!"; print $out $text; close $out }
sub slurp { my ($path) = @_; open my $in, '<:raw', $path or return ''; local $/; return scalar(<$in>) // '' }

# Runs a command line of a shell; returns status, stdout, stderr.
sub run {
	my ($command) = @_;
	my $status = system("$command >$dir/out 2>$dir/err </dev/null");
	return ($status >> 8, slurp("$dir/out"), slurp("$dir/err"));
}

# From here on a build folder of one's own: the same programs, no rows of anybody's campaigns.
sub own_build {
	my $own = "$dir/build";
	mkdir $own or die "$own: $!";
	$ENV{PENBENCH_BUILD} = $own;
	for my $name (qw(penbench virtjig)) {
		spew("$own/$name", "#!/bin/sh\nexec $build/$name \"\$@\"\n");
		chmod 0755, "$own/$name";
	}
	return $own;
}

1;
