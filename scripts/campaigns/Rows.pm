package Rows;
# The rows of one campaign: a file of tab-separated lines, one a run, keyed by commit, seed, variant
# and plan. A row is written whole by one write(2) or not at all; a torn last line (a full disk, a
# lost machine) is taken off at the next start. One campaign at a time owns the file.
use strict;
use warnings;
use Digest::SHA qw(sha256_hex);
use Fcntl qw(:flock);
use File::Basename qw(dirname);
use File::Path qw(make_path);

my @key = qw(commit seed variant plan);
my @columns = (@key, qw(exit clauses simulated_s host_s values note));
my $header = join("\t", @columns) . "\n";

sub columns { return @columns }

# What decides a result; documents and scripts do not.
my @sources = qw(Makefile bench firmware fixtures lua);
my $no_documents = "':(exclude)*.md'";

# The commit, and when the sources differ from it a hash of the difference.
sub commit {
	my $commit = `git rev-parse --short=10 HEAD 2>/dev/null`;
	chomp $commit;
	my $listing = $commit eq ''
		? `find @sources -type f ! -name "*.md" | sort`
		: `git ls-files --others --exclude-standard -- @sources $no_documents`;
	my $difference = $commit eq '' ? '' : `git diff HEAD -- @sources $no_documents`;
	for my $path (split /\n/, $listing) {
		open my $in, '<:raw', $path or next;
		local $/;
		$difference .= "$path\n" . sha256_hex(scalar(<$in>) // '') . "\n";
	}
	$commit = 'none' if $commit eq '';
	return $difference eq '' ? $commit : $commit . '+' . substr(sha256_hex($difference), 0, 8);
}

sub open {
	my ($class, $path, $commit) = @_;
	make_path(dirname($path));
	CORE::open(my $lock, '>>', "$path.lock") or die "campaign: $path.lock: $!\n";
	flock($lock, LOCK_EX | LOCK_NB) or die "campaign: $path is in use by another campaign\n";
	my $self = bless { path => $path, commit => $commit, lock => $lock }, $class;
	$self->repair;
	$self->reload;
	return $self;
}

# In a worker: the lock is the campaign's alone, so that it ends with the campaign.
sub leave_lock {
	my ($self) = @_;
	close delete $self->{lock} if $self->{lock};
}

sub commit_of { return $_[0]{commit} }

# Cuts a torn last line off, and starts a file.
sub repair {
	my ($self) = @_;
	my $text = '';
	if (CORE::open(my $in, '<:raw', $self->{path})) { local $/; $text = <$in> // '' }
	my $whole = length($text) == 0 ? 0 : rindex($text, "\n") + 1;
	truncate $self->{path}, $whole or die "campaign: $self->{path}: $!\n" if $whole < length $text;
	return if $whole > 0;
	CORE::open(my $out, '>>', $self->{path}) or die "campaign: $self->{path}: $!\n";
	syswrite($out, $header) == length $header or die "campaign: $self->{path}: $!\n";
}

sub reload {
	my ($self) = @_;
	$self->{rows} = {};
	CORE::open(my $in, '<', $self->{path}) or die "campaign: $self->{path}: $!\n";
	while (my $line = <$in>) {
		chomp $line;
		my @cells = split /\t/, $line, -1;
		next if @cells != @columns || $cells[0] eq 'commit';
		my %row;
		@row{@columns} = @cells;
		$self->{rows}{ $self->name(\%row) } //= \%row; # a row is never replaced
	}
}

sub name {
	my ($self, $row) = @_;
	return join "\t", $row->{commit} // $self->{commit}, @$row{qw(seed variant plan)};
}

sub has { my ($self, $row) = @_; return exists $self->{rows}{ $self->name($row) } }
sub find { my ($self, $row) = @_; return $self->{rows}{ $self->name($row) } }

# Appends one row; called by any worker.
sub add {
	my ($self, $wanted, $result) = @_;
	my %row = (%$wanted, %$result, commit => $self->{commit});
	my $line = join("\t", map { my $cell = $_ // '-'; $cell =~ s/[\t\r\n]+/ /g; $cell } @row{@columns})
		. "\n";
	CORE::open(my $out, '>>', $self->{path}) or die "campaign: $self->{path}: $!\n";
	syswrite($out, $line) == length $line or die "campaign: $self->{path}: $!\n";
	close $out or die "campaign: $self->{path}: $!\n";
}

1;
