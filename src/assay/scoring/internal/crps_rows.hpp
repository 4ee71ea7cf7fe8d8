// Rows of ensembles that need care before a kernel can take them: weights, missing members, values near the
// ends of the double range, more members than a network is good for. They are copied, with what is missing
// left out, into groups of equal size, so that the kernels run on them as on any other rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "assay/core/check.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/internal/estimator.hpp"
#include "assay/scoring/kernels.hpp"

namespace assay::inline v1::scoring::detail {

/// More members than this are sorted row by row; the bits of the results do not depend on it.
inline constexpr std::size_t k_network_members = 4096;

/// What a call of the CRPS family was asked for.
struct crps_request {
  const checker& check;
  vector_view observations;
  matrix_view members;
  array_view weights;
  nan_policy policy;
  bool sorted;
  spread_estimator estimator;

  [[nodiscard]] std::size_t rows() const noexcept { return members.extent(0); }
  [[nodiscard]] std::size_t m() const noexcept { return members.extent(1); }
  [[nodiscard]] double weight(std::size_t i, std::size_t j) const noexcept {
    return weights.rank() == 1 ? weights(j) : weights(i, j);
  }
};

/// The arguments of a request without gaps between rows. Members are doubles or floats: the other pointer is
/// null. Weights are null, one row for all (stride 0) or one row each.
struct crps_inputs {
  const double* observations;
  const double* members;
  const float* narrow_members;
  const double* weights;
  std::size_t weight_stride;
};

/// Shapes: empty_input, length_mismatch, too_few_members.
void check_shapes(const crps_request& request);
/// Values, in the order of the arguments: non_finite, bad_weight, zero_weight, too_few_members.
void check_contents(const crps_request& request);
[[noreturn]] void fail_not_sorted(const crps_request& request);

/// Results of one row; what the request's estimator and kernel do not give is 0.
struct crps_row_results {
  double crps;
  double underforecast;
  double overforecast;
  double spread;
  double grad_observation;
};

/// Scores rows first .. last - 1. store(row, results, grad) gets each row once; grad holds m slopes, or is
/// null unless `gradient`.
class crps_rows {
 public:
  crps_rows(const crps_request& request, const crps_inputs& inputs, bool gradient)
      : request_(request), inputs_(inputs), gradient_(gradient) {}

  template <class Store>
  void score(std::size_t first, std::size_t last, Store&& store) {
    classify(first, last);
    for (std::size_t at = 0; at < entries_.size();) at = score_group(at, store);
  }

 private:
  struct entry {
    std::size_t row;
    std::size_t m;  // members present; 0: the result is NaN
    bool weighted;  // present members differ in weight
    [[nodiscard]] bool same_group(const entry& other) const noexcept {
      return m == other.m && weighted == other.weighted;
    }
  };

  void classify(std::size_t first, std::size_t last);
  [[nodiscard]] entry entry_of(std::size_t row);
  [[nodiscard]] const double* members_of(std::size_t row);
  [[nodiscard]] const double* weights_of(std::size_t row) const noexcept {
    return inputs_.weights == nullptr ? nullptr : inputs_.weights + row * inputs_.weight_stride;
  }
  [[nodiscard]] std::size_t end_of_group(std::size_t at) const;
  void gather(std::size_t first, std::size_t last);
  void sort_long_rows();
  void run();
  void run_kernel(const double* observations, const double* members, bool sorted);
  void mend_overflow();
  [[nodiscard]] const double* gradient_of(std::size_t index);

  template <class Store>
  std::size_t score_group(std::size_t first, Store& store) {
    const std::size_t last = end_of_group(first);
    gather(first, last);
    run();
    for (std::size_t i = first; i < last; ++i)
      store(entries_[i].row, results_[i - first], gradient_ ? gradient_of(i - first) : nullptr);
    return last;
  }

  const crps_request& request_;
  const crps_inputs& inputs_;
  bool gradient_;
  std::vector<double> wide_row_;
  std::vector<entry> entries_;

  // the group in work: rows_ rows of m_ members each
  std::size_t rows_ = 0;
  std::size_t m_ = 0;
  bool weighted_ = false;
  std::vector<double> observations_;
  std::vector<double> members_;
  std::vector<double> weights_;
  std::vector<std::uint32_t> places_;  // column of each member in its row
  std::vector<double> scores_;         // five columns of rows_
  std::vector<double> slopes_;         // (rows_, m_)
  std::vector<double> row_gradient_;   // m of the input, absent members 0
  std::vector<crps_row_results> results_;
};

}  // namespace assay::inline v1::scoring::detail
