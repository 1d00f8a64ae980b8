// Writes Parquet. Empty without the package trait LeRobot.
#ifdef NIGHTSHIFT_LEROBOT
#include "CArrow.h"
#include "Failure.h"

#include <algorithm>
#include <arrow/api.h>
#include <arrow/io/file.h>
#include <cstring>
#include <parquet/arrow/writer.h>
#include <parquet/properties.h>

using carrow::guarded;
using carrow::require;

struct carrow_writer {
    std::vector<carrow_kind> kinds;
    /// 0 for a column that has no lists.
    std::vector<int32_t> widths;
    /// Columns of the next row group.
    arrow::ArrayVector columns;
    std::shared_ptr<arrow::Schema> schema;
    std::shared_ptr<arrow::io::FileOutputStream> stream;
    std::unique_ptr<parquet::arrow::FileWriter> writer;
};

namespace {

std::shared_ptr<arrow::DataType> element_type(carrow_kind kind) {
    switch (kind) {
    case CARROW_BOOL: return arrow::boolean();
    case CARROW_UINT8: return arrow::uint8();
    case CARROW_INT8: return arrow::int8();
    case CARROW_UINT16: return arrow::uint16();
    case CARROW_INT16: return arrow::int16();
    case CARROW_UINT32: return arrow::uint32();
    case CARROW_INT32: return arrow::int32();
    case CARROW_UINT64: return arrow::uint64();
    case CARROW_INT64: return arrow::int64();
    case CARROW_FLOAT16: return arrow::float16();
    case CARROW_FLOAT32: return arrow::float32();
    case CARROW_FLOAT64: return arrow::float64();
    case CARROW_TEXT: return arrow::utf8();
    case CARROW_BINARY: return arrow::binary();
    case CARROW_PICTURE:
        return arrow::struct_(
            {arrow::field("bytes", arrow::binary()), arrow::field("path", arrow::utf8())});
    default: throw std::runtime_error("the kind of a column cannot be written");
    }
}

std::shared_ptr<arrow::DataType> column_type(const carrow_field &field) {
    auto element = arrow::field("element", element_type(field.kind));
    if (field.width == 0) return element->type();
    return field.has_any_length ? arrow::list(element)
                                : arrow::fixed_size_list(element, field.width);
}

template <typename Builder>
std::shared_ptr<arrow::Array> strings(const char *bytes, const int64_t *offsets, int64_t count) {
    Builder builder;
    require(builder.Reserve(count));
    require(builder.ReserveData(offsets[count]));
    for (int64_t index = 0; index < count; index++) {
        int64_t length = offsets[index + 1] - offsets[index];
        require(builder.Append(bytes + offsets[index], static_cast<int32_t>(length)));
    }
    return require(builder.Finish());
}

std::shared_ptr<arrow::Array> pictures(const char *bytes, const int64_t *offsets, int64_t count) {
    auto paths = require(arrow::MakeArrayOfNull(arrow::utf8(), count));
    return require(arrow::StructArray::Make(
        {strings<arrow::BinaryBuilder>(bytes, offsets, count), paths},
        element_type(CARROW_PICTURE)->fields()));
}

std::shared_ptr<arrow::Array> numbers(carrow_kind kind, const void *values, int64_t count) {
    if (kind == CARROW_BOOL) {
        arrow::BooleanBuilder builder;
        require(builder.AppendValues(static_cast<const uint8_t *>(values), count));
        return require(builder.Finish());
    }
    auto type = element_type(kind);
    int64_t byte_count = count * type->byte_width();
    std::shared_ptr<arrow::Buffer> buffer = require(arrow::AllocateBuffer(byte_count));
    if (byte_count > 0) std::memcpy(buffer->mutable_data(), values, byte_count);
    return arrow::MakeArray(arrow::ArrayData::Make(type, count, {nullptr, buffer}, 0));
}

std::shared_ptr<arrow::Array> elements(
    carrow_kind kind, const void *values, const int64_t *offsets, int64_t count) {
    const char *bytes = static_cast<const char *>(values);
    switch (kind) {
    case CARROW_TEXT: return strings<arrow::StringBuilder>(bytes, offsets, count);
    case CARROW_BINARY: return strings<arrow::BinaryBuilder>(bytes, offsets, count);
    case CARROW_PICTURE: return pictures(bytes, offsets, count);
    default: return numbers(kind, values, count);
    }
}

std::shared_ptr<arrow::Array> lists(
    const std::shared_ptr<arrow::Array> &values, const std::shared_ptr<arrow::DataType> &type,
    int64_t row_count, int32_t width) {
    if (type->id() == arrow::Type::FIXED_SIZE_LIST) {
        return std::make_shared<arrow::FixedSizeListArray>(type, row_count, values);
    }
    arrow::Int32Builder offsets;
    for (int64_t row = 0; row <= row_count; row++) {
        require(offsets.Append(static_cast<int32_t>(row * width)));
    }
    return require(arrow::ListArray::FromArrays(type, *require(offsets.Finish()), *values));
}

} // namespace

