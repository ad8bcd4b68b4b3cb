/* The bus of spi.h, and the analysis "spi": everything that crossed it. */
#include "analysis/spi.h"

#include "analysis/hex.h"
#include "analysis/kind.h"
#include "analysis/store.h"

void spi_init(struct spi *s, struct spi_lines lines)
{
	uint64_t one = 1;

	*s = (struct spi){.lines = lines};
	s->mask = one << lines.clk | (lines.has_cs ? one << lines.cs : 0);
}

enum spi_event spi_start(struct spi *s, uint64_t sample)
{
	s->is_selected = !s->lines.has_cs || (sample >> s->lines.cs & 1) == 0;
	return s->is_selected ? SPI_SELECTED : SPI_NOTHING;
}

void spi_finish(struct spi *s)
{
	s->partial_bits += s->bits;
	s->bits = 0;
}

unsigned spi_edge(struct spi *s, const struct edge *edge)
{
	unsigned events = SPI_NOTHING;

	if ((edge->changed & s->mask) == 0)
		return SPI_NOTHING;
	if (s->lines.has_cs && edge->changed >> s->lines.cs & 1) {
		spi_finish(s);
		s->is_selected = (edge->value >> s->lines.cs & 1) == 0;
		s->selections += s->is_selected;
		events |= s->is_selected ? SPI_SELECTED : SPI_NOTHING;
	}
	if (!s->is_selected || (edge->changed >> s->lines.clk & 1) == 0 ||
	    (edge->value >> s->lines.clk & 1) == s->lines.is_falling)
		return events;
	if (s->bits == 0)
		s->mosi = s->miso = 0;
	s->mosi = s->mosi << 1 | (unsigned)(edge->value >> s->lines.mosi & 1);
	s->miso = s->miso << 1 | (unsigned)(edge->value >> s->lines.miso & 1);
	if (++s->bits < 8)
		return events;
	s->bits = 0;
	s->words++;
	return events | SPI_WORD;
}

/* The analysis. */
enum { KEY_CLK, KEY_MOSI, KEY_MISO, KEY_CS, KEY_MODE };

struct bus {
	struct spi spi;
	struct store_bytes mosi, miso;
};

static enum err_code bus_init(void *state, const struct kind_args *args, struct err *e)
{
	struct bus *b = state;
	const struct kind_value *v = args->value;
	int64_t mode;

	if (kind_whole(&v[KEY_MODE], "mode", 0, 0, 3, &mode, e))
		return e->code;
	spi_init(&b->spi, (struct spi_lines){
				  .clk = v[KEY_CLK].bit,
				  .mosi = v[KEY_MOSI].bit,
				  .miso = v[KEY_MISO].bit,
				  .cs = v[KEY_CS].bit,
				  .has_mosi = v[KEY_MOSI].given,
				  .has_miso = v[KEY_MISO].given,
				  .has_cs = v[KEY_CS].given,
				  .is_falling = mode == 1 || mode == 2,
			  });
	return ERR_NONE;
}

static void bus_start(void *state, uint64_t sample)
{
	struct bus *b = state;

	(void)spi_start(&b->spi, sample);
}

static void bus_edges(void *state, const struct edge *list, size_t count)
{
	struct bus *b = state;

	for (size_t i = 0; i < count; i++) {
		if ((spi_edge(&b->spi, &list[i]) & SPI_WORD) == 0)
			continue;
		if (b->spi.lines.has_mosi)
			store_bytes_push(&b->mosi, (uint8_t)b->spi.mosi);
		if (b->spi.lines.has_miso)
			store_bytes_push(&b->miso, (uint8_t)b->spi.miso);
	}
}

static void bus_finish(void *state, uint64_t sample_count, struct result *out)
{
	struct bus *b = state;
	const struct spi_lines *lines = &b->spi.lines;

	(void)sample_count;
	spi_finish(&b->spi);
	result_set(out, "words", result_integer((int64_t)b->spi.words));
	result_set(out, "transactions",
		   lines->has_cs ? result_integer((int64_t)b->spi.selections) : result_null());
	if (lines->has_mosi)
		result_set(out, "mosi_hex", hex_result(b->mosi.at, b->mosi.count));
	if (lines->has_miso)
		result_set(out, "miso_hex", hex_result(b->miso.at, b->miso.count));
	if (lines->has_mosi)
		result_set(out, "mosi_sha256", hex_sha256_result(b->mosi.at, b->mosi.count));
	if (lines->has_miso)
		result_set(out, "miso_sha256", hex_sha256_result(b->miso.at, b->miso.count));
	result_set(out, "partial_bits", result_integer((int64_t)b->spi.partial_bits));
}

static void bus_deinit(void *state)
{
	struct bus *b = state;

	store_bytes_deinit(&b->mosi);
	store_bytes_deinit(&b->miso);
}

const struct kind spi_kind = {
	.name = "spi",
	.keys = {[KEY_CLK] = {"clk", KIND_CHANNEL, true},
		 [KEY_MOSI] = {"mosi", KIND_CHANNEL, false},
		 [KEY_MISO] = {"miso", KIND_CHANNEL, false},
		 [KEY_CS] = {"cs", KIND_CHANNEL, false},
		 [KEY_MODE] = {"mode", KIND_NUMBER, false}},
	.state_size = sizeof(struct bus),
	.init = bus_init,
	.start = bus_start,
	.edges = bus_edges,
	.samples = kind_no_samples,
	.finish = bus_finish,
	.deinit = bus_deinit,
};
