/* See sr_piece.h. */
#include "capture/sr_piece.h"

#include <stdlib.h>
#include <zip.h>

#include "capture/deflate.h"

static bool make_room(uint8_t **data, size_t *capacity, size_t wanted)
{
	if (wanted <= *capacity)
		return true;
	free(*data);
	*data = malloc(wanted);
	*capacity = *data == NULL ? 0 : wanted;
	return *data != NULL;
}

static bool is_fit(const zip_stat_t *stat)
{
	const zip_uint64_t known = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_CRC |
				   ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;

	return (stat->valid & known) == known && stat->comp_method == ZIP_CM_DEFLATE &&
	       stat->encryption_method == ZIP_EM_NONE && stat->size > 0 &&
	       stat->size <= DEFLATE_PIECE_MAX && stat->comp_size > 0 &&
	       stat->comp_size <= deflate_bound(DEFLATE_PIECE_MAX);
}

static bool read_packed(uint8_t *packed, size_t size, zip_t *zip, uint64_t index)
{
	zip_file_t *file = zip_fopen_index(zip, index, ZIP_FL_COMPRESSED);
	size_t done = 0;
	zip_int64_t n = 1;

	if (file == NULL)
		return false;
	for (; done < size && n > 0; done += n > 0 ? (size_t)n : 0)
		n = zip_fread(file, packed + done, size - done);
	(void)zip_fclose(file); /* its error is that of the read */
	return done == size;
}

bool sr_piece_load(struct sr_piece *p, zip_t *zip, uint64_t index)
{
	zip_stat_t stat;

	if (zip_stat_index(zip, index, 0, &stat) != 0 || !is_fit(&stat))
		return false;
	if (p->unpacker == NULL)
		p->unpacker = deflate_unpacker_new();
	if (p->unpacker == NULL || !make_room(&p->data, &p->capacity, stat.size) ||
	    !make_room(&p->packed, &p->packed_capacity, stat.comp_size))
		return false;
	p->size = stat.size;
	return read_packed(p->packed, stat.comp_size, zip, index) &&
	       deflate_unpack(p->unpacker, p->packed, stat.comp_size, p->data, p->size) &&
	       deflate_crc(p->data, p->size) == stat.crc;
}

void sr_piece_deinit(struct sr_piece *p)
{
	deflate_unpacker_free(p->unpacker);
	free(p->data);
	free(p->packed);
	*p = (struct sr_piece){0};
}
