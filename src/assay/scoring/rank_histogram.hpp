// Rank histogram: where the outcome falls among the sorted members. Flat for a reliable ensemble.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/ensemble.hpp"

namespace assay::inline v1::scoring {

/// Rank of an outcome that equals some members.
enum class rank_ties {
  fractional,  ///< spread evenly over the ranks that it may take: the expectation of random, without chance
  random,      ///< one of these ranks, by a uniform number for each row
  lowest       ///< the lowest of these ranks
};

/// Choices of the rank histogram.
struct rank_histogram_options {
  /// Rank of an outcome that equals members.
  rank_ties ties = rank_ties::fractional;
  /// (n) numbers in [0, 1), one a row, for ties random; default: drawn from the seed
  vector_view uniforms = {};
  /// Seed for ties random without uniforms; the draw depends on the seed and the number of the row alone.
  std::uint64_t seed = 0;
  /// What to do with NaN: omit leaves the row out, propagate makes every count NaN.
  scoring::nan_policy nan_policy = scoring::nan_policy::raise;
};

/// Choices of a rank histogram accumulator.
struct rank_histogram_accumulator_options {
  /// Rank of an outcome that equals members.
  rank_ties ties = rank_ties::fractional;
  /// Seed for ties random without uniforms.
  std::uint64_t seed = 0;
  /// Number of this accumulator's first row in the whole data: gives shards different draws for ties random.
  std::uint64_t first_row = 0;
  /// What to do with NaN: omit leaves the row out, propagate makes every count NaN.
  scoring::nan_policy nan_policy = scoring::nan_policy::raise;
};

/// Choices of one update of a rank histogram accumulator.
struct rank_histogram_update_options {
  /// (n) numbers in [0, 1), one a row, for ties random; default: drawn from the seed
  vector_view uniforms = {};
};

/// Number of outcomes with 0, 1, .. m members below them.
///
/// With lower = #{x < y} and t = #{x = y}: fractional adds 1/(t + 1) to the ranks lower .. lower + t, random
/// adds 1 to lower + floor(u (t + 1)), lowest adds 1 to lower. Fractional counts are summed as integers per t
/// and divided once.
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param members       (n, m) ensemble x, unit u, any order; NaN allowed with nan_policy omit or propagate
/// @param options       rule for ties, random numbers, NaN policy
/// @param ctx           running conditions
/// @return              (m + 1) counts that sum to the number of rows used
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite; out_of_range: uniforms
/// @accuracy            exact; fractional counts rounded once per number of ties; same bits everywhere
/// @cost                O(n m)
/// @source              Hamill 2001; fractional ties: exact expectation of the random rule
/// @example             {"observations": [0.5, 1], "members": [[0, 1, 4], [1, 3, 2]]}
array rank_histogram(vector_view observations, matrix_view members,
                     const rank_histogram_options& options = {}, const context& ctx = {});

/// Sum of rank histograms of ensembles of one size.
///
/// @param histograms    (k, b) counts, one histogram a row
/// @param ctx           running conditions
/// @return              (b) sums of the columns
/// @throws shape_error  empty_input; length_mismatch: histograms of different sizes
/// @throws value_error  out_of_range: a count that is negative or not finite
/// @accuracy            each sum rounded once; same bits in any order
/// @cost                O(k b)
/// @source              definition
/// @example             {"histograms": [[0, 4, 2], [1, 8, 6]]}
array rank_histogram_merge(matrix_view histograms, const context& ctx = {});

/// Tests of a rank histogram against a flat one. Degrees of freedom of the two contrasts: 1 each.
struct rank_histogram_test_result {
  double chi_square = 0.0;         ///< sum of (count - expected)^2/expected
  std::int64_t df = 0;             ///< its degrees of freedom: ranks less 1
  double p_value = 0.0;            ///< probability of a larger chi_square for a flat histogram
  double linear = 0.0;             ///< part of chi_square due to a slope: bias
  double linear_p_value = 0.0;     ///< its p-value
  double convex = 0.0;             ///< part of chi_square due to a U or hump: too little or too much spread
  double convex_p_value = 0.0;     ///< its p-value
  double reliability_index = 0.0;  ///< sum of |count/n - 1/(m + 1)|
};

/// Tests whether a rank histogram is flat, and whether it slopes or bends.
///
/// The p-values are those of large samples of independent cases.
///
/// @param counts        (b) rows per rank, b = m + 1 >= 3; fractions allowed
/// @param ctx           running conditions
/// @return              statistics and p-values
/// @throws shape_error  empty_input: fewer than three ranks
/// @throws value_error  non_finite; out_of_range: a negative count; degenerate: no counts
/// @accuracy            statistics 1e-13 relative or of n, p-values as their statistic; same bits everywhere
/// @cost                O(b)
/// @source              Jolliffe & Primo 2008; reliability index: Delle Monache, Hacker, Zhou, Deng & Stull
/// 2006
/// @example             {"counts": [12, 7, 9, 14, 8, 10]}
rank_histogram_test_result rank_histogram_test(vector_view counts, const context& ctx = {});

/// Rank histogram of data that comes in pieces; pieces may be merged in any order with the bits of the whole.
///
/// @accumulator
class rank_histogram_accumulator {
 public:
  /// An empty histogram.
  explicit rank_histogram_accumulator(const rank_histogram_accumulator_options& options = {});

  /// Adds rows. The first update fixes the number of members.
  ///
  /// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
  /// @param members       (n, m) ensemble x, unit u, any order; NaN allowed with nan_policy omit or propagate
  /// @param options       random numbers for ties
  /// @param ctx           running conditions
  /// @throws shape_error  empty_input; length_mismatch
  /// @throws value_error  non_finite; out_of_range: uniforms
  void update(vector_view observations, matrix_view members,
              const rank_histogram_update_options& options = {}, const context& ctx = {});

  /// Adds the counts of another accumulator with the same rule for ties and number of members.
  ///
  /// @param other         accumulator to add; stays as it is
  /// @throws shape_error  length_mismatch: another number of members
  /// @throws value_error  bad_parameter: another rule for ties
  void merge(const rank_histogram_accumulator& other);

  /// The histogram so far.
  ///
  /// @return              (m + 1) counts
  /// @throws state_error  empty_input: nothing was added
  [[nodiscard]] array value() const;

  /// Forgets all rows.
  void reset();

  /// The state as bytes: versioned, little-endian.
  [[nodiscard]] std::vector<std::byte> to_bytes() const;

  /// The accumulator that to_bytes() described.
  ///
  /// @param bytes         what to_bytes() gave
  /// @throws value_error  corrupt_bytes
  static rank_histogram_accumulator from_bytes(std::span<const std::byte> bytes);

 private:
  friend array rank_histogram(vector_view observations, matrix_view members,
                              const rank_histogram_options& options, const context& ctx);

  void add(const char* function, const vector_view& observations, const matrix_view& members,
           const vector_view& uniforms, const context& ctx);
  void count(std::uint32_t lower, std::uint32_t tied, double uniform);
  [[nodiscard]] std::vector<double> counts() const;

  rank_histogram_accumulator_options options_;
  std::size_t members_ = 0;             // 0: no update yet
  std::uint64_t rows_ = 0;              // rows seen: the next draw's number
  bool missing_ = false;                // a NaN came in under nan_policy propagate
  std::vector<std::uint64_t> settled_;  // rows per rank
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> shared_;  // rows per (ties, lowest rank)
};

}  // namespace assay::inline v1::scoring
