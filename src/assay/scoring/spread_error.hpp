// Spread against error: whether the variance of the members tells how far their mean will miss.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/exact_sum.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/ensemble.hpp"

namespace assay::inline v1::scoring {

/// Choices of spread and error.
struct spread_error_options {
  /// What to do with NaN: omit leaves missing members out, and rows without an outcome or two members;
  /// propagate makes every result NaN.
  scoring::nan_policy nan_policy = scoring::nan_policy::raise;
};

/// Spread and error of ensembles.
struct spread_error_result {
  double rmse = 0.0;              ///< root mean squared error of the ensemble mean
  double spread = 0.0;            ///< root of the mean variance of the members (divisor m - 1)
  double corrected_spread = 0.0;  ///< root of the mean of variance (m + 1)/m: rmse of a reliable ensemble
  double ratio = 0.0;             ///< corrected_spread/rmse: 1 reliable, below 1 overconfident
  double bias = 0.0;              ///< mean of ensemble mean less outcome
  double unbiased_mse = 0.0;      ///< mean squared error less variance/m: that of an infinite ensemble
};

/// Spread and error of ensembles over many forecasts.
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param members       (n, m) ensemble members, unit u, m >= 2; NaN allowed with nan_policy omit or
/// propagate
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              spread, error, ratio; the ratio is Infinity where every ensemble mean was right
/// @throws shape_error  empty_input; length_mismatch; too_few_members
/// @throws value_error  non_finite: observations, members; too_few_members: no row with an outcome and two
///                      members; degenerate: neither error nor spread in any row
/// @accuracy            sums over rows rounded once, each row's mean and variance by two passes; same bits in
/// any
///                      order
/// @cost                O(n m)
/// @source              Fortin, Abaza, Anctil & Turcotte 2014, eq. 15; Leutbecher & Palmer 2008
/// @example             {"observations": [0.3, 2], "members": [[-1, 0, 2], [1, 1.5, 4]]}
spread_error_result spread_error(vector_view observations, matrix_view members,
                                 const spread_error_options& options = {}, const context& ctx = {});

/// Spread and error of groups of forecasts.
struct spread_error_curve_result {
  array spread;  ///< (b) root of the mean of variance (m + 1)/m in each group
  array rmse;    ///< (b) root mean squared error of the ensemble mean in each group
  array count;   ///< (b) int32: rows in each group
};

/// Spread and error of forecasts grouped by their variance: the curve of a reliable ensemble follows the
/// diagonal, for the factor (m + 1)/m is in it.
///
/// Rows are sorted by variance (equal ones in their order) and split into n_bins groups whose sizes differ by
/// at most one, larger ones first.
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param members       (n, m) ensemble members, unit u, m >= 2; NaN allowed with nan_policy omit or
/// propagate
/// @param n_bins        number of groups, 1 .. n
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              spread, error and size of each group, by growing spread
/// @throws shape_error  empty_input; length_mismatch; too_few_members
/// @throws value_error  non_finite: observations, members; bad_parameter: n_bins; too_few_members: no row
/// with
///                      an outcome and two members
/// @accuracy            as spread_error; same bits everywhere
/// @cost                O(n m + n log n)
/// @source              van den Dool 1989; Leutbecher & Palmer 2008, sec. 4
/// @example             {"observations": [0.3, 2, 1, 0], "members": [[-1, 0, 2], [1, 1.5, 4], [0, 1, 2], [0,
/// 3, 1]], "n_bins": 2}
spread_error_curve_result spread_error_curve(vector_view observations, matrix_view members,
                                             std::int64_t n_bins, const spread_error_options& options = {},
                                             const context& ctx = {});

/// Choices of the reliability budget.
struct reliability_budget_options {
  /// Variance of the errors of the observations, >= 0, in the square of their unit.
  double observation_error_variance = 0.0;
  /// What to do with NaN: omit leaves missing members out, and rows without an outcome or two members;
  /// propagate makes every result NaN.
  scoring::nan_policy nan_policy = scoring::nan_policy::raise;
};

/// Terms of the budget: depar2 = bias2 + variance + observation_error + residual.
struct reliability_budget_result {
  double depar2 = 0.0;             ///< mean squared departure of the ensemble mean from the outcome
  double bias2 = 0.0;              ///< square of the mean departure
  double variance = 0.0;           ///< mean variance of the members times (m + 1)/m
  double observation_error = 0.0;  ///< variance of the errors of the observations, as given
  double residual = 0.0;  ///< what is left: below 0 the ensemble spreads too much, above 0 too little
};

/// Budget of the squared departures of ensemble means: bias, spread, errors of the observations, residual.
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param members       (n, m) ensemble members, unit u, m >= 2; NaN allowed with nan_policy omit or
/// propagate
/// @param options       error variance of the observations, NaN policy
/// @param ctx           running conditions
/// @return              the terms in unit u^2
/// @throws shape_error  empty_input; length_mismatch; too_few_members
/// @throws value_error  non_finite: observations, members; out_of_range: observation_error_variance;
///                      too_few_members: no row with an outcome and two members
/// @accuracy            sums over rows rounded once; same bits in any order
/// @cost                O(n m)
/// @source              Rodwell, Lang, Ingleby, Bormann, Holm, Rabier, Richardson & Yamaguchi 2016, eq. 4
/// @example             {"observations": [0.3, 2], "members": [[-1, 0, 2], [1, 1.5, 4]]}
reliability_budget_result reliability_budget(vector_view observations, matrix_view members,
                                             const reliability_budget_options& options = {},
                                             const context& ctx = {});

/// Choices of a spread-error accumulator.
struct spread_error_accumulator_options {
  /// What to do with NaN: omit leaves missing members out, and rows without an outcome or two members;
  /// propagate makes every result NaN.
  scoring::nan_policy nan_policy = scoring::nan_policy::raise;
};

/// Spread and error of data that comes in pieces; pieces may be merged in any order with the bits of the
/// whole.
///
/// @accumulator
class spread_error_accumulator {
 public:
  /// No rows yet.
  explicit spread_error_accumulator(const spread_error_accumulator_options& options = {});

