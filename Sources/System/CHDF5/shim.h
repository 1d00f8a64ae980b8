#pragma once
#include <hdf5.h>
// Macros that expand to calls or casts are invisible to Swift: one accessor each, nothing else here.
static inline hid_t chdf5_default(void) { return H5P_DEFAULT; }
