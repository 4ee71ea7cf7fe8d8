// Metrics that need sorted rows, from rows that come in pieces: two histograms on a fine grid and what they
// leave open.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "assay/calibration/reliability.hpp"
#include "assay/core/array.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Choices of a ranking accumulator.
struct ranking_accumulator_options {
  /// Keeps the rows, 8 bytes each and 16 with weights, so that nothing has an error.
  bool exact = false;
};

/// Metrics with the errors of the grid: the metric of the rows themselves is within `x_error` of `x`, but for
/// rounding of 1e-12. With exact all errors are 0.
struct ranking_summary {
  std::int64_t count = 0;                ///< rows, also those of weight 0
  double weight = 0.0;                   ///< sum of the weights
  double mean_label = 0.0;               ///< weighted share of the rows with label 1
  double auc = 0.0;                      ///< area under the ROC curve; NaN with one class
  double auc_error = 0.0;                ///< largest error of auc
  double average_precision = 0.0;        ///< average precision; NaN without events
  double average_precision_error = 0.0;  ///< largest error of average_precision
  double eer = 0.0;                      ///< interpolated equal error rate; NaN with one class
  double eer_error = 0.0;                ///< largest error of eer
  double ks = 0.0;              ///< largest running sum of p - y over the weight, as ks_calibration_error
  double ks_error = 0.0;        ///< largest error of ks
  double brier = 0.0;           ///< Brier score, without error
  double miscalibration = 0.0;  ///< CORP part of the Brier score that isotonic regression takes off
  double miscalibration_error = 0.0;  ///< largest error of miscalibration
  double discrimination = 0.0;        ///< CORP part that isotonic regression gains on the constant forecast
  double discrimination_error = 0.0;  ///< largest error of discrimination
  double uncertainty = 0.0;           ///< Brier score of the constant forecast, without error
};

/// CORP curve of the cells, one entry a cell that has weight, ascending. With exact every distinct
/// probability has a cell of its own.
struct ranking_curve {
  array x;        ///< (k) mean probability of the cell
  array lowest;   ///< (k) smallest probability in the cell
  array highest;  ///< (k) largest probability in the cell
  array cep;      ///< (k) conditional event probability by isotonic regression of the cells
  array weight;   ///< (k) sum of the weights in the cell
};

/// Area under the ROC curve, average precision, equal error rate, KS error and CORP decomposition of rows
/// that come in pieces, in constant memory, with bounds for what that costs.
///
/// The unit interval is cut into 2^16 cells of equal width, of which each keeps the weight of both classes,
/// the sum of the probabilities and the smallest and largest of them. Only the order within a cell is
/// unknown: every number is the middle of the values that some order gives, its error half their range. Where
/// all probabilities of a cell are equal nothing is unknown, so forecasts that are rounded (to 0.001, say)
/// have no error at all. Rows of weight 0 only count. Merging is exact, whatever the pieces: all sums are
/// sums of integers. About 4 MB, 7 MB with weights; bytes hold only the cells that have rows.
///
/// With exact the rows are kept and memory grows with them. The metrics are then those of roc_auc,
/// average_precision, eer, ks_calibration_error and corp_decomposition, the curve that of corp_reliability;
/// value, curve and to_bytes sort. Rows of equal probability and label are added by ascending weight, so the
/// bits depend neither on the order of the rows nor on that of the pieces.
///
/// @accumulator
/// @source bounds: ours; AUC: Hanley & McNeil 1982; CORP: Dimitriadis, Gneiting & Jordan 2021
class ranking_accumulator {
 public:
  /// Nothing added yet.
  ///
  /// @param options        whether rows are kept
  explicit ranking_accumulator(const ranking_accumulator_options& options = {});
  ~ranking_accumulator();
  ranking_accumulator(const ranking_accumulator& other);
  ranking_accumulator(ranking_accumulator&& other) noexcept;
  ranking_accumulator& operator=(const ranking_accumulator& other);
  ranking_accumulator& operator=(ranking_accumulator&& other) noexcept;

  /// Adds rows; after an error nothing is added.
  ///
  /// @param labels         (n) 1 where the event happened, else 0
  /// @param probabilities  (n) probability given to the event, in [0, 1]
  /// @param options        weights, each 0 or in 2^-64 .. 2^40
  /// @throws shape_error   empty_input; length_mismatch
  /// @throws value_error   out_of_range: probabilities; bad_label; bad_weight
  void update(integer_view labels, vector_view probabilities, const calibration_update_options& options = {});

  /// Adds the rows of another accumulator.
  ///
  /// @param other          accumulator with the same exact; stays as it is
  /// @throws value_error   bad_parameter: other keeps rows and this one does not, or the other way round
  void merge(const ranking_accumulator& other);

  /// All metrics with their errors.
  ///
  /// @throws state_error   zero_weight: nothing with weight > 0 was added
  [[nodiscard]] ranking_summary value() const;

  /// The CORP curve of the cells.
  ///
  /// @throws state_error   zero_weight: nothing with weight > 0 was added
  [[nodiscard]] ranking_curve curve() const;

  /// Forgets all rows; keeps exact.
  void reset();

  /// The state as bytes: versioned, little-endian.
  [[nodiscard]] std::vector<std::byte> to_bytes() const;

  /// The accumulator that to_bytes() described.
  ///
  /// @param bytes          what to_bytes() gave
  /// @throws value_error   corrupt_bytes
  static ranking_accumulator from_bytes(std::span<const std::byte> bytes);

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace assay::inline v1::calibration
