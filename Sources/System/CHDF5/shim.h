#pragma once
#define H5_USE_110_API
#include <hdf5.h>
// Macros that expand to calls or casts, and names that the library's versions map to numbered functions, are
// invisible to Swift: one accessor each, nothing else here.
static inline hid_t chdf5_default(void) { return H5P_DEFAULT; }
static inline hid_t chdf5_error_stack(void) { return H5E_DEFAULT; }
static inline haddr_t chdf5_undefined_address(void) { return HADDR_UNDEF; }
static inline hid_t chdf5_whole_space(void) { return H5S_ALL; }
static inline unsigned chdf5_read_only(void) { return H5F_ACC_RDONLY; }
static inline hid_t chdf5_file_access_class(void) { return H5P_FILE_ACCESS; }
static inline hid_t chdf5_link_access_class(void) { return H5P_LINK_ACCESS; }
static inline unsigned chdf5_replace(void) { return H5F_ACC_TRUNC; }
static inline hid_t chdf5_link_creation_class(void) { return H5P_LINK_CREATE; }
static inline hid_t chdf5_float32(void) { return H5T_IEEE_F32LE; }
static inline hid_t chdf5_float64(void) { return H5T_IEEE_F64LE; }
static inline hid_t chdf5_int64(void) { return H5T_STD_I64LE; }
static inline hid_t chdf5_native_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t chdf5_native_double(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t chdf5_c_string(void) { return H5T_C_S1; }
static inline size_t chdf5_variable_size(void) { return H5T_VARIABLE; }
static inline herr_t chdf5_iterate_links(hid_t group, H5L_iterate_t visit, void *context) {
    return H5Literate(group, H5_INDEX_NAME, H5_ITER_NATIVE, NULL, visit, context);
}
static inline herr_t chdf5_object_info(hid_t object, H5O_info_t *info) {
    return H5Oget_info2(object, info, H5O_INFO_BASIC);
}
