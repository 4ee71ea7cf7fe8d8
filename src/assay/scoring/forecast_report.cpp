#include "assay/scoring/forecast_report.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <string>
#include <utility>

#include "assay/core/bytes.hpp"
#include "assay/core/check.hpp"
#include "assay/core/compensated_sum.hpp"
#include "assay/core/exact_sum.hpp"
#include "assay/core/internal/wilson.hpp"
#include "assay/core/parallel.hpp"
#include "assay/core/vmath.hpp"
#include "assay/scoring/comparison.hpp"
#include "assay/scoring/crps_ensemble.hpp"
#include "assay/scoring/internal/bootstrap.hpp"
#include "assay/scoring/internal/deviations.hpp"
#include "assay/scoring/internal/member_rows.hpp"
#include "assay/scoring/internal/named_distribution.hpp"
#include "assay/scoring/observation_rank.hpp"
#include "assay/scoring/quantile_forecast.hpp"

namespace assay::inline v1::scoring {
namespace {

using internal::percentile;

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr const char* k_accumulator = "forecast_report_accumulator";
constexpr std::size_t k_rows_per_chunk = 4096;

double mean_of(std::span<const double> values) {
  exact_sum sum;
  for (const double value : values) sum.add(value);
  return sum.value() / static_cast<double>(values.size());
}

// Rows of the leading axis, whatever the view's type.
template <class View>
View rows_of(const View& view, std::size_t first, std::size_t count) {
  return View(view.rows(first, count));
}

// ---- options ----

// The choices that both the function and the accumulator have.
template <class Options>
forecast_report_accumulator_options accumulator_options(const Options& from) {
  return {.form = from.form,
          .levels = from.levels,
          .family = from.family,
          .estimator = from.estimator,
          .alpha = from.alpha,
          .thresholds = from.thresholds,
          .n_bins = from.n_bins,
          .horizon = from.horizon,
          .n_boot = from.n_boot,
          .level = from.level,
          .seed = from.seed,
          .block_length = from.block_length,
          .nan_policy = from.nan_policy};
}

void check_levels(const checker& check, const vector_view& levels) {
  if (!levels.present())
    check.fail_value(error_code::missing_argument, "levels", "is missing, the form quantiles needs it");
  check.not_empty(levels, "levels");
  check.increasing(levels, "levels");
  for (std::size_t j = 0; j < levels.size(); ++j)
    check.range(levels(j) > 0.0 && levels(j) < 1.0, "levels", levels(j), "must be inside (0, 1)");
}

void check_options(const checker& check, const forecast_report_accumulator_options& options) {
  if (options.form == forecast_form::quantiles) check_levels(check, options.levels);
  if (options.thresholds.present()) {
    check.not_empty(options.thresholds, "thresholds");
    check.finite(options.thresholds, "thresholds");
    check.increasing(options.thresholds, "thresholds");
    if (options.form == forecast_form::quantiles)
      check.fail_value(error_code::unsupported, "thresholds",
                       "need probabilities, which the form quantiles does not give");
  }
  check.range(options.alpha >= 0.0 && options.alpha <= 1.0, "alpha", options.alpha, "must be in [0, 1]");
  if (options.estimator == crps_estimator::adjusted)
    check.fail_value(error_code::unsupported, "estimator",
                     "adjusted needs the size of another ensemble, use fair, standard or almost_fair");
  const auto at_least_one = [&](std::int64_t value, const char* name) {
    check.parameter(value >= 1, name, static_cast<double>(value), "must be at least 1");
  };
  at_least_one(options.n_bins, "n_bins");
  at_least_one(options.horizon, "horizon");
  at_least_one(options.block_length, "block_length");
  detail::check_bootstrap(check, options);
  if (options.nan_policy == nan_policy::propagate)
    check.fail_value(error_code::bad_parameter, "nan_policy", "is propagate, must be raise or omit");
}

std::vector<double> numbers_of(const vector_view& view) {
  std::vector<double> values(view.size());
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = view(i);
  return values;
}

// ---- scores of rows ----

// A table of scores that is filled column by column.
struct score_table {
  double* values;
  std::size_t columns;

