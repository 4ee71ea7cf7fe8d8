// Fractions skill score: do two fields have the events in about the same places?
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "assay/core/context.hpp"
#include "assay/core/exact_sum.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::scoring {

/// What lies beyond the edges of a field.
enum class field_padding {
  none,  ///< nothing: only windows that lie within the field count
  zero   ///< cells without events: a window around every cell
};

/// Choices of the fractions skill score.
struct fractions_skill_score_options {
  /// What lies beyond the edges.
  field_padding padding = field_padding::none;
};

/// Fractions skill score and the sums that it is made of.
struct fractions_skill_score_result {
  double fss = 0.0;                    ///< 1 - fractions_brier_score/reference, in [0, 1], larger is better
  double fractions_brier_score = 0.0;  ///< mean squared difference of the shares of events in a window
  double reference = 0.0;              ///< mean of the sum of their squares: the score without any overlap
};

/// Fractions skill score of a field: the events of forecast and outcome are compared by their shares in the
/// windows around all cells.
///
/// With shares a and b of cells > threshold: 1 - sum (a - b)^2 / sum (a^2 + b^2).
///
/// @param observations  (h, w) outcome on a grid, any unit u
/// @param forecasts     (h, w) forecast on the same grid, unit u
/// @param threshold     an event is a value > threshold, unit u
/// @param window        side of the square window in cells, odd, >= 1; with padding none at most min(h, w)
/// @param options       padding
/// @param ctx           running conditions
/// @return              score and its parts
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite; bad_parameter: window; degenerate: threshold without an event in either
/// field
/// @accuracy            sums of whole numbers, exact; results rounded twice; same bits everywhere
/// @cost                O(h w), whatever the window
/// @source              Roberts & Lean 2008, eq. 5-7
/// @example             {"observations": [[0, 2, 0], [1, 3, 0], [0, 0, 0]], "forecasts": [[0, 0, 2], [0, 2,
/// 2], [0, 0, 0]], "threshold": 0.5, "window": 3, "padding": "zero"}
fractions_skill_score_result fractions_skill_score(matrix_view observations, matrix_view forecasts,
                                                   double threshold, std::int64_t window,
                                                   const fractions_skill_score_options& options = {},
                                                   const context& ctx = {});

/// Choices of a fractions skill score accumulator.
struct fractions_skill_score_accumulator_options {
  /// An event is a value > threshold.
  double threshold = 0.0;
  /// Side of the square window in cells, odd.
  std::int64_t window = 1;
  /// What lies beyond the edges.
  field_padding padding = field_padding::none;
};

/// Fractions skill score over many fields: the sums are merged, never the scores.
///
/// @accumulator
class fractions_skill_score_accumulator {
 public:
  /// No fields yet.
  ///
  /// @throws value_error  non_finite: threshold; bad_parameter: window
  explicit fractions_skill_score_accumulator(const fractions_skill_score_accumulator_options& options = {});

  /// Adds a field; fields may differ in size.
  ///
  /// @param observations  (h, w) outcome on a grid
  /// @param forecasts     (h, w) forecast on the same grid
  /// @throws shape_error  empty_input; length_mismatch
  /// @throws value_error  non_finite; bad_parameter: window larger than the field without padding
  void update(matrix_view observations, matrix_view forecasts);

  /// Adds the fields of another accumulator with the same options.
  ///
  /// @param other         accumulator to add; stays as it is
  /// @throws value_error  bad_parameter: another threshold, window or padding
  void merge(const fractions_skill_score_accumulator& other);

  /// The score so far.
  ///
  /// @throws state_error  empty_input: nothing was added; degenerate: no event in any field
  [[nodiscard]] fractions_skill_score_result value() const;

  /// Forgets all fields.
  void reset();

  /// The state as bytes: versioned, little-endian.
  [[nodiscard]] std::vector<std::byte> to_bytes() const;

  /// The accumulator that to_bytes() described.
  ///
  /// @param bytes         what to_bytes() gave
  /// @throws value_error  corrupt_bytes
  static fractions_skill_score_accumulator from_bytes(std::span<const std::byte> bytes);

 private:
  friend fractions_skill_score_result fractions_skill_score(matrix_view observations, matrix_view forecasts,
                                                            double threshold, std::int64_t window,
                                                            const fractions_skill_score_options& options,
                                                            const context& ctx);

  void add(const char* function, const matrix_view& observations, const matrix_view& forecasts,
           const context& ctx);
  [[nodiscard]] fractions_skill_score_result result() const;

  fractions_skill_score_accumulator_options options_;
  exact_sum differences_;  // of squares of differences of counts in a window
  exact_sum squares_;      // of both counts' squares
  std::uint64_t windows_ = 0;
};

}  // namespace assay::inline v1::scoring
