#pragma once
#include <zstd.h>
// Macros that expand to casts are invisible to Swift: one accessor each, nothing else here.
static inline unsigned long long czstd_size_unknown(void) { return ZSTD_CONTENTSIZE_UNKNOWN; }
static inline unsigned long long czstd_size_error(void) { return ZSTD_CONTENTSIZE_ERROR; }
