// Everything that a table of forecasts and outcomes tells about the forecasts, in one call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "assay/core/array.hpp"
#include "assay/core/bytes.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/crps_decomposition.hpp"
#include "assay/scoring/ensemble.hpp"
#include "assay/scoring/pit_distribution.hpp"
#include "assay/scoring/rank_histogram.hpp"
#include "assay/scoring/spread_error.hpp"

namespace assay::inline v1::scoring {

/// What the columns of a table of forecasts are.
enum class forecast_form {
  ensemble,     ///< members
  quantiles,    ///< quantiles of given levels
  distribution  ///< parameters of a named distribution
};

/// Scores of a report; smaller is better for each. None has a reward for saying other than one believes.
enum class report_score {
  crps,                     ///< continuous ranked probability score, in the unit of the outcomes
  weighted_interval_score,  ///< of quantiles at levels that are symmetric about 1/2, unit of the outcomes
  dispersion,               ///< its part due to the width of the intervals
  overprediction,           ///< its part due to forecasts above the outcome
  underprediction,          ///< its part due to forecasts below the outcome
  log_score,                ///< minus the log density or probability at the outcome
  dawid_sebastiani_score,   ///< of mean and variance of the members
  squared_error,            ///< of the mean of the members
  absolute_error,           ///< of the median
  brier_score               ///< of the probability of an outcome above a threshold
};

/// Choices of a forecast report.
struct forecast_report_options {
  /// What the columns of the forecasts are.
  forecast_form form = forecast_form::ensemble;
  /// (q) levels of the quantiles, strictly increasing in (0, 1); form quantiles needs them; default: none
  vector_view levels = {};
  /// Name of the distribution, for the form distribution.
  distribution_family family = distribution_family::normal;
  /// (n, k) forecasts of the same form to compare with (an ensemble may have another size); NaN allowed with
  /// nan_policy omit; default: the climatology of the outcomes of each group, which knows them beforehand
  array_view reference = {};
  /// (n) number of the group of each row; default: all rows are one group
  integer_view groups = {};
  /// Spread term of the CRPS of ensembles.
  crps_estimator estimator = crps_estimator::fair;
  /// Share of the fair score in almost_fair, in [0, 1].
  double alpha = 0.95;
  /// (t) thresholds, strictly increasing: the probability of an outcome above each is judged, for ensembles
  /// and distributions; default: none
  vector_view thresholds = {};
  /// Bins of PIT histograms and reliability tables, at least 1.
  std::int64_t n_bins = 10;
  /// Steps that the forecasts look ahead, for the test against the reference: rows of a group stand in the
  /// order of time, and scores up to horizon - 1 apart may be correlated; at least 1.
  std::int64_t horizon = 1;
  /// Number of bootstrap replicates, at least 2.
  std::int64_t n_boot = 1000;
  /// Probability of the intervals, in (0, 1).
  double level = 0.9;
  /// Key of the random numbers.
  std::uint64_t seed = 0;
  /// Rows drawn together as a run, for serially dependent scores, at least 1; at most a group's rows count.
  std::int64_t block_length = 1;
  /// What to do with NaN: omit leaves out missing members, intervals with a missing end in the weighted
  /// interval score, and rows without an outcome or a score.
  scoring::nan_policy nan_policy = scoring::nan_policy::raise;
};

/// Choices of a forecast report of data that comes in pieces.
struct forecast_report_accumulator_options {
  /// What the columns of the forecasts are.
  forecast_form form = forecast_form::ensemble;
  /// (q) levels of the quantiles, strictly increasing in (0, 1); form quantiles needs them; default: none
  vector_view levels = {};
  /// Name of the distribution, for the form distribution.
  distribution_family family = distribution_family::normal;
  /// Spread term of the CRPS of ensembles.
  crps_estimator estimator = crps_estimator::fair;
  /// Share of the fair score in almost_fair, in [0, 1].
  double alpha = 0.95;
  /// (t) thresholds, strictly increasing: the probability of an outcome above each is judged, for ensembles
  /// and distributions; default: none
  vector_view thresholds = {};
  /// Bins of PIT histograms and reliability tables, at least 1.
  std::int64_t n_bins = 10;
  /// Steps that the forecasts look ahead, for the test against the reference; at least 1.
  std::int64_t horizon = 1;
  /// Number of bootstrap replicates, at least 2.
  std::int64_t n_boot = 1000;
  /// Probability of the intervals, in (0, 1).
  double level = 0.9;
  /// Key of the random numbers.
  std::uint64_t seed = 0;
  /// Rows drawn together as a run, for serially dependent scores, at least 1; at most a group's rows count.
  std::int64_t block_length = 1;
  /// What to do with NaN: omit leaves out missing members, intervals with a missing end in the weighted
  /// interval score, and rows without an outcome or a score.
  scoring::nan_policy nan_policy = scoring::nan_policy::raise;
};

/// Choices of one update of a forecast report.
struct forecast_report_update_options {
  /// (n) number of the group of each row; default: all rows are of group 0
  integer_view groups = {};
};

/// One score of one group. What does not exist is NaN: intervals of infinite scores or of fewer than two
/// rows, comparisons without a reference.
struct forecast_report_score {
  scoring::report_score score = scoring::report_score::crps;  ///< which
  double threshold = 0.0;                                     ///< of the Brier score, else NaN
  double mean = 0.0;                                          ///< mean over the rows
  double lower = 0.0;                                         ///< lower end of its bootstrap interval
  double upper = 0.0;                                         ///< upper end
  double std_error = 0.0;                                     ///< standard deviation of the replicates
  double reference_mean = 0.0;  ///< mean score of the reference on the same rows
  double skill = 0.0;        ///< 1 - mean/reference_mean; NaN for parts and for scores that may be negative
  double skill_lower = 0.0;  ///< lower end of its bootstrap interval, drawn in pairs
  double skill_upper = 0.0;  ///< upper end
  double p_value = 0.0;      ///< Diebold-Mariano test that both are as good, two-sided (hln)
};

/// Reliability of the probability of an outcome above a threshold. Means and ends of empty bins are NaN.
struct forecast_report_reliability {
  double threshold = 0.0;  ///< the threshold
  array edges;             ///< (b + 1) edges of the bins
  array count;             ///< (b) rows in each bin
  array mean_prob;         ///< (b) mean probability
  array mean_label;        ///< (b) share of outcomes above the threshold
  array lower;             ///< (b) lower end of the Wilson interval of mean_label
  array upper;             ///< (b) upper end
};

/// A group of rows. Parts that a form of forecast does not have are empty arrays or NaN.
struct forecast_report_group {
  std::int64_t group = 0;                                ///< its number; 0 for all rows together
  std::int64_t count = 0;                                ///< rows with an outcome and all scores
  std::vector<forecast_report_score> scores;             ///< the scores that the form allows
  array rank_histogram;                                  ///< (m + 1) rows per rank, of ensembles
  double rank_p_value = 0.0;                             ///< probability of a less even rank histogram
  array pit_histogram;                                   ///< (n_bins) share of the rows in each bin
  array coverage;                                        ///< (q) share of outcomes up to each quantile
  spread_error_result spread;                            ///< spread and error of ensembles
  crps_decomposition_hersbach_result decomposition;      ///< of the CRPS of ensembles, estimator standard
  std::vector<forecast_report_reliability> reliability;  ///< one a threshold
};

/// Report of each group and of all rows together.
struct forecast_report_result {
  std::vector<forecast_report_group> groups;  ///< by ascending number
  forecast_report_group whole;                ///< all rows
};

/// Judges forecasts: all scores that their form allows, with bootstrap intervals, skill against a reference
/// and the significance of the difference, and what tells why: rank and PIT histograms, coverage,
/// reliability, decomposition, spread and error.
///
/// Scores: ensemble: crps, dawid_sebastiani_score, squared_error, absolute_error; quantiles:
/// weighted_interval_score and its parts where the levels are symmetric, else crps (mean over the levels),
/// and absolute_error where a level is 1/2; distribution: crps, and log_score where there is a density (not
/// for uniform and gpd, which may have a mass). Ensembles and distributions have a brier_score per threshold.
/// Intervals and skill are those of bootstrap_mean and bootstrap_skill, with the same draws, to rounding. The
/// climatology is the empirical distribution of the group's outcomes, its quantiles (type 7), mean, variance
/// and base rates.
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit
/// @param forecasts     (n, k) members (k >= 2), quantiles or parameters; NaN allowed with nan_policy omit
/// @param options       form, reference, groups, scores, bootstrap, NaN policy
/// @param ctx           running conditions
/// @return              report by group and of all rows
/// @throws shape_error  empty_input; length_mismatch; too_few_members
/// @throws value_error  non_finite; out_of_range: levels, thresholds, alpha, level, a parameter;
///                      missing_argument: levels; bad_parameter: n_bins, horizon, n_boot, block_length,
///                      nan_policy propagate; unsupported: an estimator that needs another option
/// @accuracy            that of the functions named; means rounded once; same bits everywhere
/// @cost                O(n k log k) and O(n n_boot) for each group and for all rows
/// @source              the functions named
/// @example             {"observations": [0.3, 2, 1], "forecasts": [[-1, 0, 2], [1, 1.5, 4], [0, 2, 3]],
/// "n_boot": 50, "n_bins": 4, "thresholds": [1]}
forecast_report_result forecast_report(vector_view observations, matrix_view forecasts,
                                       const forecast_report_options& options = {}, const context& ctx = {});

/// Report of forecasts that come in pieces: keeps a few numbers a row, never the forecasts. Pieces that are
/// merged in their order give the bytes of the whole.
///
/// @accumulator
class forecast_report_accumulator {
 public:
  /// No rows yet.
  ///
  /// @throws value_error  out_of_range: levels, thresholds, alpha, level; missing_argument: levels;
  ///                      bad_parameter: n_bins, horizon, n_boot, block_length, nan_policy propagate;
  ///                      unsupported: an estimator that needs another option
  explicit forecast_report_accumulator(const forecast_report_accumulator_options& options = {});

