#!/usr/bin/perl
# Defects: the list that the jig prints and the book (firmware/defects.md) say the same, every clause
# stands in the spec, and a small slice of them is caught by the clause that the book names. All of
# them, on ten pens each: make campaign-defects.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Test::More;

my $build  = $ENV{PENBENCH_BUILD} // 'build';
my $folder = tempdir(CLEANUP => 1);
my ($jig, $bench) = ("$build/virtjig", "$build/penbench");
plan skip_all => "$jig and $bench are not built" unless -x $jig && -x $bench;

sub slurp { my ($path) = @_; open my $in, '<', $path or return ''; local $/; return scalar(<$in>) // '' }

# name => [unit, severity]
my (%listed, @names);
for my $line (split /\n/, `$jig --list-defects`) {
	my ($name, $unit, $rated, $what) = $line =~ /^(\S+)\s+(\S+)\s+(\S+)\s+(\S.*)$/ or next;
	ok(!exists $listed{$name}, "$name stands once");
	$listed{$name} = [$unit, $rated];
	push @names, $name;
}
cmp_ok(scalar @names, '>=', 26, 'the jig lists its defects');

# name => [unit, severity, clause]
my %book;
for my $line (split /\n/, slurp('firmware/defects.md')) {
	my @cell = $line =~ /^\| (\S+) \| (\S+) \| (\S+) \| (PEN-\d+) \| (.+) \|$/ or next;
	$book{ $cell[0] } = [@cell[1 .. 3]];
}
my $spec = slurp('firmware/SPEC.md');
for my $name (@names) {
	my $entry = $book{$name};
	ok(defined $entry, "$name stands in firmware/defects.md") or next;
	is("$entry->[0] $entry->[1]", "@{$listed{$name}}", "$name: with the same unit and severity");
	like($spec, qr/^## \Q$entry->[2]\E /m, "$name: $entry->[2] is a clause of the spec");
}
is_deeply([sort keys %book], [sort @names], 'and nothing else does');
like(slurp('firmware/defects.md'), qr/\*\*$_[\*.,]|, $_[.*]/, "$_ is explained") for @names;

# The slice: name => cases. Without the case of its clause a defect could not be caught at all.
my @slice = (
	['depth-offset',   'depth'],
	['loose-crank',    'depth'],
	['shorted-turn',   'rate'],
	['high-friction',  'rate'],
	['crystal-off',    'rate'],
	['leaky-supply',   'idle'],
	['button-stuck',   'button'],
	['open-segment',   'start'],
	['uart-deaf',      'identity'],
	['wrong-version',  'identity'],
	['no-stall-cutout', 'stall'],
);
for (@slice) {
	my ($name, $case) = @$_;
	SKIP: {
		my $path = "lua/cases/eol/$case.lua";
		skip "$path does not exist", 2 unless -e $path;
		my $is_mutant = $listed{$name}[0] eq '-' && -e "$build/firmware/mutants/$name.hex";
		my $status = system("timeout 60 $jig --seed 3 --defect $name -- $bench run $path "
			. ">$folder/tap 2>$folder/err");
		is($status >> 8, 1, "$name" . ($is_mutant ? ' (image)' : '') . ': the pen is refused')
			or diag slurp("$folder/tap"), slurp("$folder/err");
		like(slurp("$folder/tap"), qr/^  cause: .*\Q$book{$name}[2]\E/m, "$name: by $book{$name}[2]")
			or diag slurp("$folder/tap");
	}
}

# A severity below any limit changes nothing that the plan could see, and a healthy pen passes.
is(system("$jig --seed 3 --defect depth-offset=1 -- $bench run lua/cases/eol/identity.lua "
	. ">$folder/tap 2>$folder/err") >> 8, 0, 'a defect of a micron fails nothing')
	or diag slurp("$folder/err");

# The images of the mutants are handed to the command, and only theirs.
is(`env PEN_IMAGE=kept $jig -- sh -c 'echo \$PEN_IMAGE' 2>/dev/null`, "kept\n",
	'without a mutant PEN_IMAGE is the caller\'s');
like(`$jig --defect jitter -- sh -c 'echo \$PEN_IMAGE' 2>&1`, qr{/firmware/mutants/jitter\.hex$}m,
	'with one it is the mutant\'s');
done_testing();
