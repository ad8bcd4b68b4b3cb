# The pen's firmware and the tests of its pure parts. Included by the Makefile, which gives BUILD, CC,
# CFLAGS, COMMON and TEST_PROGRAMS. Two builds of the same sources give the same bytes: no dates, no
# paths, no build counter goes into the image.

PEN_BUILD   := $(BUILD)/firmware
PEN_SRC     := $(sort $(wildcard firmware/pen/*.c))
PEN_OBJ     := $(patsubst firmware/pen/%.c,$(PEN_BUILD)/obj/%.o,$(PEN_SRC))

# avr-gcc of Debian 12 is 5.4: C11 is the newest it knows, and the code uses nothing later.
PEN_CC      := avr-gcc
PEN_CFLAGS  := -mmcu=atmega328p -Os -std=c11 -DF_CPU=8000000UL -Wall -Wextra -Wshadow -Wconversion \
	-Wstrict-prototypes -Wmissing-prototypes -Wvla -Werror -ffunction-sections -fdata-sections \
	-fno-common -MMD -MP
PEN_LDFLAGS := -mmcu=atmega328p -Os -Wl,--gc-sections

# What runs on the host too: no register, no interrupt.
PEN_PURE    := $(addprefix firmware/pen/,answer.c command.c crc.c line.c nose.c speed.c stroke.c text.c)
PEN_TESTS   := $(sort $(wildcard firmware/tests/*_test.c))

PEN_TEST_PROGRAMS := $(patsubst firmware/tests/%.c,$(BUILD)/firmware/tests/%,$(PEN_TESTS))
TEST_PROGRAMS     += $(PEN_TEST_PROGRAMS)

# The Makefile's own rule was read before this file added to the list.
test-programs: $(PEN_TEST_PROGRAMS)

.PHONY: firmware

firmware: $(PEN_BUILD)/pen.hex $(PEN_BUILD)/pen.lst ## the pen's image: pen.elf and pen.hex
	@:

$(PEN_BUILD)/obj/%.o: firmware/pen/%.c
	@mkdir -p $(@D)
	@$(PEN_CC) $(PEN_CFLAGS) -c -o $@ $<

$(PEN_BUILD)/pen.elf: $(PEN_OBJ)
	@echo "LD $@"
	@$(PEN_CC) $(PEN_LDFLAGS) -o $@ $^

$(PEN_BUILD)/pen.hex: $(PEN_BUILD)/pen.elf
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

-include $(wildcard $(PEN_BUILD)/obj/*.d)
