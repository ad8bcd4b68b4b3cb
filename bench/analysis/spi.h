/*
 * Words on an SPI bus: 8 bits, MSB first. cs is active low and applied before the clock edge of the
 * same sample; data come from the sample of the edge; a cs edge begins a new word.
 */
#ifndef ANALYSIS_SPI_H
#define ANALYSIS_SPI_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/edges.h"

struct spi_lines {
	unsigned clk, mosi, miso, cs; /* bits; those without a has_ are not looked at */
	bool has_mosi, has_miso, has_cs;
	bool is_falling; /* data are taken at the falling clock edge: modes 1 and 2 */
};

struct spi {
	struct spi_lines lines;
	uint64_t mask;
	bool is_selected;
	unsigned bits; /* of the word under way, 0..7 */
	unsigned mosi, miso;
	uint64_t words, selections, partial_bits;
};

enum spi_event {
	SPI_NOTHING,
	SPI_SELECTED = 1, /* cs fell, or was low at sample 0 */
	SPI_WORD = 2,	  /* mosi and miso are a whole word */
};

void spi_init(struct spi *s, struct spi_lines lines);
enum spi_event spi_start(struct spi *s, uint64_t sample);
/* A set of enum spi_event. A selection comes before a word of the same edge. */
unsigned spi_edge(struct spi *s, const struct edge *edge);
/* A word under way at the end is cut short too. */
void spi_finish(struct spi *s);

#endif