  void set(std::size_t row, std::size_t column, double value) { values[row * columns + column] = value; }
  void set_column(std::size_t column, const array& scores) {
    for (std::size_t i = 0; i < scores.size(); ++i) set(i, column, scores[i]);
  }
};

double median_of(std::vector<double>& values) {
  const std::size_t upper = values.size() / 2;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(upper);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  const double below = *std::max_element(values.begin(), middle);
  return below + 0.5 * (*middle - below);
}

// Whether intervals can be formed: level_j + level_{q + 1 - j} = 1, as weighted_interval_score_quantiles.
bool are_symmetric(const std::vector<double>& levels) {
  for (std::size_t j = 0; j < levels.size(); ++j)
    if (!(std::fabs(levels[j] + levels[levels.size() - 1 - j] - 1.0) <= 1e-9)) return false;
  return true;
}

std::optional<std::size_t> median_place(const std::vector<double>& levels) {
  const auto found = std::ranges::find_if(levels, [](double p) { return std::fabs(p - 0.5) <= 1e-9; });
  if (found == levels.end()) return {};
  return static_cast<std::size_t>(found - levels.begin());
}

void score_quantiles(const vector_view& y, const matrix_view& quantiles, const std::vector<double>& levels,
                     nan_policy policy, score_table table, const context& ctx) {
  std::size_t next = 0;
  if (are_symmetric(levels)) {
    const auto found = weighted_interval_score_quantiles(y, quantiles, levels, {.nan_policy = policy}, ctx);
    for (const array* part : {&found.wis, &found.dispersion, &found.overprediction, &found.underprediction})
      table.set_column(next++, *part);
  } else {
    table.set_column(next++, crps_quantile(y, quantiles, levels, {.nan_policy = policy}, ctx));
  }
  if (const auto middle = median_place(levels))
    for (std::size_t i = 0; i < y.size(); ++i) table.set(i, next, std::fabs(quantiles(i, *middle) - y(i)));
}

// CRPS of the empirical distribution of outcomes, for each of them.
std::vector<double> climatology_crps(const std::vector<double>& y) {
  const std::size_t n = y.size();
  const double size = static_cast<double>(n);
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return y[i]; });
  const double middle = y[order[n / 2]];  // distances from there keep their digits
  std::vector<compensated_sum> below(n + 1);
  for (std::size_t k = 0; k < n; ++k) {
    below[k + 1] = below[k];
    below[k + 1] += y[order[k]] - middle;
  }
  const double total = below[n].value();
  std::vector<double> distance(n);
  for (std::size_t k = 0; k < n; ++k)
    distance[order[k]] =
        ((y[order[k]] - middle) * (2.0 * static_cast<double>(k) - size) - 2.0 * below[k].value() + total) /
        size;
  const double spread = 0.5 * mean_of(distance);
  for (double& value : distance) value = std::max(0.0, value - spread);
  return distance;
}

// ---- bootstrap of many columns at once ----

// Numbers of the rows of a group, a row contiguous: scores, then those of the reference.
class case_table {
 public:
  case_table(std::size_t rows, std::size_t columns)
      : rows_(rows),
        columns_(columns),
        padded_((columns + k_lanes - 1) / k_lanes * k_lanes),
        values_(rows * padded_, 0.0) {}

  [[nodiscard]] std::size_t rows() const { return rows_; }
  double& operator()(std::size_t row, std::size_t column) { return values_[row * padded_ + column]; }
  [[nodiscard]] std::vector<double> column(std::size_t c) const {
    std::vector<double> values(rows_);
    for (std::size_t i = 0; i < rows_; ++i) values[i] = values_[i * padded_ + c];
    return values;
  }

  // Means of the columns over the draws of each replicate: (replicates, columns).
  [[nodiscard]] std::vector<double> resampled_means(const detail::bootstrap_plan& plan, const char* function,
                                                    const context& ctx) const {
    std::vector<double> means(plan.replicates * columns_);
    for_chunks(ctx, function, plan.replicates, k_together, [&](chunk part) {
      // How often each row was drawn: adding drawn rows one by one would wait for memory every time. A row is
      // drawn once on average; more than 255 times has a probability below 1e-500.
      std::array<std::vector<std::uint8_t>, k_together> drawn;
      for (std::size_t r = 0; r < k_together; ++r) {
        drawn[r].resize(rows_);
        if (r < part.size())
          detail::for_each_draw(plan, part.first + r, rows_, [&](std::size_t i) { ++drawn[r][i]; });
      }
      const std::vector<double> sums = weighted_sums(drawn);
      for (std::size_t r = 0; r < part.size(); ++r)
        for (std::size_t c = 0; c < columns_; ++c)
          means[(part.first + r) * columns_ + c] =
              sums[(c / k_lanes * k_together + r) * k_lanes + c % k_lanes] / static_cast<double>(rows_);
    });
    return means;
  }

 private:
  static constexpr std::size_t k_together = 4;  // replicates in one pass over the table
  static constexpr std::size_t k_lanes = 4;     // columns whose sums stay in registers

  // Sums of the columns weighted by the draws of each replicate: (columns / k_lanes, k_together, k_lanes).
  // Sums of blocks keep the error of a long sum that of a short one.
  [[nodiscard]] std::vector<double> weighted_sums(
      const std::array<std::vector<std::uint8_t>, k_together>& drawn) const {
    constexpr std::size_t block = 128;
    std::vector<double> total(padded_ * k_together);
    for (std::size_t begin = 0; begin < rows_; begin += block) {
      const std::size_t end = std::min(begin + block, rows_);
      for (std::size_t first = 0; first < padded_; first += k_lanes) {
        std::array<double, k_together * k_lanes> part{};
        for (std::size_t i = begin; i < end; ++i) {
          const double* row = values_.data() + i * padded_ + first;
          for (std::size_t r = 0; r < k_together; ++r) {
            const double times = drawn[r][i];
            for (std::size_t k = 0; k < k_lanes; ++k) part[r * k_lanes + k] += times * row[k];
          }
        }
        for (std::size_t k = 0; k < part.size(); ++k) total[first * k_together + k] += part[k];
      }
    }
    return total;
  }

  std::size_t rows_;
  std::size_t columns_;
  std::size_t padded_;
  std::vector<double> values_;
};

// Whether a ratio of mean scores says something: parts of a score and scores below 0 have none.
bool has_skill(report_score score) {
  switch (score) {
    case report_score::crps:
    case report_score::weighted_interval_score:
    case report_score::squared_error:
    case report_score::absolute_error:
    case report_score::brier_score:
      return true;
    default:
      return false;
  }
}

double skill_of(double mean, double reference) {
  return reference == 0.0 ? k_nan : (reference - mean) / reference;
}

