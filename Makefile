# penbench. `make help` lists the targets; `make run` and `make check` are all a newcomer needs.

BUILD    := build
CFLAGS   := -O2 -g
SAN      ?= 0

# make SAN=1: the same targets under AddressSanitizer and UBSan, in a tree of their own. The runtime
# is linked statically because a dynamic one objects to the library that virtjig preloads.
ifeq ($(SAN),1)
BUILD    := build/san
CFLAGS   := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
SAN_LINK := -static-libasan
endif

# make FUZZ=1: fuzz targets with clang's libFuzzer (make campaign-fuzz). Without it they are tests that
# feed the corpus, and need no clang.
FUZZ     ?= 0
ifeq ($(FUZZ),1)
BUILD    := build/fuzz
CC       := clang
CFLAGS   := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
endif

# CFLAGS is the builder's; what the code needs stands here.
WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla
COMMON   := -std=c17 -D_GNU_SOURCE $(WARNINGS) -MMD -MP -pthread

# The station that is meant when none is named.
STATION  ?= $(CURDIR)/fixtures/stations/virtual.lua

# Asked only when something is built: on a fresh machine pkg-config comes with `setup`.
BENCH_PKGS   := libftdi1 libsigrok glib-2.0 lua5.4 libzip libdeflate zlib libelf sqlite3 gsl
VIRTUAL_PKGS := umockdev-1.0 gio-2.0 glib-2.0
BENCH_INC    = $(shell pkg-config --cflags $(BENCH_PKGS) | sed 's/-I/-isystem /g')
BENCH_LIB    = $(shell pkg-config --libs $(BENCH_PKGS)) -lm
VIRTUAL_INC  = $(shell pkg-config --cflags $(VIRTUAL_PKGS) | sed 's/-I/-isystem /g') -isystem /usr/include/simavr
VIRTUAL_LIB  = -l:libsimavr.a -lelf $(shell pkg-config --libs $(VIRTUAL_PKGS)) -lm

sources       = $(sort $(shell find $(1) -name '*.c' $(2)))
BENCH_SRC    := $(call sources,bench reports,! -name '*_test.c' ! -name '*_bench.c' ! -name '*_fuzz.c' ! -name main.c)
BASE_SRC     := $(filter bench/base/%,$(BENCH_SRC))
VIRTUAL_SRC  := $(call sources,fixtures/virtual,! -name '*_test.c' ! -name '*_bench.c' ! -name main.c)
BENCH_TEST   := $(call sources,bench reports,-name '*_test.c')
BENCH_FUZZ   := $(filter-out %/main_fuzz.c,$(call sources,bench,-name '*_fuzz.c'))
VIRTUAL_TEST := $(call sources,fixtures/virtual,-name '*_test.c')

object        = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
program       = $(patsubst %.c,$(BUILD)/%,$(1))
TEST_PROGRAMS := $(call program,$(BENCH_TEST) $(BENCH_FUZZ) $(VIRTUAL_TEST))
FUZZ_MAIN     := $(if $(filter 1,$(FUZZ)),-fsanitize=fuzzer,$(BUILD)/obj/bench/base/main_fuzz.o)

.PHONY: all run check bench bench-record cost takt tidy format firmware help clean setup programs unit-tests test-programs fuzz-programs
.DEFAULT_GOAL := all
.SECONDARY: # objects of the tests are kept for the next build

all: setup               ## install what is missing, build the programs and the pen's firmware
	@$(MAKE) --no-print-directory programs firmware

run: all                 ## flash the virtual pen, run the end-of-line plan on it, show the verdict
	@scripts/run-plan

check: all               ## every test there is: ends with prove's closing lines
	@scripts/check

unit-tests: test-programs ## only the C unit tests (SAN=1 for the sanitizers)
	@prove $(TEST_PROGRAMS)

setup:
	@scripts/setup

programs: $(BUILD)/penbench $(BUILD)/virtjig
	@:

test-programs: $(TEST_PROGRAMS)

fuzz-programs: $(call program,$(BENCH_FUZZ))

$(BUILD)/libbench.a: $(call object,$(BENCH_SRC))
	@rm -f $@ && ar rcs $@ $^

$(BUILD)/libvirtual.a: $(call object,$(VIRTUAL_SRC) $(BASE_SRC))
	@rm -f $@ && ar rcs $@ $^

