// Ensembles of vectors, one forecast at a time, in the layout of the kernels: what is missing left out,
// coordinates of all members side by side. For the energy score and its relatives.
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <type_traits>
#include <vector>

#include "assay/core/check.hpp"
#include "assay/core/context.hpp"
#include "assay/core/internal/dense.hpp"
#include "assay/core/parallel.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/ensemble.hpp"
#include "assay/scoring/internal/estimator.hpp"
#include "assay/scoring/kernels.hpp"

namespace assay::inline v1::scoring::detail {

/// Arguments of one call; holds references.
struct vector_request {
  const checker& check;
  matrix_view observations;
  tensor_view members;
  array_view weights;
  const char* weights_name;
  nan_policy policy;
  std::size_t needed_members;  ///< with weight > 0; 0: all weights of a row may be 0

  [[nodiscard]] std::size_t rows() const noexcept { return members.extent(0); }
  [[nodiscard]] std::size_t m() const noexcept { return members.extent(1); }
  [[nodiscard]] std::size_t d() const noexcept { return members.extent(2); }
  [[nodiscard]] double weight(std::size_t i, std::size_t j) const noexcept {
    if (!weights.present()) return 1.0;
    return weights.rank() == 1 ? weights(j) : weights(i, j);
  }
};

/// Shapes: empty_input, length_mismatch.
void check_shapes(const vector_request& request);
/// Values, in the order of the arguments: non_finite, bad_weight, zero_weight, too_few_members.
void check_contents(const vector_request& request);

/// The spread term of a weighted sum over pairs.
struct spread_terms {
  double total;   ///< of the weights
  double factor;  ///< the spread term is this times the sum over pairs
};

/// One forecast in the layout of energy_ensemble.
struct vector_row {
  std::size_t m = 0;
  std::size_t padded = 0;
  std::size_t stride = 0;
  bool equal = true;                ///< all weights are the same, held as 1
  double unit = 1.0;                ///< weights as given are this times those held
  int scale = 0;                    ///< coordinates were multiplied by 2^-scale
  std::vector<std::size_t> places;  ///< columns of the present members
  std::vector<double> observation;
  std::vector<double> members;
  std::vector<double> weights;         // padded of them, 0 from m on
  std::vector<double> weights_around;  // stride of them

  explicit vector_row(const vector_request& request) : request_(request) {}

  /// Reads row i, its observation and members given as doubles or floats; false when its result is missing.
  /// Anything not allowed throws.
  bool read(std::size_t i, const double* row_observation, const double* row_members) {
    observation.assign(row_observation, row_observation + request_.d());
    return prepare(i, row_members);
  }
  bool read(std::size_t i, const double* row_observation, const float* row_members) {
    row_.assign(row_members, row_members + request_.m() * request_.d());
    return read(i, row_observation, row_.data());
  }

  /// Brings coordinates that are very large or very small to order 1, so that squares stay in range.
  void rescale();
  /// (2^scale)^exponent.
  [[nodiscard]] double power_of_scale(double exponent) const;
  [[nodiscard]] spread_terms terms(const spread_estimator& estimator) const;
  [[nodiscard]] energy_ensemble ensemble(double beta) const {
    return {observation.data(),
            members.data(),
            weights.data(),
            weights_around.data(),
            request_.d(),
            m,
            padded,
            stride,
            beta};
  }

 private:
  bool prepare(std::size_t i, const double* row);
  void take_all();
  bool take_present(std::size_t i, const double* row);
  void set_weights();
  void lay_out(const double* rows);

  const vector_request& request_;
  std::vector<double> row_;       // (m, d), converted
  std::vector<double> present_;   // the present members of it
  double magnitude_ = 0.0;        // of all coordinates, members and observation
  bool all_of_weight_1_ = false;  // places and weights are those of take_all
};

/// Calls fn(state, number of the row, whether it has a result) for every row; state is made by
/// make_state(request) once a thread and has a vector_row `row`.
template <class State, class Fn>
void for_each_vector_row(const vector_request& request, const context& ctx, Fn&& fn) {
  const std::size_t m = request.m(), d = request.d();
  const double work = static_cast<double>(m) * static_cast<double>(m) * static_cast<double>(d);
  const auto rows_per_chunk = static_cast<std::size_t>(std::clamp(1048576.0 / work, 1.0, 1024.0));
  const internal::dense<double> observations(request.observations);
  internal::with_real_type(request.members.type(), [&]<class T>(std::type_identity<T>) {
    const internal::dense<T> members(request.members);
    for_chunks(ctx, request.check.function(), request.rows(), rows_per_chunk, [&](chunk part) {
      State state(request);
      for (std::size_t i = part.first; i < part.last; ++i)
        fn(state, i, state.row.read(i, observations.data() + i * d, members.data() + i * m * d));
    });
  });
}

/// A state that is the row alone.
struct plain_vector_row {
  vector_row row;
  explicit plain_vector_row(const vector_request& request) : row(request) {}
};

/// score(row, number of the row) of every row; NaN where it is missing.
template <class Score>
array score_vector_rows(const vector_request& request, const context& ctx, Score&& score) {
  array result = ctx.result(request.check.function(), dtype::float64, request.rows());
  double* values = result.values<double>().data();
  for_each_vector_row<plain_vector_row>(
      request, ctx, [&](plain_vector_row& state, std::size_t i, bool present) {
        values[i] = present ? score(state.row, i) : std::numeric_limits<double>::quiet_NaN();
      });
  return result;
}

}  // namespace assay::inline v1::scoring::detail
