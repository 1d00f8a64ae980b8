#pragma once
#include <errno.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/dict.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
// Macros that Swift cannot see: one accessor each, nothing else here.
static inline int cav_again(void) { return AVERROR(EAGAIN); }
static inline int cav_end_of_file(void) { return AVERROR_EOF; }
static inline int64_t cav_no_timestamp(void) { return AV_NOPTS_VALUE; }
static inline int cav_explode(void) { return AV_EF_EXPLODE; }
static inline int cav_seek_size(void) { return AVSEEK_SIZE; }
