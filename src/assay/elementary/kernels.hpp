// The kernels of this domain, one table an instruction set.
#pragma once

#include <cstddef>

#include "assay/core/dispatch.hpp"

namespace assay::inline v1::elementary {

/// out[i] = f(x[i]) for n elements; out may be x.
struct map_kernel {
  void (*float64)(const double* x, double* out, std::size_t n) noexcept;
  void (*float32)(const float* x, float* out, std::size_t n) noexcept;
};

/// out[i] = log(sum_j e^x[i, j]) over dense rows.
struct row_kernel {
  void (*float64)(const double* x, std::size_t rows, std::size_t columns, double* out) noexcept;
  void (*float32)(const float* x, std::size_t rows, std::size_t columns, float* out) noexcept;
};

struct kernels {
  map_kernel exp;
  map_kernel expm1;
  map_kernel log;
  map_kernel log1p;
  map_kernel logistic;
  map_kernel softplus;
  map_kernel erf;
  map_kernel erfc;
  map_kernel erfcx;
  map_kernel normal_pdf;
  map_kernel normal_cdf;
  map_kernel normal_log_cdf;
  map_kernel normal_quantile;
  row_kernel log_sum_exp;
};

ASSAY_DECLARE_KERNEL_TABLES(kernels);

}  // namespace assay::inline v1::elementary