// NaN where the test does not exist: too few rows, or scores that never differ.
double p_value_of(const std::vector<double>& scores, const std::vector<double>& reference,
                  std::int64_t horizon, const context& ctx) {
  if (scores.size() < 2 || horizon > static_cast<std::int64_t>(scores.size()) - 1) return k_nan;
  try {
    return diebold_mariano(scores, reference, {.horizon = horizon}, ctx).p_value;
  } catch (const value_error& error) {
    if (error.code() == error_code::degenerate) return k_nan;
    throw;
  }
}

bool is_finite(const std::vector<double>& values) {
  return std::ranges::all_of(values, [](double value) { return std::isfinite(value); });
}

array empty_array() { return array(dtype::float64, {0}); }

}  // namespace

// ---- the report of some rows ----

class forecast_report_accumulator::summary {
 public:
  summary(const forecast_report_accumulator& owner, const char* function,
          const forecast_report_accumulator* reference, const context& ctx)
      : owner_(owner), function_(function), reference_(reference), ctx_(ctx), columns_(owner.columns()) {
    if (reference == nullptr) return;
    const auto theirs = reference->columns();
    for (const column& mine : columns_) {
      const auto found = std::ranges::find(theirs, mine);
      places_.push_back(found == theirs.end() ? theirs.size()
                                              : static_cast<std::size_t>(found - theirs.begin()));
    }
    reference_columns_ = theirs.size();
  }

  [[nodiscard]] forecast_report_group of(const std::vector<std::size_t>& rows, const group_state& state,
                                         const std::vector<forecast_report_score>* known) const {
    forecast_report_group result;
    std::vector<std::size_t> usable;
    for (const std::size_t i : rows)
      if (is_usable(i)) usable.push_back(i);
    result.count = static_cast<std::int64_t>(usable.size());
    result.scores = known != nullptr ? *known : scores(usable);
    add_calibration(rows, result);
    add_state(rows, state, result);
    for (std::size_t t = 0; t < owner_.thresholds_.size(); ++t)
      result.reliability.push_back(reliability(usable, t));
    return result;
  }

