// Reads Parquet. Empty without the package trait LeRobot, so that a machine without Arrow builds the rest.
#ifdef NIGHTSHIFT_LEROBOT
#include "CArrow.h"
#include "Failure.h"

#include <arrow/api.h>
#include <arrow/io/file.h>
#include <cstring>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/schema.h>
#include <parquet/file_reader.h>

using carrow::guarded;
using carrow::require;

struct carrow_file {
    std::unique_ptr<parquet::arrow::FileReader> reader;
    std::vector<std::string> names;
    std::vector<int> leaves;
    // First row of each row group, and the count of all rows at the end.
    std::vector<int64_t> starts;
    int cached_group = -1;
    std::shared_ptr<arrow::Table> cached;
};

struct carrow_rows {
    std::shared_ptr<arrow::Table> table;
};

namespace {

// Elements `first` up to `first + count` of an array.
struct Run {
    const arrow::Array *array;
    int64_t first;
    int64_t count;
};

void add_leaves(const parquet::arrow::SchemaField &field, std::vector<int> &leaves) {
    if (field.is_leaf()) leaves.push_back(field.column_index);
    for (const auto &child : field.children) add_leaves(child, leaves);
}

void select_columns(carrow_file &file, const char *const *names, int32_t count) {
    for (const auto &field : file.reader->manifest().schema_fields) {
        const std::string &name = field.field->name();
        bool wanted = names == nullptr;
        for (int32_t index = 0; index < count && !wanted; index++) wanted = name == names[index];
        if (!wanted) continue;
        add_leaves(field, file.leaves);
        file.names.push_back(name);
    }
}

std::shared_ptr<arrow::Table> row_group(carrow_file &file, int group) {
    if (file.cached_group != group) {
        file.cached = nullptr;
        file.cached_group = -1;
        file.cached = require(file.reader->ReadRowGroup(group, file.leaves));
        file.cached_group = group;
    }
    return file.cached;
}

carrow_kind kind_of(const arrow::DataType &type) {
    switch (type.id()) {
    case arrow::Type::BOOL: return CARROW_BOOL;
    case arrow::Type::UINT8: return CARROW_UINT8;
    case arrow::Type::INT8: return CARROW_INT8;
    case arrow::Type::UINT16: return CARROW_UINT16;
    case arrow::Type::INT16: return CARROW_INT16;
    case arrow::Type::UINT32: return CARROW_UINT32;
    case arrow::Type::INT32: return CARROW_INT32;
    case arrow::Type::UINT64: return CARROW_UINT64;
    case arrow::Type::INT64: return CARROW_INT64;
    case arrow::Type::HALF_FLOAT: return CARROW_FLOAT16;
    case arrow::Type::FLOAT: return CARROW_FLOAT32;
    case arrow::Type::DOUBLE: return CARROW_FLOAT64;
    case arrow::Type::STRING:
    case arrow::Type::LARGE_STRING: return CARROW_TEXT;
    case arrow::Type::BINARY:
    case arrow::Type::LARGE_BINARY: return CARROW_BINARY;
    case arrow::Type::STRUCT: {
        const auto &fields = static_cast<const arrow::StructType &>(type);
        auto bytes = fields.GetFieldByName("bytes");
        bool is_picture = bytes != nullptr && kind_of(*bytes->type()) == CARROW_BINARY;
        return is_picture ? CARROW_PICTURE : CARROW_OTHER;
    }
    default: return CARROW_OTHER;
    }
}

void refuse_absent(const Run &run) {
    if (run.array->null_count() == 0) return;
    for (int64_t index = 0; index < run.count; index++) {
        if (run.array->IsNull(run.first + index)) {
            throw std::runtime_error("a value is absent (element " + std::to_string(index) + ")");
        }
    }
}

template <typename List> int64_t descend_lists(const List &list, Run &run) {
    int64_t width = list.value_length(run.first);
    for (int64_t index = 1; index < run.count; index++) {
        int64_t other = list.value_length(run.first + index);
        if (other != width) {
            throw std::runtime_error(
                "rows have different lengths: " + std::to_string(width) + " and "
                + std::to_string(other) + " (row " + std::to_string(index) + ")");
        }
    }
    run = Run{list.values().get(), list.value_offset(run.first), run.count * width};
    return width;
}

// Goes down one level of lists; -1 where the array is no list.
int64_t descend(Run &run) {
    switch (run.array->type_id()) {
    case arrow::Type::FIXED_SIZE_LIST:
        refuse_absent(run);
        return descend_lists(static_cast<const arrow::FixedSizeListArray &>(*run.array), run);
    case arrow::Type::LIST:
        refuse_absent(run);
        return descend_lists(static_cast<const arrow::ListArray &>(*run.array), run);
    case arrow::Type::LARGE_LIST:
        refuse_absent(run);
        return descend_lists(static_cast<const arrow::LargeListArray &>(*run.array), run);
    default: return -1;
    }
}

// The elements of one chunk below all lists; `extents` are those of the lists.
Run elements(const arrow::Array &chunk, std::vector<int64_t> &extents) {
    Run run{&chunk, 0, chunk.length()};
    while (run.count > 0) {
        int64_t width = descend(run);
        if (width < 0) break;
        extents.push_back(width);
        if (extents.size() >= CARROW_MAXIMAL_RANK) throw std::runtime_error("lists nest too deep");
    }
    return run;
}

const arrow::DataType &element_type(const arrow::DataType &type) {
    const arrow::DataType *current = &type;
    while (current->id() == arrow::Type::FIXED_SIZE_LIST || current->id() == arrow::Type::LIST
           || current->id() == arrow::Type::LARGE_LIST) {
        current = current->field(0)->type().get();
    }
    return *current;
}

void copy_elements(const Run &run, uint8_t *target) {
    if (run.array->type_id() == arrow::Type::BOOL) {
        const auto &flags = static_cast<const arrow::BooleanArray &>(*run.array);
        for (int64_t index = 0; index < run.count; index++) {
            target[index] = flags.Value(run.first + index) ? 1 : 0;
        }
        return;
    }
    int64_t width = run.array->type()->byte_width();
    const auto &data = *run.array->data();
    std::memcpy(
        target, data.buffers[1]->data() + (data.offset + run.first) * width, run.count * width);
}

template <typename Binary>
int32_t view(const arrow::Array &array, int64_t row, const uint8_t **bytes, int64_t *length) {
    auto value = static_cast<const Binary &>(array).GetView(row);
    *bytes = reinterpret_cast<const uint8_t *>(value.data());
    *length = static_cast<int64_t>(value.size());
    return 0;
}

int32_t view(const arrow::Array &array, int64_t row, const uint8_t **bytes, int64_t *length) {
    if (array.IsNull(row)) return 1;
    switch (array.type_id()) {
    case arrow::Type::STRING:
    case arrow::Type::BINARY: return view<arrow::BinaryArray>(array, row, bytes, length);
    case arrow::Type::LARGE_STRING:
    case arrow::Type::LARGE_BINARY:
        return view<arrow::LargeBinaryArray>(array, row, bytes, length);
    case arrow::Type::STRUCT: {
        auto child = static_cast<const arrow::StructArray &>(array).GetFieldByName("bytes");
        // Views stay good: the child's buffers belong to the table.
        return child == nullptr ? -1 : view(*child, row, bytes, length);
    }
    default: return -1;
    }
}

} // namespace

