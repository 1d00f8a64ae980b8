#pragma once
#include <stddef.h>
#include <stdint.h>

// Parquet files through Arrow C++, as plain C. Functions that can fail return NULL, or a negative number, and
// write why into `message` (at most `capacity` bytes, ended by 0). One thread at a time may use one object.

#ifdef __cplusplus
extern "C" {
#endif

/// What the elements of a column are.
typedef enum {
    CARROW_OTHER = 0,
    CARROW_BOOL,
    CARROW_UINT8,
    CARROW_INT8,
    CARROW_UINT16,
    CARROW_INT16,
    CARROW_UINT32,
    CARROW_INT32,
    CARROW_UINT64,
    CARROW_INT64,
    CARROW_FLOAT16,
    CARROW_FLOAT32,
    CARROW_FLOAT64,
    CARROW_TEXT,
    CARROW_BINARY,
    /// A struct with the children `bytes` and `path`: how Hugging Face's datasets keep pictures.
    CARROW_PICTURE,
} carrow_kind;

enum { CARROW_MAXIMAL_RANK = 8 };

/// An open Parquet file.
typedef struct carrow_file carrow_file;
/// Some rows of an open file, decoded; independent of the file.
typedef struct carrow_rows carrow_rows;

/// Opens a file; of its columns only those in `names` are read, or all where `names` is NULL.
carrow_file *carrow_open(
    const char *path, const char *const *names, int32_t name_count, char *message, size_t capacity);
void carrow_close(carrow_file *file);
int64_t carrow_row_count(const carrow_file *file);
int32_t carrow_column_count(const carrow_file *file);
/// Borrowed until the file is closed.
const char *carrow_column_name(const carrow_file *file, int32_t column);

/// Decodes `count` rows from `first` on; keeps the last row group, since the next rows often lie in it.
carrow_rows *carrow_read(
    carrow_file *file, int64_t first, int64_t count, char *message, size_t capacity);
void carrow_rows_free(carrow_rows *rows);

/// The kind of a column's elements, and the extents of an array of all rows: rows first, then nested lists.
/// Fails where a value is absent, or where rows have different numbers of elements.
int32_t carrow_describe(
    const carrow_rows *rows, int32_t column, carrow_kind *kind, int64_t *extents, int32_t *rank,
    char *message, size_t capacity);
/// Copies a column of numbers, row-major, little-endian; booleans as one byte each.
int32_t carrow_copy(
    const carrow_rows *rows, int32_t column, void *target, size_t byte_count, char *message,
    size_t capacity);
/// The bytes of a text, of a binary, or of a picture, in one row; borrowed until the rows are freed.
/// Returns 0, 1 where the value is absent, or -1 where the column holds none of these.
int32_t carrow_bytes(
    const carrow_rows *rows, int32_t column, int64_t row, const uint8_t **bytes, int64_t *length);

/// One column of a file to write.
typedef struct {
    const char *name;
    carrow_kind kind;
    /// 0 for one element a row, n for a list of n.
    int32_t width;
    /// Whether lists are of any length by their type, although all have the same.
    int32_t has_any_length;
} carrow_field;

/// A file that is being written.
typedef struct carrow_writer carrow_writer;

/// Creates a file, compressed with Snappy; `keys` and `texts` are metadata of its schema.
carrow_writer *carrow_create(
    const char *path, const carrow_field *fields, int32_t field_count, const char *const *keys,
    const char *const *texts, int32_t metadata_count, char *message, size_t capacity);
/// Takes a copy of a column of the next row group: row_count x max(width, 1) numbers, booleans as one byte each;
/// or, for texts, binaries and pictures, their bytes side by side, with that many offsets and one more.
int32_t carrow_put(
    carrow_writer *writer, int32_t column, int64_t row_count, const void *values,
    const int64_t *offsets, char *message, size_t capacity);
/// Writes the row group whose columns have all been put.
int32_t carrow_write(carrow_writer *writer, int64_t row_count, char *message, size_t capacity);
/// Writes the footer and closes the file. Frees the writer, also where it fails.
int32_t carrow_finish(carrow_writer *writer, char *message, size_t capacity);
/// Frees a writer whose file is not wanted any more.
void carrow_abandon(carrow_writer *writer);

#ifdef __cplusplus
}
#endif