extern "C" {

carrow_writer *carrow_create(
    const char *path, const carrow_field *fields, int32_t field_count, const char *const *keys,
    const char *const *texts, int32_t metadata_count, char *message, size_t capacity) {
    return guarded<carrow_writer *>(nullptr, message, capacity, [&] {
        auto writer = std::make_unique<carrow_writer>();
        arrow::FieldVector columns;
        for (int32_t index = 0; index < field_count; index++) {
            writer->kinds.push_back(fields[index].kind);
            writer->widths.push_back(fields[index].width);
            columns.push_back(arrow::field(fields[index].name, column_type(fields[index])));
        }
        writer->columns.resize(columns.size());
        auto metadata = std::make_shared<arrow::KeyValueMetadata>();
        for (int32_t index = 0; index < metadata_count; index++) {
            metadata->Append(keys[index], texts[index]);
        }
        writer->schema = arrow::schema(columns, metadata);
        writer->stream = require(arrow::io::FileOutputStream::Open(path));
        parquet::WriterProperties::Builder properties;
        properties.compression(parquet::Compression::SNAPPY);
        parquet::ArrowWriterProperties::Builder arrow_properties;
        // Readers need Arrow's own schema to tell lists of fixed from those of any length.
        arrow_properties.store_schema();
        writer->writer = require(parquet::arrow::FileWriter::Open(
            *writer->schema, arrow::default_memory_pool(), writer->stream, properties.build(),
            arrow_properties.build()));
        return writer.release();
    });
}

int32_t carrow_put(
    carrow_writer *writer, int32_t column, int64_t row_count, const void *values,
    const int64_t *offsets, char *message, size_t capacity) {
    return guarded<int32_t>(-1, message, capacity, [&] {
        int32_t width = writer->widths[column];
        auto array = elements(
            writer->kinds[column], values, offsets, row_count * (width == 0 ? 1 : width));
        auto type = writer->schema->field(column)->type();
        writer->columns[column] = width == 0 ? array : lists(array, type, row_count, width);
        return 0;
    });
}

int32_t carrow_write(carrow_writer *writer, int64_t row_count, char *message, size_t capacity) {
    return guarded<int32_t>(-1, message, capacity, [&] {
        auto table = arrow::Table::Make(writer->schema, writer->columns, row_count);
        require(table->Validate());
        // One row group, however many rows.
        require(writer->writer->WriteTable(*table, std::max<int64_t>(1, row_count)));
        return 0;
    });
}

int32_t carrow_finish(carrow_writer *writer, char *message, size_t capacity) {
    std::unique_ptr<carrow_writer> owner(writer);
    return guarded<int32_t>(-1, message, capacity, [&] {
        require(owner->writer->Close());
        require(owner->stream->Close());
        return 0;
    });
}

void carrow_abandon(carrow_writer *writer) { delete writer; }

} // extern "C"
#endif
