#pragma once
#include <arrow/result.h>
#include <arrow/status.h>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

namespace carrow {

inline void require(const arrow::Status &status) {
    if (!status.ok()) throw std::runtime_error(status.message());
}

template <typename Value> Value require(arrow::Result<Value> result) {
    require(result.status());
    return std::move(result).ValueOrDie();
}

// No exception may leave a C function: runs `work`, or writes why it failed and returns `failure`.
template <typename Value, typename Work>
Value guarded(Value failure, char *message, size_t capacity, Work work) noexcept {
    try {
        return work();
    } catch (const std::exception &error) {
        std::snprintf(message, capacity, "%s", error.what());
    } catch (...) {
        std::snprintf(message, capacity, "an exception of unknown type");
    }
    return failure;
}

} // namespace carrow
