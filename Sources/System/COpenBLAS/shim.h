#pragma once
#include <cblas.h>

// LAPACK's symmetric eigenvalues, of which OpenBLAS has the code but cblas.h no declaration.
void dsyevd_(const char *job, const char *triangle, const int *n, double *matrix, const int *stride,
             double *values, double *work, const int *workCount, int *integers,
             const int *integerCount, int *info, unsigned long, unsigned long);
