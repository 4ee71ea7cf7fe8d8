// What the mean CRPS of many forecasts is made of: reliability, resolution, uncertainty.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "assay/core/context.hpp"
#include "assay/core/exact_sum.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::scoring {

/// Choices of the decomposition by ranks.
struct crps_decomposition_hersbach_options {
  /// (n) weight of each case, >= 0; default: 1
  vector_view weights = {};
};

/// crps = reliability + potential; potential = uncertainty - resolution. All in the unit of the outcomes.
struct crps_decomposition_hersbach_result {
  double crps = 0.0;         ///< mean CRPS of the empirical distributions (estimator standard)
  double reliability = 0.0;  ///< how far the observed frequencies between members are from those promised
  double potential = 0.0;    ///< the CRPS if they agreed
  double resolution = 0.0;   ///< by how much the potential is below the uncertainty
  double uncertainty = 0.0;  ///< CRPS of the climatology: half the mean difference of the outcomes
};

/// Decomposition of the mean CRPS by the ranks of the members.
///
/// With the mean lengths a_i, b_i of the i-th interval between sorted members above and below the outcome,
/// g_i = a_i
/// + b_i, o_i = b_i/g_i and p_i = i/m: reliability = sum g_i (o_i - p_i)^2, potential = sum g_i o_i (1 -
/// o_i). At the ends o_0 is the share of outcomes below all members, g_0 = b_0/o_0, and 1 - o_m that of
/// outcomes above, g_m = a_m/(1 - o_m).
///
/// @param observations  (n) outcome y, any unit u
/// @param members       (n, m) ensemble x, unit u, any order
/// @param options       weights
/// @param ctx           running conditions
/// @return              the parts in unit u
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite; bad_weight; zero_weight
/// @accuracy            sums over cases rounded once; parts 1e-14 of crps, resolution of uncertainty; same
/// bits in
///                      any order
/// @cost                O(n m log m + n log n)
/// @source              Hersbach 2000, eq. 27-37
/// @example             {"observations": [0.3, 2], "members": [[-1, 0, 2], [1, 1.5, 4]]}
crps_decomposition_hersbach_result crps_decomposition_hersbach(
    vector_view observations, matrix_view members, const crps_decomposition_hersbach_options& options = {},
    const context& ctx = {});

/// Choices of one update of a decomposition.
struct crps_decomposition_update_options {
  /// (n) weight of each case, >= 0; default: 1
  vector_view weights = {};
};

/// The parts of the mean CRPS that do not need all outcomes at once.
struct crps_reliability_result {
  double crps = 0.0;         ///< mean CRPS of the empirical distributions, in the unit of the outcomes
  double reliability = 0.0;  ///< how far the observed frequencies between members are from those promised
  double potential = 0.0;    ///< the CRPS if they agreed
};

/// Decomposition of the mean CRPS by ranks for data that comes in pieces; pieces may be merged in any order
/// with the bits of the whole.
///
/// @accumulator
class crps_decomposition_accumulator {
 public:
  /// No cases yet; the first update fixes the number of members.
  crps_decomposition_accumulator();

  /// Adds cases.
  ///
  /// @param observations  (n) outcome y, any unit u
  /// @param members       (n, m) ensemble x, unit u, any order
  /// @param options       weights
  /// @throws shape_error  empty_input; length_mismatch, also with the members of earlier cases
  /// @throws value_error  non_finite; bad_weight; zero_weight
  void update(vector_view observations, matrix_view members,
              const crps_decomposition_update_options& options = {});

  /// Adds the cases of another accumulator with as many members.
  ///
  /// @param other         accumulator to add; stays as it is
  /// @throws shape_error  length_mismatch: another number of members
  void merge(const crps_decomposition_accumulator& other);

  /// The parts so far.
  ///
  /// @throws state_error  empty_input: nothing was added
  [[nodiscard]] crps_reliability_result value() const;

  /// Forgets all cases.
  void reset();

  /// The state as bytes: versioned, little-endian.
  [[nodiscard]] std::vector<std::byte> to_bytes() const;