$(BUILD)/penbench: $(BUILD)/obj/bench/main.o $(BUILD)/libbench.a
	@echo "LD $@"
	@$(CC) $(CFLAGS) $(SAN_LINK) -pthread -o $@ $^ $(BENCH_LIB)

$(BUILD)/virtjig: $(BUILD)/obj/fixtures/virtual/main.o $(BUILD)/libvirtual.a
	@echo "LD $@"
	@$(CC) $(CFLAGS) $(SAN_LINK) -pthread -o $@ $^ $(VIRTUAL_LIB)

$(BUILD)/bench/%_test: $(BUILD)/obj/bench/%_test.o $(BUILD)/libbench.a
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) $(SAN_LINK) -pthread -o $@ $^ $(BENCH_LIB)

$(BUILD)/reports/%_test: $(BUILD)/obj/reports/%_test.o $(BUILD)/libbench.a
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) $(SAN_LINK) -pthread -o $@ $^ $(BENCH_LIB)

$(BUILD)/bench/%_fuzz: $(BUILD)/obj/bench/%_fuzz.o $(BUILD)/obj/bench/base/main_fuzz.o $(BUILD)/libbench.a
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) $(SAN_LINK) -pthread -o $@ $< $(FUZZ_MAIN) $(BUILD)/libbench.a $(BENCH_LIB)

$(BUILD)/fixtures/virtual/%_test: $(BUILD)/obj/fixtures/virtual/%_test.o $(BUILD)/libvirtual.a
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) $(SAN_LINK) -pthread -o $@ $^ $(VIRTUAL_LIB)

$(BUILD)/bench/%_bench: $(BUILD)/obj/bench/%_bench.o $(BUILD)/libbench.a
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) $(SAN_LINK) -pthread -o $@ $^ $(BENCH_LIB)

$(BUILD)/fixtures/virtual/%_bench: $(BUILD)/obj/fixtures/virtual/%_bench.o $(BUILD)/libvirtual.a
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) $(SAN_LINK) -pthread -o $@ $^ $(VIRTUAL_LIB)

# The bench sees bench/ alone, the virtual jig its own room and base/: the include path keeps the wall.
$(BUILD)/obj/bench/%.o: bench/%.c
	@mkdir -p $(@D)
	@$(CC) $(COMMON) $(CFLAGS) -Ibench $(BENCH_INC) -c -o $@ $<

$(BUILD)/obj/reports/%.o: reports/%.c
	@mkdir -p $(@D)
	@$(CC) $(COMMON) $(CFLAGS) -I. -Ibench $(BENCH_INC) -c -o $@ $<

# The record's schema as a C string.
$(BUILD)/generated/record/schema_sql.h: bench/record/schema.sql
	@mkdir -p $(@D)
	@sed -e 's/\\/&&/g; s/"/\\"/g; s/.*/"&\\n"/' $< > $@

$(BUILD)/obj/bench/record/schema.o: $(BUILD)/generated/record/schema_sql.h
$(BUILD)/obj/bench/record/schema.o: COMMON += -I$(BUILD)/generated

$(BUILD)/obj/bench/cli/%.o: COMMON += -I. # for reports/
$(BUILD)/obj/bench/cli/%.o: COMMON += -DPENBENCH_STATION='"$(STATION)"'

$(BUILD)/obj/fixtures/virtual/%.o: fixtures/virtual/%.c
	@mkdir -p $(@D)
	@$(CC) $(COMMON) $(CFLAGS) -Ifixtures/virtual -Ibench $(VIRTUAL_INC) -c -o $@ $<

include firmware/rules.mk
include scripts/campaigns.mk

bench: all $(BUILD)/bench/analysis/analysis_bench ## how fast the analyses are, beside sigrok-cli
	@PENBENCH_BUILD=$(BUILD) scripts/bench

bench-record: all $(BUILD)/bench/record/record_bench ## what a record of a million pens answers in a second
	@PENBENCH_BUILD=$(BUILD) scripts/bench-record

cost: all                ## CPU time of one simulated second with an analysed capture
	@scripts/cost

takt: all                ## where the time of the end-of-line plan goes, and the bench's own share of it
	@scripts/takt

tidy:                    ## house rules: include graph, file sizes, the word that bench/ must not say
	@scripts/tidy

format:                  ## clang-format over all C files
	@find bench fixtures firmware reports -name '*.[ch]' | xargs clang-format -i

help:                    ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

clean:                   ## remove everything that was built
	rm -rf build

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