 private:
  [[nodiscard]] double score(std::size_t row, std::size_t c) const {
    return owner_.scores_[row * columns_.size() + c];
  }
  // Of the other report, NaN where it has no such score.
  [[nodiscard]] double reference_score(std::size_t row, std::size_t c) const {
    return places_[c] < reference_columns_ ? reference_->scores_[row * reference_columns_ + places_[c]]
                                           : k_nan;
  }
  [[nodiscard]] bool is_usable(std::size_t row) const {
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      if (std::isnan(score(row, c))) return false;
      if (reference_ != nullptr && places_[c] < reference_columns_ && std::isnan(reference_score(row, c)))
        return false;
    }
    return true;
  }

  // Scores of the reference on the rows, column by column; a column without is NaN.
  [[nodiscard]] std::vector<std::vector<double>> reference_scores(
      const std::vector<std::size_t>& rows) const {
    std::vector<std::vector<double>> result(columns_.size(), std::vector<double>(rows.size(), k_nan));
    if (reference_ == nullptr) {
      if (!rows.empty()) add_climatology(rows, result);
    } else {
      for (std::size_t c = 0; c < columns_.size(); ++c)
        for (std::size_t i = 0; i < rows.size(); ++i) result[c][i] = reference_score(rows[i], c);
    }
    return result;
  }

  void add_climatology(const std::vector<std::size_t>& rows, std::vector<std::vector<double>>& result) const {
    std::vector<double> y;
    for (const std::size_t i : rows) y.push_back(owner_.observations_[i]);
    if (owner_.options_.form == forecast_form::quantiles) {
      add_quantile_climatology(y, result);
      return;
    }
    const detail::deviations about = detail::deviations_of(y);
    const double mean = about.mean, variance = about.squares / (static_cast<double>(y.size()) - 1.0);
    std::vector<double> copy = y;
    const double median = median_of(copy);
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      std::vector<double>& column = result[c];
      const auto each = [&](auto&& of) { std::ranges::transform(y, column.begin(), of); };
      switch (columns_[c].score) {
        case report_score::crps:
          column = climatology_crps(y);
          break;
        case report_score::squared_error:
          each([&](double value) { return (value - mean) * (value - mean); });
          break;
        case report_score::absolute_error:
          each([&](double value) { return std::fabs(value - median); });
          break;
        case report_score::dawid_sebastiani_score:
          if (variance > 0.0)
            each([&](double value) {
              return (value - mean) * (value - mean) / variance + vmath::log(variance);
            });
          break;
        case report_score::brier_score: {
          const double threshold = columns_[c].threshold;
          const auto events = std::ranges::count_if(y, [&](double value) { return value > threshold; });
          const double rate = static_cast<double>(events) / static_cast<double>(y.size());
          each([&](double value) {
            const double miss = rate - (value > threshold ? 1.0 : 0.0);
            return miss * miss;
          });
          break;
        }
        default:
          break;
      }
    }
  }

  void add_quantile_climatology(const std::vector<double>& y,
                                std::vector<std::vector<double>>& result) const {
    std::vector<double> sorted = y, forecast;
    std::ranges::sort(sorted);
    for (const double level : owner_.levels_) forecast.push_back(percentile(sorted, level));
    const std::size_t q = forecast.size();
    std::vector<double> table(std::min(y.size(), k_rows_per_chunk) * q);
    for (std::size_t i = 0; i < table.size(); ++i) table[i] = forecast[i % q];
    std::vector<double> scores(table.size() / q * columns_.size());
    for (std::size_t first = 0; first < y.size(); first += k_rows_per_chunk) {
      const std::size_t count = std::min(k_rows_per_chunk, y.size() - first);
      score_quantiles(vector_view(y.data() + first, count), matrix_view(table.data(), count, q),
                      owner_.levels_, nan_policy::raise, {scores.data(), columns_.size()}, ctx_);
      for (std::size_t i = 0; i < count; ++i)
        for (std::size_t c = 0; c < columns_.size(); ++c)
          result[c][first + i] = scores[i * columns_.size() + c];
    }
  }

  [[nodiscard]] std::vector<forecast_report_score> scores(const std::vector<std::size_t>& rows) const {
    const std::size_t n = rows.size(), count = columns_.size();
    const auto references = reference_scores(rows);
    std::vector<forecast_report_score> result;
    case_table cases(n, 2 * count);
    std::vector<bool> resampled, compared;
    for (std::size_t c = 0; c < count; ++c) {
      std::vector<double> mine(n);
      for (std::size_t i = 0; i < n; ++i) mine[i] = score(rows[i], c);
      forecast_report_score entry;
      entry.score = columns_[c].score;
      entry.threshold = entry.score == report_score::brier_score ? columns_[c].threshold : k_nan;
      for (double* value : {&entry.mean, &entry.lower, &entry.upper, &entry.std_error, &entry.reference_mean,
                            &entry.skill, &entry.skill_lower, &entry.skill_upper, &entry.p_value})
        *value = k_nan;
      resampled.push_back(n >= 1 && is_finite(mine));
      compared.push_back(resampled[c] && is_finite(references[c]));
      if (n >= 1) entry.mean = resampled[c] ? mean_of(mine) : std::accumulate(mine.begin(), mine.end(), 0.0);
      if (compared[c]) {
        entry.reference_mean = mean_of(references[c]);
        entry.p_value = p_value_of(mine, references[c], owner_.options_.horizon, ctx_);
        if (has_skill(entry.score)) entry.skill = skill_of(entry.mean, entry.reference_mean);
      }
      for (std::size_t i = 0; i < n; ++i) {
        if (resampled[c]) cases(i, c) = mine[i];
        if (compared[c]) cases(i, count + c) = references[c][i];
      }
      result.push_back(entry);
    }
    if (n >= 2) add_intervals(cases, resampled, compared, result);
    return result;
  }

  void add_intervals(const case_table& cases, const std::vector<bool>& resampled,
                     const std::vector<bool>& compared, std::vector<forecast_report_score>& scores) const {
    const auto& options = owner_.options_;
    const detail::bootstrap_plan plan{static_cast<std::size_t>(options.n_boot), options.level, options.seed,
                                      std::min(static_cast<std::size_t>(options.block_length), cases.rows())};
    const std::vector<double> means = cases.resampled_means(plan, function_, ctx_);
    const std::size_t count = scores.size();
    std::vector<double> replicates(plan.replicates);
    for (std::size_t c = 0; c < count; ++c) {
      if (!resampled[c]) continue;
      forecast_report_score& entry = scores[c];
      const auto mean = [&](std::size_t b, std::size_t at) { return means[b * 2 * count + at]; };
      for (std::size_t b = 0; b < plan.replicates; ++b) replicates[b] = mean(b, c);
      const auto found = detail::interval_of(entry.mean, replicates, plan.level);
      entry.lower = found.lower;
      entry.upper = found.upper;
      entry.std_error = found.std_error;
      if (!compared[c] || std::isnan(entry.skill)) continue;
      for (std::size_t b = 0; b < plan.replicates; ++b)
        replicates[b] = skill_of(mean(b, c), mean(b, count + c));
      if (!is_finite(replicates)) continue;  // a replicate drew only cases where the reference was perfect
      const auto skill = detail::interval_of(entry.skill, replicates, plan.level);
      entry.skill_lower = skill.lower;
      entry.skill_upper = skill.upper;
    }
  }

  // PIT histogram of the rows that have a transform.
  void add_calibration(const std::vector<std::size_t>& rows, forecast_report_group& result) const {
    std::vector<double> below, at;
    for (const std::size_t i : rows) {
      if (std::isnan(owner_.below_[i])) continue;
      below.push_back(owner_.below_[i]);
      at.push_back(owner_.at_[i]);
    }
    result.pit_histogram =
        below.empty() ? empty_array() : pit_histogram(below, at, owner_.options_.n_bins, ctx_);
  }

  void add_state(const std::vector<std::size_t>& rows, const group_state& state,
                 forecast_report_group& result) const {
    result.rank_histogram = state.ranked ? state.ranks.value() : empty_array();
    result.rank_p_value = result.rank_histogram.size() >= 3
                              ? rank_histogram_test(vector_view(result.rank_histogram.view())).p_value
                              : k_nan;
    result.coverage = array(dtype::float64, {state.rows > 0 ? state.covered.size() : 0});
    for (std::size_t j = 0; j < result.coverage.size(); ++j)
      result.coverage.values<double>()[j] =
          static_cast<double>(state.covered[j]) / static_cast<double>(state.rows);
    result.spread = {k_nan, k_nan, k_nan, k_nan, k_nan, k_nan};
    result.decomposition = {k_nan, k_nan, k_nan, k_nan, k_nan};
    if (owner_.options_.form != forecast_form::ensemble) return;
    try {
      result.spread = state.spread.value();
    } catch (const state_error&) {
      // no row with two members, or neither error nor spread: no ratio
    }
    if (!state.ranked) return;
    const auto parts = state.decomposition.value();
    std::vector<double> y;
    for (const std::size_t i : rows)
      if (!std::isnan(owner_.below_[i])) y.push_back(owner_.observations_[i]);
    const double uncertainty = mean_of(climatology_crps(y));
    result.decomposition = {parts.crps, parts.reliability, parts.potential, uncertainty - parts.potential,
                            uncertainty};
  }

  [[nodiscard]] forecast_report_reliability reliability(const std::vector<std::size_t>& rows,
                                                        std::size_t t) const {
    const double threshold = owner_.thresholds_[t];
    forecast_report_reliability result{threshold,     empty_array(), empty_array(), empty_array(),
                                       empty_array(), empty_array(), empty_array()};
    if (rows.empty()) return result;
    const auto bins = static_cast<std::size_t>(owner_.options_.n_bins);
    std::vector<double> edges;
    for (std::size_t k = 0; k <= bins; ++k)
      edges.push_back(static_cast<double>(k) / static_cast<double>(bins));
    std::vector<exact_sum> probability(bins);
    std::vector<double> count(bins), events(bins);
    for (const std::size_t i : rows) {
      const double p = owner_.probabilities_[i * owner_.thresholds_.size() + t];
      // an edge belongs to the bin below it, 0 to the first bin
      const auto end = std::lower_bound(edges.begin() + 1, edges.end() - 1, p);
      const auto bin = static_cast<std::size_t>(end - edges.begin()) - 1;
      probability[bin].add(p);
      count[bin] += 1.0;
      if (owner_.observations_[i] > threshold) events[bin] += 1.0;
    }
    std::vector<double> mean_prob, mean_label, lower, upper;
    const double z = internal::wilson_quantile(owner_.options_.level);
    for (std::size_t k = 0; k < bins; ++k) {
      const bool any = count[k] > 0.0;
      mean_prob.push_back(any ? probability[k].value() / count[k] : k_nan);
      mean_label.push_back(any ? events[k] / count[k] : k_nan);
      const auto interval =
          any ? internal::wilson(mean_label.back(), count[k], z) : internal::wilson_bounds{k_nan, k_nan};
      lower.push_back(interval.lower);
      upper.push_back(interval.upper);
    }
    result.edges = array(edges);
    result.count = array(count);
    result.mean_prob = array(mean_prob);
    result.mean_label = array(mean_label);
    result.lower = array(lower);
    result.upper = array(upper);
    return result;
  }

  const forecast_report_accumulator& owner_;
  const char* function_;
  const forecast_report_accumulator* reference_;
  const context& ctx_;
  std::vector<column> columns_;
  std::vector<std::size_t> places_;  // of the same scores in the reference
  std::size_t reference_columns_ = 0;
};