extern "C" {

carrow_file *carrow_open(
    const char *path, const char *const *names, int32_t name_count, char *message,
    size_t capacity) {
    return guarded<carrow_file *>(nullptr, message, capacity, [&] {
        auto file = std::make_unique<carrow_file>();
        auto bytes = require(arrow::io::ReadableFile::Open(path));
        parquet::arrow::FileReaderBuilder builder;
        require(builder.Open(bytes));
        parquet::ArrowReaderProperties properties(/*use_threads=*/false);
        // No background reads: their threads would outlive a reader of untrusted bytes.
        properties.set_pre_buffer(false);
        file->reader = require(
            builder.memory_pool(arrow::system_memory_pool())->properties(properties)->Build());
        select_columns(*file, names, name_count);
        auto metadata = file->reader->parquet_reader()->metadata();
        file->starts.push_back(0);
        for (int group = 0; group < metadata->num_row_groups(); group++) {
            int64_t rows = metadata->RowGroup(group)->num_rows();
            if (rows < 0) throw std::runtime_error("a row group states a negative length");
            file->starts.push_back(file->starts.back() + rows);
        }
        return file.release();
    });
}

void carrow_close(carrow_file *file) { delete file; }

int64_t carrow_row_count(const carrow_file *file) { return file->starts.back(); }

int32_t carrow_column_count(const carrow_file *file) {
    return static_cast<int32_t>(file->names.size());
}

const char *carrow_column_name(const carrow_file *file, int32_t column) {
    return file->names[column].c_str();
}

carrow_rows *carrow_read(
    carrow_file *file, int64_t first, int64_t count, char *message, size_t capacity) {
    return guarded<carrow_rows *>(nullptr, message, capacity, [&] {
        int64_t end = first + count;
        if (first < 0 || count < 1 || end > file->starts.back()) {
            throw std::runtime_error("the rows do not lie in the file");
        }
        std::vector<std::shared_ptr<arrow::Table>> parts;
        for (size_t group = 0; group + 1 < file->starts.size(); group++) {
            int64_t from = std::max(first, file->starts[group]);
            int64_t to = std::min(end, file->starts[group + 1]);
            if (from >= to) continue;
            auto table = row_group(*file, static_cast<int>(group));
            if (table->num_rows() != file->starts[group + 1] - file->starts[group]) {
                throw std::runtime_error("a row group has another length than the footer states");
            }
            parts.push_back(table->Slice(from - file->starts[group], to - from));
        }
        return new carrow_rows{require(arrow::ConcatenateTables(parts))};
    });
}

void carrow_rows_free(carrow_rows *rows) { delete rows; }

int32_t carrow_describe(
    const carrow_rows *rows, int32_t column, carrow_kind *kind, int64_t *extents, int32_t *rank,
    char *message, size_t capacity) {
    return guarded<int32_t>(-1, message, capacity, [&] {
        auto chunks = rows->table->column(column);
        *kind = kind_of(element_type(*chunks->type()));
        std::vector<int64_t> lists;
        bool is_first = true;
        for (const auto &chunk : chunks->chunks()) {
            if (chunk->length() == 0) continue;
            std::vector<int64_t> found;
            Run run = elements(*chunk, found);
            if (*kind < CARROW_TEXT) refuse_absent(run);
            if (!is_first && found != lists) {
                throw std::runtime_error("rows have different lengths");
            }
            lists = found;
            is_first = false;
        }
        extents[0] = chunks->length();
        for (size_t index = 0; index < lists.size(); index++) extents[index + 1] = lists[index];
        *rank = static_cast<int32_t>(lists.size()) + 1;
        return 0;
    });
}

int32_t carrow_copy(
    const carrow_rows *rows, int32_t column, void *target, size_t byte_count, char *message,
    size_t capacity) {
    return guarded<int32_t>(-1, message, capacity, [&] {
        auto chunks = rows->table->column(column);
        const auto &type = element_type(*chunks->type());
        carrow_kind kind = kind_of(type);
        if (kind == CARROW_OTHER || kind >= CARROW_TEXT) {
            throw std::runtime_error("elements are " + type.ToString() + ", expected numbers");
        }
        size_t width = kind == CARROW_BOOL ? 1 : static_cast<size_t>(type.byte_width());
        size_t offset = 0;
        for (const auto &chunk : chunks->chunks()) {
            if (chunk->length() == 0) continue;
            std::vector<int64_t> lists;
            Run run = elements(*chunk, lists);
            size_t length = static_cast<size_t>(run.count) * width;
            if (length > byte_count - offset) throw std::runtime_error("the target is too small");
            if (length > 0) copy_elements(run, static_cast<uint8_t *>(target) + offset);
            offset += length;
        }
        if (offset != byte_count) throw std::runtime_error("the target is too large");
        return 0;
    });
}

int32_t carrow_bytes(
    const carrow_rows *rows, int32_t column, int64_t row, const uint8_t **bytes, int64_t *length) {
    for (const auto &chunk : rows->table->column(column)->chunks()) {
        if (row < chunk->length()) return view(*chunk, row, bytes, length);
        row -= chunk->length();
    }
    return -1;
}

} // extern "C"
#endif