  /// Adds rows. The first update fixes the number of columns.
  ///
  /// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit
  /// @param forecasts     (n, k) members (k >= 2), quantiles or parameters; NaN allowed with nan_policy omit
  /// @param options       groups
  /// @param ctx           running conditions
  /// @throws shape_error  empty_input; length_mismatch, also with earlier rows; too_few_members
  /// @throws value_error  non_finite; out_of_range: a parameter
  void update(vector_view observations, matrix_view forecasts,
              const forecast_report_update_options& options = {}, const context& ctx = {});

  /// Adds the rows of another accumulator behind those of this one.
  ///
  /// @param other         accumulator to add, of the same options; stays as it is
  /// @throws shape_error  length_mismatch: another number of columns
  /// @throws value_error  bad_parameter: other options
  void merge(const forecast_report_accumulator& other);

  /// The report so far, with the climatology of each group's outcomes as reference.
  ///
  /// @param ctx           running conditions
  /// @throws state_error  empty_input: no row was added
  [[nodiscard]] forecast_report_result value(const context& ctx = {}) const;

  /// The report so far, with other forecasts of the same outcomes as reference: by the scores that both have.
  ///
  /// @param reference     report of the other forecasts, of the same rows in the same order, in any form
  /// @param ctx           running conditions
  /// @throws state_error  empty_input: no row was added
  /// @throws shape_error  length_mismatch: another number of rows
  /// @throws value_error  bad_parameter: rows with other outcomes or groups
  [[nodiscard]] forecast_report_result value_against(const forecast_report_accumulator& reference,
                                                     const context& ctx = {}) const;

