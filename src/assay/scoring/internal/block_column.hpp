// One argument of a row-wise function, block by block, as doubles for a kernel: the caller's own memory where
// it fits.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "assay/core/array.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::scoring::detail {

inline constexpr std::size_t k_block_rows = 512;

class block_column {
 public:
  explicit block_column(const vector_view& values) : values_(values) {}
  /// `rows` is the number of rows of the call: a scalar need not fill more.
  block_column(const broadcast_view& values, std::size_t rows) : values_(values.values()) {
    if (values.is_scalar()) std::fill_n(buffer_.begin(), std::min(rows, k_block_rows), values.value());
  }

  /// Rows first .. first + count - 1; valid until the next call. count <= k_block_rows.
  [[nodiscard]] const double* rows(std::size_t first, std::size_t count) {
    if (!values_.present()) return buffer_.data();
    if (values_.type() == dtype::float64 && values_.dense())
      return static_cast<const double*>(values_.data()) + first;
    for (std::size_t i = 0; i < count; ++i) buffer_[i] = values_(first + i);
    return buffer_.data();
  }

 private:
  vector_view values_;
  std::array<double, k_block_rows> buffer_;
};

/// One result, block by block: the result's own memory where it holds doubles.
class block_result {
 public:
  /// Null for a result that is not wanted.
  explicit block_result(array* values) : values_(values) {}

  [[nodiscard]] double* rows(std::size_t first) {
    if (values_ == nullptr) return nullptr;
    return values_->type() == dtype::float64 ? values_->values<double>().data() + first : buffer_.data();
  }
  /// Moves what was written to rows(first) to the result.
  void finish(std::size_t first, std::size_t count) {
    if (values_ == nullptr || values_->type() == dtype::float64) return;
    std::transform(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(count),
                   values_->values<float>().data() + first,
                   [](double value) { return static_cast<float>(value); });
  }

 private:
  array* values_;
  std::array<double, k_block_rows> buffer_;
};

}  // namespace assay::inline v1::scoring::detail
