#!/usr/bin/perl
# firmware/SPEC.md (for people) and lua/spec/pen.lua (for the machine) say the same; every clause is
# measured by the case that it names.
use strict;
use warnings;
use Test::More;

sub slurp { my ($path) = @_; open my $in, '<', $path or die "$path: $!"; local $/; return scalar <$in> }

my %text;
my $clause;
for my $line (split /\n/, slurp('firmware/SPEC.md')) {
	$clause = $line =~ /^## (PEN-\d+)/ ? $1 : undef if $line =~ /^## /;
	$text{$clause}{$1} = $2 if defined $clause && $line =~ /^\| (name|unit|low|high|rule|case) \| (.*?) \|$/;
}
my %machine;
my $lua = slurp('lua/spec/pen.lua');
while ($lua =~ /\["(PEN-\d+)"\] = \{(.*?)\}/gs) {
	my ($name, $body) = ($1, $2);
	$machine{$name} = { low => '-', high => '-' };
	$machine{$name}{$1} = defined $2 ? $2 : $3 while $body =~ /(\w+) = (?:"([^"]*)"|([-\d.]+))/g;
}
cmp_ok(scalar keys %text, '>=', 6, 'SPEC.md has clauses');
is_deeply([sort keys %text], [sort keys %machine], 'both have the same clauses');
for my $c (sort keys %text) {
	for my $field (qw(name unit low high rule)) {
		is($machine{$c}{$field} // '(none)', $text{$c}{$field} // '(missing)', "$c: $field");
	}
	my $case = $text{$c}{case} // '(missing)';
	ok(-f $case, "$c: $case is there") or next;
	my $source = slurp($case);
	like($source, qr/measures = \{[^}]*"$c"/, "$c: and measures it");
	like($source, qr/\A--[^\n]*(\n--[^\n]*)*\Q$c\E|\A-- [^\n]*\Q$c\E/, "$c: and says so");
}
for my $case (glob 'lua/cases/eol/*.lua') {
	my $lines = () = slurp($case) =~ /\n/g;
	cmp_ok($lines, '<=', 15, "$case has at most 15 lines");
}
done_testing();
