/* Bytes as results: lower-case hex, and the SHA-256 of them. */
#ifndef ANALYSIS_HEX_H
#define ANALYSIS_HEX_H

#include <stddef.h>
#include <stdint.h>

#include "analysis/result.h"

struct result *hex_result(const uint8_t *data, size_t size);
struct result *hex_sha256_result(const uint8_t *data, size_t size);

#endif
