#!/usr/bin/perl
# firmware/SPEC.md (for people) and lua/spec/pen.lua (for the machine) say the same; every clause is
# measured by exactly the cases that it names, and no case is without a clause. What a case measures is
# asked from the bench itself: `penbench run --dry`.
use strict;
use warnings;
use Test::More;

my $penbench = ($ENV{PENBENCH_BUILD} // 'build') . '/penbench';
plan skip_all => "$penbench is not built" unless -x $penbench;

sub slurp { my ($path) = @_; open my $in, '<', $path or die "$path: $!"; local $/; return scalar <$in> }

my (%text, %named, $clause);
for my $line (split /\n/, slurp('firmware/SPEC.md')) {
	$clause = $line =~ /^## (PEN-\d+)/ ? $1 : undef if $line =~ /^## /;
	next unless defined $clause && $line =~ /^\| (name|unit|low|high|rule|kind|case) \| (.*?) \|$/;
	if ($1 eq 'case') { $named{$clause}{$2} = 1 } else { $text{$clause}{$1} = $2 }
}
my %machine;
my $lua = slurp('lua/spec/pen.lua');
while ($lua =~ /\["(PEN-\d+)"\] = \{(.*?)\}/gs) {
	my ($name, $body) = ($1, $2);
	$machine{$name} = { low => '-', high => '-' };
	$machine{$name}{$1} = defined $2 ? $2 : $3 while $body =~ /(\w+) = (?:"([^"]*)"|([-\d.]+))/g;
}
cmp_ok(scalar keys %text, '>=', 25, 'SPEC.md has clauses');
is_deeply([sort keys %text], [sort keys %machine], 'both have the same clauses');
for my $c (sort keys %text) {
	$_->{kind} //= '-' for $machine{$c}, $text{$c};
	for my $field (qw(name unit low high rule kind)) {
		is($machine{$c}{$field} // '(none)', $text{$c}{$field} // '(missing)', "$c: $field");
	}
}
my ($wanted) = slurp('firmware/SPEC.md') =~ /^# .*version (\S+)$/m;
my ($version) = $lua =~ /^  version = "(.*)",$/m;
is($version // '(none)', $wanted // '(missing)', 'and the same version');

# Yield, capability and the golden pen know a measurement by clause and name: two cases of one plan must not share both.
my (%measured, $case, @cases, %place);
for my $line (`$penbench run --dry lua/cases`) {
	if ($line =~ m{^\d+ (\S+\.lua) - \S}) { push @cases, $case = $1 }
	elsif ($line =~ /^    (PEN-\d+)  (\w+)$/) {
		my ($clause, $name) = ($1, $2);
		my ($plan) = $case =~ m{^(.*)/};
		$measured{$clause}{$case} = 1;
		push @{ $place{"$plan: $clause $name"} }, $case;
	}
}
is($? >> 8, 0, 'every case can be run');
is_deeply(\@cases, [sort glob 'lua/cases/*/*.lua'], 'and is in the plan');
is_deeply([grep { @{ $place{$_} } > 1 } sort keys %place], [], 'no clause and name twice in a plan');
is_deeply([sort keys %{ $measured{$_} // {} }], [sort keys %{ $named{$_} }],
	"$_: measured by the cases that it names") for sort keys %text;
for my $file (@cases) {
	my $source = slurp($file);
	my ($head) = $source =~ /\A((?:--[^\n]*\n)+)/;
	my @own = grep { $measured{$_}{$file} } sort keys %measured;
	ok(@own > 0, "$file measures a clause");
	like($head // '', qr/\b$_\b/, "$file says that it measures $_") for @own;
	my $most = $file =~ m{/eol/} ? 15 : 30;
	cmp_ok(scalar(() = $source =~ /\n/g), '<=', $most, "$file has at most $most lines");
}
done_testing();