  /// Adds rows; the number of members may differ between updates.
  ///
  /// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
  /// @param members       (n, m) ensemble members, unit u, m >= 2; NaN allowed with nan_policy omit or
  /// propagate
  /// @throws shape_error  empty_input; length_mismatch; too_few_members
  /// @throws value_error  non_finite: observations, members
  void update(vector_view observations, matrix_view members);

  /// Adds the rows of another accumulator.
  ///
  /// @param other         accumulator to add; stays as it is
  void merge(const spread_error_accumulator& other);

  /// Spread and error so far.
  ///
  /// @throws state_error  empty_input: no row with an outcome and two members was added; degenerate: neither
  ///                      error nor spread in any row
  [[nodiscard]] spread_error_result value() const;

  /// Forgets all rows.
  void reset();

  /// The state as bytes: versioned, little-endian.
  [[nodiscard]] std::vector<std::byte> to_bytes() const;

  /// The accumulator that to_bytes() described.
  ///
  /// @param bytes         what to_bytes() gave
  /// @throws value_error  corrupt_bytes
  static spread_error_accumulator from_bytes(std::span<const std::byte> bytes);

 private:
  friend spread_error_result spread_error(vector_view observations, matrix_view members,
                                          const spread_error_options& options, const context& ctx);
  friend reliability_budget_result reliability_budget(vector_view observations, matrix_view members,
                                                      const reliability_budget_options& options,
                                                      const context& ctx);

  void add(const char* function, const vector_view& observations, const matrix_view& members,
           const context& ctx);
  [[nodiscard]] spread_error_result result() const;

  spread_error_accumulator_options options_;
  exact_sum error_;  // of the ensemble means
  exact_sum squared_error_;
  exact_sum variance_;            // of the members
  exact_sum corrected_variance_;  // times (m + 1)/m
  exact_sum mean_variance_;       // variance/m: that of an ensemble mean
  std::uint64_t rows_ = 0;        // with an outcome and two members
  bool missing_ = false;          // a NaN came in under nan_policy propagate
};

}  // namespace assay::inline v1::scoring