  /// Forgets all rows.
  void reset();

  /// The state as bytes: versioned, little-endian.
  [[nodiscard]] std::vector<std::byte> to_bytes() const;

  /// The accumulator that to_bytes() described.
  ///
  /// @param bytes         what to_bytes() gave
  /// @throws value_error  corrupt_bytes
  static forecast_report_accumulator from_bytes(std::span<const std::byte> bytes);

 private:
  friend forecast_report_result forecast_report(vector_view observations, matrix_view forecasts,
                                                const forecast_report_options& options, const context& ctx);
  class summary;

  // A column of scores.
  struct column {
    scoring::report_score score;
    double threshold;  // 0 where there is none
    friend bool operator==(const column&, const column&) = default;
  };
  // What a group keeps beside the numbers of its rows.
  struct group_state {
    rank_histogram_accumulator ranks;
    spread_error_accumulator spread;
    crps_decomposition_accumulator decomposition;
    std::vector<std::uint64_t> covered;  // outcomes up to each quantile
    std::uint64_t rows = 0;              // with all quantiles
    bool ranked = false;                 // whether the accumulators have rows
  };

  void add(const char* function, const vector_view& observations, const matrix_view& forecasts,
           const integer_view& groups, const context& ctx);
  void add_ensemble(const char* function, const vector_view& observations, const matrix_view& members,
                    std::span<const std::int32_t> groups, const context& ctx);
  void add_quantiles(const vector_view& observations, const matrix_view& quantiles,
                     std::span<const std::int32_t> groups, const context& ctx);
  void add_distribution(const char* function, const vector_view& observations, const matrix_view& parameters,
                        const context& ctx);
  [[nodiscard]] std::vector<column> columns() const;
  void write_options(byte_writer& out) const;
  [[nodiscard]] group_state fresh() const;
  static void merge_state(group_state& into, const group_state& from);
  [[nodiscard]] forecast_report_result report(const char* function,
                                              const forecast_report_accumulator* reference,
                                              const context& ctx) const;

  forecast_report_accumulator_options options_;  // its views are empty; the numbers are here:
  std::vector<double> levels_;
  std::vector<double> thresholds_;
  std::size_t width_ = 0;  // columns of the forecasts; 0: no update yet
  // One entry a row.
  std::vector<std::int32_t> groups_;
  std::vector<double> observations_;
  std::vector<double> scores_;         // (rows, columns())
  std::vector<double> probabilities_;  // (rows, thresholds_) of an outcome above each
  std::vector<double> below_, at_;     // F(y-) and F(y)
  std::map<std::int32_t, group_state> states_;
};

}  // namespace assay::inline v1::scoring
