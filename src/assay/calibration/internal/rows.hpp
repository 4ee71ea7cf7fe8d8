// Labels, forecasts and weights of one call: checked together, handed to kernels in blocks.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <type_traits>
#include <vector>

#include "assay/core/check.hpp"
#include "assay/core/context.hpp"
#include "assay/core/internal/dense.hpp"
#include "assay/core/parallel.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration::internal {

/// Rows that a kernel sums before its sums are added without rounding.
inline constexpr std::size_t k_block_rows = 4096;
/// Rows that one thread takes at a time.
inline constexpr std::size_t k_chunk_rows = std::size_t{1} << 18;

/// Arguments that every function of this domain has.
struct binary_rows {
  integer_view labels;
  vector_view forecasts;
  vector_view weights;
  const char* forecast_name = "probabilities";

  [[nodiscard]] std::size_t size() const noexcept { return labels.size(); }
  [[nodiscard]] binary_rows part(std::size_t first, std::size_t last) const {
    return {integer_view(labels.rows(first, last - first)), vector_view(forecasts.rows(first, last - first)),
            weights.present() ? vector_view(weights.rows(first, last - first)) : vector_view(),
            forecast_name};
  }
};

/// empty_input or length_mismatch unless the arguments fit together.
void check_shapes(const checker& check, const binary_rows& rows);
/// Throws for the first bad probability (or logit), label or weight. For when a kernel has met one.
void check_values(const checker& check, const binary_rows& rows);
/// bad_weight unless every weight is finite and >= 0; all may be 0.
void check_weights(const checker& check, const vector_view& weights);
/// zero_weight unless total > 0, bad_weight where it is Infinity.
void check_total(const checker& check, double total);

/// Elements of a view as dense T, a block at a time: the caller's own memory where it fits, else converted
/// into a buffer. Labels that are neither 0 nor 1 become 2 when T is smaller than their type.
template <class T>
class block_source {
 public:
  explicit block_source(const array_view& view)
      : view_(view), direct_(view.type() == dtype_of<T>() && view.dense()) {}

  /// Elements first .. first + count; valid until the next call. Null when the view is absent.
  const T* at(std::size_t first, std::size_t count) {
    if (!view_.present()) return nullptr;
    if (direct_) return static_cast<const T*>(view_.data()) + first;
    buffer_.resize(std::max(buffer_.size(), count));
    if constexpr (integer_element<T>) {
      convert_labels(first, count);
    } else if constexpr (std::is_same_v<T, double>) {
      view_.rows(first, count).copy_to(buffer_.data());
    } else {
      for (std::size_t i = 0; i < count; ++i) buffer_[i] = static_cast<T>(view_(first + i));
    }
    return buffer_.data();
  }

 private:
  void convert_labels(std::size_t first, std::size_t count) {
    assay::internal::with_integer_type(view_.type(), [&]<class U>(std::type_identity<U>) {
      const auto* source =
          static_cast<const U*>(view_.data()) + static_cast<std::ptrdiff_t>(first) * view_.stride(0);
      for (std::size_t i = 0; i < count; ++i) {
        const U label = source[static_cast<std::ptrdiff_t>(i) * view_.stride(0)];
        buffer_[i] = label == 0 || label == 1 ? static_cast<T>(label) : T(2);
      }
    });
  }

  array_view view_;
  bool direct_;
  std::vector<T> buffer_;
};

/// One block of rows for a kernel.
template <class T>
struct row_block {
  const T* forecasts;
  const std::uint8_t* labels;
  const double* weights;  ///< null: all 1
  std::size_t size;
  std::size_t first;  ///< index of its first row
};

/// Calls fn(block) for the blocks of rows first .. last, in order.
template <class T, class Fn>
void for_blocks(const binary_rows& rows, std::size_t first, std::size_t last, Fn&& fn) {
  block_source<T> forecasts(rows.forecasts);
  block_source<std::uint8_t> labels(rows.labels);
  block_source<double> weights(rows.weights);
  for (; first < last; first += k_block_rows) {
    const std::size_t size = std::min(k_block_rows, last - first);
    fn(row_block<T>{forecasts.at(first, size), labels.at(first, size), weights.at(first, size), size, first});
  }
}

/// Adds rows first .. last to a State by add(block) and flush(), which answer whether all values were good.
template <class State>
bool add_rows(const binary_rows& rows, const chunk& part, State& state) {
  bool good = true;
  assay::internal::with_real_type(rows.forecasts.type(), [&]<class T>(std::type_identity<T>) {
    for_blocks<T>(rows, part.first, part.last, [&](const auto& block) { good &= state.add(block); });
  });
  return state.flush() && good;
}

/// Sums all rows into an empty, order-free State: copies of it take chunks of rows and are merged as they
/// come. Throws what check_values finds when some values were not good.
template <class State>
State sum_rows(const context& ctx, const checker& check, const binary_rows& rows, const State& empty) {
  State total = empty;
  const bool single = rows.size() <= k_chunk_rows;
  std::mutex door;
  bool good = true;
  for_chunks(ctx, check.function(), rows.size(), k_chunk_rows, [&](chunk part) {
    if (single) {
      good = add_rows(rows, part, total);
      return;
    }
    State state = empty;
    const bool part_good = add_rows(rows, part, state);
    const std::lock_guard guard(door);
    good &= part_good;
    total.merge(state);
  });
  if (!good) check_values(check, rows);
  return total;
}

}  // namespace assay::inline v1::calibration::internal