// ---- rows ----

forecast_report_accumulator::forecast_report_accumulator(const forecast_report_accumulator_options& options)
    : options_(options) {
  check_options(checker(k_accumulator), options);
  if (options.form == forecast_form::quantiles) levels_ = numbers_of(options.levels);
  if (options.thresholds.present()) thresholds_ = numbers_of(options.thresholds);
  options_.levels = {};
  options_.thresholds = {};
}

std::vector<forecast_report_accumulator::column> forecast_report_accumulator::columns() const {
  using enum report_score;
  std::vector<column> result;
  const auto add_all = [&](std::initializer_list<report_score> scores) {
    for (const report_score score : scores) result.push_back({score, 0.0});
  };
  switch (options_.form) {
    case forecast_form::ensemble:
      add_all({crps, dawid_sebastiani_score, squared_error, absolute_error});
      break;
    case forecast_form::quantiles:
      if (are_symmetric(levels_))
        add_all({weighted_interval_score, dispersion, overprediction, underprediction});
      else
        add_all({crps});
      if (median_place(levels_)) add_all({absolute_error});
      break;
    case forecast_form::distribution:
      add_all({crps});
      if (detail::has_log_score(options_.family)) add_all({log_score});
      break;
  }
  for (const double threshold : thresholds_) result.push_back({brier_score, threshold});
  return result;
}

forecast_report_accumulator::group_state forecast_report_accumulator::fresh() const {
  return {rank_histogram_accumulator{{.nan_policy = options_.nan_policy}},
          spread_error_accumulator{{.nan_policy = options_.nan_policy}},
          crps_decomposition_accumulator{},
          std::vector<std::uint64_t>(levels_.size()),
          0,
          false};
}

void forecast_report_accumulator::merge_state(group_state& into, const group_state& from) {
  into.spread.merge(from.spread);
  if (from.ranked) {
    into.ranks.merge(from.ranks);
    into.decomposition.merge(from.decomposition);
  }
  for (std::size_t j = 0; j < into.covered.size(); ++j) into.covered[j] += from.covered[j];
  into.rows += from.rows;
  into.ranked |= from.ranked;
}

