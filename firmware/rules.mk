# The pen's firmware and the tests of its pure parts. Included by the Makefile, which gives BUILD, CC,
# CFLAGS, COMMON and TEST_PROGRAMS. Two builds of the same sources give the same bytes: no dates, no
# paths, no build counter goes into the image.

PEN_BUILD   := $(BUILD)/firmware
PEN_SRC     := $(sort $(wildcard firmware/pen/*.c))
PEN_OBJ     := $(patsubst firmware/pen/%.c,$(PEN_BUILD)/obj/%.o,$(PEN_SRC))

# Images with one deliberate fault each; config.h says what MUTANT_<NAME> does.
MUTANTS     := rate-map stroke-count no-stall-cutout no-soft-stop no-depth-clamp no-watchdog \
	wrong-version jitter
MUTANT_HEX  := $(patsubst %,$(PEN_BUILD)/mutants/%.hex,$(MUTANTS))
mutant_flag  = -DMUTANT_$(shell echo $(1) | tr a-z- A-Z_)

# avr-gcc of Debian 12 is 5.4: C11 is the newest it knows, and the code uses nothing later.
PEN_CC      := avr-gcc
PEN_CFLAGS  := -mmcu=atmega328p -Os -std=c11 -DF_CPU=8000000UL -Wall -Wextra -Wshadow -Wconversion \
	-Wstrict-prototypes -Wmissing-prototypes -Wvla -Werror -ffunction-sections -fdata-sections \
	-fno-common -MMD -MP
PEN_LDFLAGS := -mmcu=atmega328p -Os -Wl,--gc-sections

# What runs on the host too: no register, no interrupt.
PEN_PURE    := $(addprefix firmware/pen/,answer.c command.c contact.c crc.c faultlog.c line.c \
	nose.c speed.c stroke.c text.c)
PEN_TESTS   := $(sort $(filter-out %/mutant_test.c,$(wildcard firmware/tests/*_test.c)))
MUTANT_TESTS := $(patsubst %,$(BUILD)/firmware/tests/mutant-%_test,none $(MUTANTS))

PEN_TEST_PROGRAMS := $(patsubst firmware/tests/%.c,$(BUILD)/firmware/tests/%,$(PEN_TESTS))
TEST_PROGRAMS     += $(PEN_TEST_PROGRAMS) $(MUTANT_TESTS)

# The Makefile's own rule was read before this file added to the list.
test-programs: $(PEN_TEST_PROGRAMS) $(MUTANT_TESTS)

.PHONY: firmware

firmware: $(PEN_BUILD)/pen.hex $(PEN_BUILD)/pen.lst $(MUTANT_HEX) ## the pen's image and its mutants
	@:

$(PEN_BUILD)/obj/%.o: firmware/pen/%.c
	@mkdir -p $(@D)
	@$(PEN_CC) $(PEN_CFLAGS) -c -o $@ $<

$(PEN_BUILD)/pen.elf: $(PEN_OBJ)
	@echo "LD $@"
	@$(PEN_CC) $(PEN_LDFLAGS) -o $@ $^

# All objects of a mutant are its own: the macro stands in headers too.
$(PEN_BUILD)/mutants/%.elf: $(PEN_SRC) $(wildcard firmware/pen/*.h) firmware/rules.mk \
		firmware/tests/check-listing
	@mkdir -p $(@D)
	@echo "LD $@"
	@$(PEN_CC) $(filter-out -MMD -MP,$(PEN_CFLAGS)) $(call mutant_flag,$*) -Wl,--gc-sections -o $@.new \
		$(PEN_SRC)
	@avr-objdump -d $@.new > $(@:.elf=.lst)
	@firmware/tests/check-listing $(@:.elf=.lst)
	@mv $@.new $@

$(PEN_BUILD)/%.hex: $(PEN_BUILD)/%.elf
	@avr-objcopy -O ihex -j .text -j .data $< $@

# The listing is checked when it is made: see the script for what must not stand in the image.
$(PEN_BUILD)/pen.lst: $(PEN_BUILD)/pen.elf firmware/tests/check-listing
	@avr-objdump -d $< > $@.new
	@firmware/tests/check-listing $@.new
	@mv $@.new $@

$(BUILD)/obj/firmware/%.o: firmware/%.c
	@mkdir -p $(@D)
	@$(CC) $(COMMON) $(CFLAGS) -Ifirmware/pen -Ibench -c -o $@ $<

$(BUILD)/firmware/tests/%_test: $(BUILD)/obj/firmware/tests/%_test.o \
		$(patsubst %.c,$(BUILD)/obj/%.o,$(PEN_PURE) bench/base/tap.c)
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) $(SAN_LINK) -pthread -o $@ $^ -lm

# One source, compiled with the pure files once for each mutant (and once without any): exactly the
# mutant's own behaviour must differ.
$(BUILD)/firmware/tests/mutant-%_test: firmware/tests/mutant_test.c firmware/tests/crank_model.h \
		$(PEN_PURE) $(wildcard firmware/pen/*.h) $(BUILD)/obj/bench/base/tap.o
	@mkdir -p $(@D)
	@$(CC) $(filter-out -MMD -MP,$(COMMON)) $(CFLAGS) $(SAN_LINK) -Ifirmware/pen -Ibench \
		$(if $(filter none,$*),,$(call mutant_flag,$*)) -DMUTANT_NAME='"$*"' -o $@ \
		$< $(PEN_PURE) $(BUILD)/obj/bench/base/tap.o -lm

-include $(wildcard $(PEN_BUILD)/obj/*.d)
