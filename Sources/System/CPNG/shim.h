#pragma once
#include <png.h>
// libpng needs zlib itself; its checksum is the one of PNG's chunks.
#include <zlib.h>