void forecast_report_accumulator::add_ensemble(const char* function, const vector_view& observations,
                                               const matrix_view& members,
                                               std::span<const std::int32_t> groups, const context& ctx) {
  const checker check(function);
  const nan_policy policy = options_.nan_policy;
  const detail::member_rows call{check, observations, members, policy, 2};
  detail::check_member_rows(call);
  const std::size_t n = observations.size(), m = members.extent(1), t = thresholds_.size();
  const std::size_t before = observations_.size(), count = columns().size();
  score_table table{scores_.data() + before * count, count};
  table.set_column(
      0,
      crps_ensemble(observations, members,
                    {.estimator = options_.estimator, .alpha = options_.alpha, .nan_policy = policy}, ctx));
  for_chunks(ctx, function, n, k_rows_per_chunk, [&](chunk part) {
    std::vector<double> buffer;
    for (std::size_t i = part.first; i < part.last; ++i) {
      const double y = observations(i);
      const auto present = detail::present_members(call, i, buffer);
      if (present.empty()) {
        for (std::size_t c = 1; c < count; ++c) table.set(i, c, k_nan);
        for (std::size_t k = 0; k < t; ++k) probabilities_[(before + i) * t + k] = k_nan;
        continue;
      }
      const double size = static_cast<double>(present.size());
      const auto [mean, squares] = detail::deviations_of(present);
      const double error = y - mean, variance = squares / (size - 1.0);
      table.set(i, 1,
                variance > 0.0 ? error * error / variance + vmath::log(variance)
                               : std::numeric_limits<double>::infinity());
      table.set(i, 2, error * error);
      for (std::size_t k = 0; k < t; ++k) {
        const auto above = std::ranges::count_if(present, [&](double x) { return x > thresholds_[k]; });
        const double p = static_cast<double>(above) / size, miss = p - (y > thresholds_[k] ? 1.0 : 0.0);
        probabilities_[(before + i) * t + k] = p;
        table.set(i, 4 + k, miss * miss);
      }
      table.set(i, 3, std::fabs(y - median_of(buffer)));
    }
  });
  const auto ranks = observation_rank(observations, members, {.nan_policy = policy}, ctx);
  const double size = static_cast<double>(m) + 1.0;
  for (std::size_t i = 0; i < n; ++i) {
    below_[before + i] = ranks.lower[i] / size;
    at_[before + i] = (ranks.upper[i] + 1.0) / size;
  }
  // Each group's rows side by side, for its accumulators.
  std::map<std::int32_t, std::vector<std::size_t>> rows_of_group;
  for (std::size_t i = 0; i < n; ++i) rows_of_group[groups[i]].push_back(i);
  for (const auto& [group, rows] : rows_of_group) {
    group_state& state = states_.try_emplace(group, fresh()).first->second;
    std::vector<double> y, x, complete_y, complete_x;
    for (const std::size_t i : rows) {
      y.push_back(observations(i));
      for (std::size_t j = 0; j < m; ++j) x.push_back(members(i, j));
      if (std::isnan(below_[before + i])) continue;
      complete_y.push_back(y.back());
      complete_x.insert(complete_x.end(), x.end() - static_cast<std::ptrdiff_t>(m), x.end());
    }
    state.spread.update(y, matrix_view(x, y.size(), m));
    if (complete_y.empty()) continue;
    const matrix_view complete(complete_x, complete_y.size(), m);
    state.ranks.update(complete_y, complete);
    state.decomposition.update(complete_y, complete);
    state.ranked = true;
  }
}

void forecast_report_accumulator::add_quantiles(const vector_view& observations, const matrix_view& quantiles,
                                                std::span<const std::int32_t> groups, const context& ctx) {
  const std::size_t before = observations_.size(), count = columns().size(), q = levels_.size();
  score_quantiles(observations, quantiles, levels_, options_.nan_policy,
                  {scores_.data() + before * count, count}, ctx);
  for (std::size_t i = 0; i < observations.size(); ++i) {
    const double y = observations(i);
    group_state& state = states_.try_emplace(groups[i], fresh()).first->second;
    double below = 0.0, at = 1.0;
    bool present = !std::isnan(y);
    for (std::size_t j = 0; j < q; ++j) {
      const double quantile = quantiles(i, j);
      present = present && !std::isnan(quantile);
      if (quantile < y) below = std::max(below, levels_[j]);
      if (quantile >= y) at = std::min(at, levels_[j]);
    }
    below_[before + i] = present ? below : k_nan;
    at_[before + i] = present ? std::max(below, at) : k_nan;  // quantiles that cross
    if (!present) continue;
    ++state.rows;
    for (std::size_t j = 0; j < q; ++j)
      if (y <= quantiles(i, j)) ++state.covered[j];
  }
}

void forecast_report_accumulator::add_distribution(const char* function, const vector_view& observations,
                                                   const matrix_view& parameters, const context& ctx) {
  const checker check(function);
  const distribution_options options{.nan_policy = options_.nan_policy};
  const detail::named_distribution forecast(check, options_.family, parameters, "forecasts");
  const std::size_t n = observations.size(), t = thresholds_.size();
  const std::size_t before = observations_.size(), count = columns().size();
  score_table table{scores_.data() + before * count, count};
  std::size_t next = 0;
  table.set_column(next++, forecast.crps(observations, options, ctx));
  if (detail::has_log_score(options_.family))
    table.set_column(next++, forecast.log_score(observations, options, ctx));
  const auto pit = forecast.probabilities(function, observations, options, ctx);
  for (std::size_t i = 0; i < n; ++i) {
    below_[before + i] = pit.below[i];
    at_[before + i] = pit.at[i];
  }
  for (std::size_t k = 0; k < t; ++k) {
    const std::vector<double> places(n, thresholds_[k]);
    const auto found = forecast.probabilities(function, places, options, ctx);
    for (std::size_t i = 0; i < n; ++i) {
      const double p = 1.0 - found.at[i], y = observations(i);
      const double miss = p - (y > thresholds_[k] ? 1.0 : 0.0);
      probabilities_[(before + i) * t + k] = p;
      table.set(i, next + k, std::isnan(y) ? k_nan : miss * miss);
    }
  }
}