  /// The accumulator that to_bytes() described.
  ///
  /// @param bytes         what to_bytes() gave
  /// @throws value_error  corrupt_bytes
  static crps_decomposition_accumulator from_bytes(std::span<const std::byte> bytes);

 private:
  friend crps_decomposition_hersbach_result crps_decomposition_hersbach(
      vector_view observations, matrix_view members, const crps_decomposition_hersbach_options& options,
      const context& ctx);

  void add(const char* function, const vector_view& observations, const matrix_view& members,
           const vector_view& weights, const context& ctx);
  [[nodiscard]] crps_reliability_result result() const;

  std::size_t members_ = 0;       // 0: no update yet
  std::vector<exact_sum> above_;  // (m + 1) weighted lengths above the outcome
  std::vector<exact_sum> below_;  // (m + 1) and below
  exact_sum outside_below_;       // weight of outcomes below all members
  exact_sum outside_above_;       // and above
  exact_sum weight_;
};

/// crps = reliability - resolution + uncertainty. All in the unit of the outcomes.
struct crps_decomposition_brier_result {
  double crps = 0.0;         ///< mean CRPS of the empirical distributions (estimator standard)
  double reliability = 0.0;  ///< distance of the probabilities from the frequencies they come true with
  double resolution = 0.0;   ///< distance of those frequencies from the overall one
  double uncertainty = 0.0;  ///< CRPS of the climatology: half the mean difference of the outcomes
};

/// Decomposition of the mean CRPS as the integral of the decompositions of the Brier score over all
/// thresholds, forecasts grouped by their probability i/m.
///
/// @param observations  (n) outcome y, any unit u
/// @param members       (n, m) ensemble x, unit u, any order
/// @param ctx           running conditions
/// @return              the parts in unit u
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite
/// @accuracy            1e-14 of the range of all values; same bits everywhere
/// @cost                O(n m log(n m))
/// @source              Candille & Talagrand 2005, sec. 3, exactly on the pooled values
/// @example             {"observations": [0.3, 2], "members": [[-1, 0, 2], [1, 1.5, 4]]}
crps_decomposition_brier_result crps_decomposition_brier(vector_view observations, matrix_view members,
                                                         const context& ctx = {});

/// Choices of the isotonic decomposition.
struct crps_decomposition_isotonic_options {
  /// (n) number by which the forecasts are ordered, any unit; default: the mean of the members
  vector_view index = {};
};

/// crps = miscalibration - discrimination + uncertainty. All in the unit of the outcomes.
struct crps_decomposition_isotonic_result {
  double crps = 0.0;            ///< mean CRPS of the empirical distributions (estimator standard)
  double miscalibration = 0.0;  ///< what recalibration would gain; below 0 when the index orders badly
  double discrimination = 0.0;  ///< by how much the recalibrated forecasts beat the climatology
  double uncertainty = 0.0;     ///< CRPS of the climatology: half the mean difference of the outcomes
};

/// Decomposition of the mean CRPS by isotonic recalibration: at each threshold the best probabilities that do
/// not grow with the index.
///
/// @param observations  (n) outcome y, any unit u
/// @param members       (n, m) ensemble x, unit u, any order
/// @param options       index
/// @param ctx           running conditions
/// @return              the parts in unit u
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite
/// @accuracy            1e-14 of the range of the outcomes; same bits everywhere
/// @cost                O(n^2 + n m log m)
/// @source              Arnold, Walz, Ziegel & Gneiting 2024, with the total order of an index; Henzi, Ziegel
/// &
///                      Gneiting 2021
/// @example             {"observations": [0.3, 2, 1], "members": [[-1, 0, 2], [1, 1.5, 4], [0, 1, 2]]}
crps_decomposition_isotonic_result crps_decomposition_isotonic(
    vector_view observations, matrix_view members, const crps_decomposition_isotonic_options& options = {},
    const context& ctx = {});

}  // namespace assay::inline v1::scoring