void forecast_report_accumulator::add(const char* function, const vector_view& observations,
                                      const matrix_view& forecasts, const integer_view& groups,
                                      const context& ctx) {
  const checker check(function);
  ctx.require_backend(function);
  check.not_empty(observations, "observations");
  check.not_empty(forecasts, "forecasts");
  check.same_rows(observations, "observations", forecasts, "forecasts");
  if (groups.present()) check.same_rows(observations, "observations", groups, "groups");
  const std::size_t n = observations.size(), width = forecasts.extent(1);
  const auto wrong_width = [&](std::size_t wanted, const char* of) {
    check.fail_shape(error_code::length_mismatch, "forecasts",
                     "have " + std::to_string(width) + " columns, " + of + " have " + std::to_string(wanted));
  };
  if (width_ != 0 && width != width_) wrong_width(width_, "earlier rows");
  if (options_.form == forecast_form::quantiles && width != levels_.size())
    wrong_width(levels_.size(), "levels");

  // Everything is added to a copy of what rows change, so that an error leaves this report as it was.
  const std::size_t before = observations_.size(), count = columns().size();
  const auto grow = [&](std::size_t rows) {
    scores_.resize(rows * count);
    probabilities_.resize(rows * thresholds_.size());
    below_.resize(rows);
    at_.resize(rows);
  };
  std::vector<std::int32_t> codes(n, 0);
  if (groups.present())
    for (std::size_t i = 0; i < n; ++i) codes[i] = static_cast<std::int32_t>(groups(i));
  auto states = states_;
  grow(before + n);
  try {
    switch (options_.form) {
      case forecast_form::ensemble:
        add_ensemble(function, observations, forecasts, codes, ctx);
        break;
      case forecast_form::quantiles:
        add_quantiles(observations, forecasts, codes, ctx);
        break;
      case forecast_form::distribution:
        add_distribution(function, observations, forecasts, ctx);
        for (const std::int32_t code : codes) states_.try_emplace(code, fresh());
        break;
    }
  } catch (...) {
    grow(before);
    states_ = std::move(states);
    throw;
  }
  width_ = width;
  groups_.insert(groups_.end(), codes.begin(), codes.end());
  for (std::size_t i = 0; i < n; ++i) observations_.push_back(observations(i));
}

void forecast_report_accumulator::update(vector_view observations, matrix_view forecasts,
                                         const forecast_report_update_options& options, const context& ctx) {
  add(k_accumulator, observations, forecasts, options.groups, ctx);
}

// ---- reports ----

forecast_report_result forecast_report_accumulator::report(const char* function,
                                                           const forecast_report_accumulator* reference,
                                                           const context& ctx) const {
  std::map<std::int32_t, std::vector<std::size_t>> rows_of_group;
  for (std::size_t i = 0; i < groups_.size(); ++i) rows_of_group[groups_[i]].push_back(i);
  std::vector<std::size_t> all(groups_.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  const summary summarise(*this, function, reference, ctx);
  forecast_report_result result;
  group_state together = fresh();
  for (const auto& [group, rows] : rows_of_group) {
    const group_state& state = states_.at(group);
    result.groups.push_back(summarise.of(rows, state, nullptr));
    result.groups.back().group = group;
    merge_state(together, state);
  }
  const bool alone = result.groups.size() == 1;
  result.whole = summarise.of(all, together, alone ? &result.groups.front().scores : nullptr);
  return result;
}

forecast_report_result forecast_report_accumulator::value(const context& ctx) const {
  if (groups_.empty()) throw state_error(error_code::empty_input, k_accumulator, "", "no row was added");
  return report(k_accumulator, nullptr, ctx);
}

forecast_report_result forecast_report_accumulator::value_against(
    const forecast_report_accumulator& reference, const context& ctx) const {
  if (groups_.empty()) throw state_error(error_code::empty_input, k_accumulator, "", "no row was added");
  const checker check(k_accumulator);
  const std::size_t n = groups_.size(), theirs = reference.groups_.size();
  if (n != theirs)
    check.fail_shape(error_code::length_mismatch, "reference",
                     "has " + std::to_string(theirs) + " rows, this report " + std::to_string(n));
  for (std::size_t i = 0; i < n; ++i) {
    const double mine = observations_[i], other = reference.observations_[i];
    if (!(mine == other || (std::isnan(mine) && std::isnan(other))))
      check.fail_value(error_code::bad_parameter, "reference",
                       "has outcome " + text_of(other) + " in row " + std::to_string(i) + ", this report " +
                           text_of(mine));
    if (groups_[i] != reference.groups_[i])
      check.fail_value(error_code::bad_parameter, "reference",
                       "has group " + std::to_string(reference.groups_[i]) + " in row " + std::to_string(i) +
                           ", this report " + std::to_string(groups_[i]));
  }
  return report(k_accumulator, &reference, ctx);
}

forecast_report_result forecast_report(vector_view observations, matrix_view forecasts,
                                       const forecast_report_options& options, const context& ctx) {
  const checker check("forecast_report");
  check_options(check, accumulator_options(options));
  forecast_report_accumulator mine(accumulator_options(options));
  mine.add(check.function(), observations, forecasts, options.groups, ctx);
  if (!options.reference.present()) return mine.report(check.function(), nullptr, ctx);
  if (options.reference.rank() != 2)
    check.fail_shape(error_code::wrong_rank, "reference",
                     "has shape " + shape_text(options.reference) + ", must have two axes");
  check.same_rows(observations, "observations", options.reference, "reference");
  forecast_report_accumulator other(accumulator_options(options));
  other.add(check.function(), observations, matrix_view(options.reference), options.groups, ctx);
  return mine.report(check.function(), &other, ctx);
}

// ---- state ----

void forecast_report_accumulator::write_options(byte_writer& out) const {
  out.u8(static_cast<std::uint8_t>(options_.form));
  out.u8(static_cast<std::uint8_t>(options_.family));
  out.u8(static_cast<std::uint8_t>(options_.estimator));
  out.u8(static_cast<std::uint8_t>(options_.nan_policy));
  out.f64(options_.alpha);
  out.f64(options_.level);
  for (const std::int64_t value : {options_.n_bins, options_.horizon, options_.n_boot, options_.block_length})
    out.i64(value);
  out.u64(options_.seed);
  out.f64s(levels_);
  out.f64s(thresholds_);
}

void forecast_report_accumulator::merge(const forecast_report_accumulator& other) {
  const checker check(k_accumulator);
  const auto options_of = [](const forecast_report_accumulator& report) {
    byte_writer out("freport", 1);
    report.write_options(out);
    return out.finish();
  };
  if (options_of(*this) != options_of(other))
    check.fail_value(error_code::bad_parameter, "other", "has other options");
  if (width_ != 0 && other.width_ != 0 && width_ != other.width_)
    check.fail_shape(error_code::length_mismatch, "other",
                     "has forecasts of " + std::to_string(other.width_) + " columns, this report of " +
                         std::to_string(width_));
  const auto append = [](auto& into, auto from) { into.insert(into.end(), from.begin(), from.end()); };
  append(groups_, other.groups_);
  append(observations_, other.observations_);
  append(scores_, other.scores_);
  append(probabilities_, other.probabilities_);
  append(below_, other.below_);
  append(at_, other.at_);
  const auto states = other.states_;
  for (const auto& [group, state] : states)
    merge_state(states_.try_emplace(group, fresh()).first->second, state);
  width_ = std::max(width_, other.width_);
}

void forecast_report_accumulator::reset() {
  width_ = 0;
  groups_.clear();
  for (std::vector<double>* values : {&observations_, &scores_, &probabilities_, &below_, &at_})
    values->clear();
  states_.clear();
}

std::vector<std::byte> forecast_report_accumulator::to_bytes() const {
  byte_writer out("freport", 1);
  write_options(out);
  out.u64(width_);
  out.u64(groups_.size());
  for (const std::int32_t group : groups_) out.u32(static_cast<std::uint32_t>(group));
  for (const std::vector<double>* values : {&observations_, &scores_, &probabilities_, &below_, &at_})
    out.f64s(*values);
  out.u64(states_.size());
  for (const auto& [group, state] : states_) {
    out.u32(static_cast<std::uint32_t>(group));
    out.boolean(state.ranked);
    out.u64(state.rows);
    for (const std::uint64_t count : state.covered) out.u64(count);
    out.nested(state.ranks.to_bytes());
    out.nested(state.spread.to_bytes());
    out.nested(state.decomposition.to_bytes());
  }
  return out.finish();
}

forecast_report_accumulator forecast_report_accumulator::from_bytes(std::span<const std::byte> bytes) {
  byte_reader in(bytes, k_accumulator, "freport", 1);
  const auto word = [&](auto most) {
    const std::uint8_t value = in.u8();
    if (value > static_cast<std::uint8_t>(most)) in.fail("an option has an unknown value");
    return static_cast<decltype(most)>(value);
  };
  forecast_report_accumulator_options options;
  options.form = word(forecast_form::distribution);
  options.family = word(distribution_family::hypergeometric);
  options.estimator = word(crps_estimator::akr_circperm);
  options.nan_policy = word(nan_policy::omit);
  options.alpha = in.f64();
  options.level = in.f64();
  for (std::int64_t* value : {&options.n_bins, &options.horizon, &options.n_boot, &options.block_length})
    *value = in.i64();
  options.seed = in.u64();
  const std::vector<double> levels = in.f64s(), thresholds = in.f64s();
  if (!levels.empty()) options.levels = levels;
  if (!thresholds.empty()) options.thresholds = thresholds;
  forecast_report_accumulator result;
  try {
    result = forecast_report_accumulator(options);
  } catch (const error&) {
    in.fail("an option has a value that is not allowed");
  }
  result.width_ = static_cast<std::size_t>(in.u64());
  result.groups_.resize(in.count(4));
  for (std::int32_t& group : result.groups_) group = static_cast<std::int32_t>(in.u32());
  for (std::vector<double>* values :
       {&result.observations_, &result.scores_, &result.probabilities_, &result.below_, &result.at_})
    *values = in.f64s();
  const std::size_t n = result.groups_.size();
  if (result.observations_.size() != n || result.below_.size() != n || result.at_.size() != n ||
      result.scores_.size() != n * result.columns().size() ||
      result.probabilities_.size() != n * result.thresholds_.size())
    in.fail("hold columns of different lengths");
  for (std::size_t left = in.count(8); left > 0; --left) {
    const auto group = static_cast<std::int32_t>(in.u32());
    group_state state = result.fresh();
    state.ranked = in.boolean();
    state.rows = in.u64();
    for (std::uint64_t& count : state.covered) count = in.u64();
    state.ranks = rank_histogram_accumulator::from_bytes(in.nested());
    state.spread = spread_error_accumulator::from_bytes(in.nested());
    state.decomposition = crps_decomposition_accumulator::from_bytes(in.nested());
    result.states_.insert_or_assign(group, std::move(state));
  }
  for (const std::int32_t group : result.groups_)
    if (!result.states_.contains(group)) in.fail("hold rows of an unknown group");
  in.finish();
  return result;
}

}  // namespace assay::inline v1::scoring
