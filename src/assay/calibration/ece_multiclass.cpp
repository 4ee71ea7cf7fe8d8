#include "assay/calibration/ece_multiclass.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "assay/calibration/ece.hpp"
#include "assay/calibration/internal/class_rows.hpp"
#include "assay/calibration/internal/grouped_bins.hpp"
#include "assay/calibration/internal/top_label.hpp"
#include "assay/core/check.hpp"
#include "assay/core/compensated_sum.hpp"

namespace assay::inline v1::calibration {
namespace {

using internal::binary_rows;
using internal::class_rows;

// Yes-or-no rows that are collected one by one.
struct collected_rows {
  std::vector<std::uint8_t> labels;
  std::vector<double> probabilities;
  std::vector<double> weights;

  void add(bool event, double probability, double weight) {
    labels.push_back(event ? 1 : 0);
    probabilities.push_back(probability);
    weights.push_back(weight);
  }
  [[nodiscard]] double total() const {
    compensated_sum sum;
    for (const double weight : weights) sum += weight;
    return sum.value();
  }
  // Weights are left out when the caller gave none.
  [[nodiscard]] binary_rows rows(bool weighted) const {
    return {labels, probabilities, weighted ? vector_view(weights) : vector_view()};
  }
};

// Calibration errors of yes-or-no rows, with the choices of one call.
struct error_meter {
  const context& ctx;
  const checker& check;
  internal::bin_request request;
  error_norm norm;
  bin_weighting weighting;
  bool debias;

  [[nodiscard]] double operator()(const binary_rows& rows) const {
    if (!debias) {
      const auto content = internal::bin_content::errors;
      return internal::calibration_error(internal::sum_bins(ctx, check, rows, request, content), norm,
                                         weighting);
    }
    const ece_debiased_options options{
        .n_bins = static_cast<std::int64_t>(request.n_bins),
        .strategy = request.strategy,
        .edges = request.edges.empty() ? vector_view() : vector_view(request.edges),
        .bin_rule = request.rule};
    const integer_view labels = rows.labels;
    const vector_view probabilities = rows.forecasts;
    return norm == error_norm::l2 ? ece_debiased_l2(labels, probabilities, options, ctx).value
                                  : ece_debiased_l1(labels, probabilities, options, ctx);
  }
};

// Errors of groups with shares of the whole, by the norm.
class combined_error {
 public:
  explicit combined_error(error_norm norm) : norm_(norm) {}
  void add(double error, double share) {
    sum_ += share * (norm_ == error_norm::l2 ? error * error : error);
    shares_ += share;
    largest_ = std::max(largest_, error);
  }
  [[nodiscard]] double value() const {
    if (norm_ == error_norm::max) return largest_;
    const double mean = sum_.value() / shares_.value();
    return norm_ == error_norm::l2 ? std::sqrt(mean) : mean;
  }

 private:
  error_norm norm_;
  compensated_sum sum_, shares_;
  double largest_ = 0.0;
};

void check_choices(const checker& check, const ece_multiclass_options& options) {
  if (options.threshold) {
    const double threshold = *options.threshold;
    check.range(threshold >= 0.0 && threshold < 1.0, "threshold", threshold, "must lie in [0, 1)");
    if (options.mode != multiclass_mode::classwise)
      check.fail_value(error_code::unsupported, "threshold", "is for the mode classwise");
  }
  if (!options.debias) return;
  const char* reason = "the correction is for rows that count alike and the norms l1 and l2";
  if (options.weights.present()) check.fail_value(error_code::unsupported, "weights", reason);
  if (options.norm == error_norm::max) check.fail_value(error_code::unsupported, "norm", reason);
  if (options.bin_weighting != bin_weighting::weight)
    check.fail_value(error_code::unsupported, "bin_weighting", reason);
}

double conditional_error(const class_rows& rows, const error_meter& error) {
  const auto top = internal::top_labels_of(rows);
  std::vector<collected_rows> groups(rows.classes());
  for (std::size_t i = 0; i < rows.size(); ++i)
    groups[top.chosen[i]].add(top.labels[i] != 0, top.probabilities[i], rows.weight(i));
  combined_error combined(error.norm);
  for (const collected_rows& group : groups) {
    const double weight = group.total();
    if (weight > 0.0) combined.add(error(group.rows(rows.weights.present())), weight);
  }
  return combined.value();
}

double classwise_error(const class_rows& rows, const error_meter& error,
                       const std::optional<double>& threshold) {
  combined_error combined(error.norm);
  if (!threshold) {
    internal::one_against_rest split(rows);
    for (std::size_t k = 0; k < rows.classes(); ++k) combined.add(error(split.rows(k)), 1.0);
    return combined.value();
  }
  for (std::size_t k = 0; k < rows.classes(); ++k) {
    collected_rows kept;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double p = rows.probabilities(i, k);
      if (p > *threshold) kept.add(rows.labels(i) == static_cast<double>(k), p, rows.weight(i));
    }
    combined.add(kept.total() > 0.0 ? error(kept.rows(rows.weights.present())) : 0.0, 1.0);
  }
  return combined.value();
}

// All pairs of rows and columns; event(i, k) tells what happened.
template <class Event>
collected_rows pooled(const matrix_view& probabilities, const vector_view& weights, Event event) {
  collected_rows pool;
  for (std::size_t i = 0; i < probabilities.extent(0); ++i)
    for (std::size_t k = 0; k < probabilities.extent(1); ++k)
      pool.add(event(i, k), probabilities(i, k), weights.present() ? weights(i) : 1.0);
  return pool;
}

double error_of(const class_rows& rows, const ece_multiclass_options& options, const error_meter& error) {
  const bool weighted = rows.weights.present();
  switch (options.mode) {
    case multiclass_mode::top_label_conditional:
      return conditional_error(rows, error);
    case multiclass_mode::classwise:
      return classwise_error(rows, error, options.threshold);
    case multiclass_mode::all: {
      const auto happened = [&](std::size_t i, std::size_t k) {
        return rows.labels(i) == static_cast<double>(k);
      };
      return error(pooled(rows.probabilities, rows.weights, happened).rows(weighted));
    }
    default:
      return error(internal::top_labels_of(rows).rows(rows.weights));
  }
}

double multiclass_error(const context& ctx, const checker& check, const class_rows& rows,
                        const ece_multiclass_options& options) {
  ctx.require_backend(check.function());
  internal::check_shapes(check, rows);
  check_choices(check, options);
  const error_meter error{
      ctx,           check, internal::checked_request(check, options), options.norm, options.bin_weighting,
      options.debias};
  internal::check_values(check, rows);
  return error_of(rows, options, error);
}

}  // namespace

double ece_multiclass(integer_view labels, matrix_view probabilities, const ece_multiclass_options& options,
                      const context& ctx) {
  return multiclass_error(ctx, checker("ece_multiclass"), {labels, probabilities, options.weights}, options);
}

double ace(integer_view labels, matrix_view probabilities, const ace_options& options, const context& ctx) {
  const ece_multiclass_options choices{.mode = multiclass_mode::classwise,
                                       .n_bins = options.n_bins,
                                       .strategy = binning::equal_mass,
                                       .threshold = options.threshold};
  return multiclass_error(ctx, checker("ace"), {labels, probabilities, options.weights}, choices);
}

double ece_multilabel(integer_view labels, matrix_view probabilities, const ece_multilabel_options& options,
                      const context& ctx) {
  const checker check("ece_multilabel");
  ctx.require_backend(check.function());
  const class_rows rows{labels, probabilities, options.weights};
  internal::check_shapes(check, rows);
  if (labels.rank() != 2) {
    check.fail_shape(error_code::wrong_rank, "labels",
                     "has " + std::to_string(labels.rank()) + " axis, needs 2: rows and labels");
  }
  check.same_shape(labels, "labels", probabilities, "probabilities");
  const error_meter error{
      ctx, check, internal::checked_request(check, options), options.norm, bin_weighting::weight, false};
  check.probabilities(probabilities, "probabilities");
  check.binary_labels(labels, "labels");
  if (options.weights.present()) check.weights(options.weights, "weights");
  if (options.average == multilabel_average::micro) {
    const auto applies = [&](std::size_t i, std::size_t k) { return labels(i, k) != 0.0; };
    return error(pooled(probabilities, options.weights, applies).rows(options.weights.present()));
  }
  compensated_sum sum;
  std::vector<std::uint8_t> column(labels.extent(0));
  for (std::size_t k = 0; k < labels.extent(1); ++k) {
    for (std::size_t i = 0; i < column.size(); ++i) column[i] = labels(i, k) != 0.0 ? 1 : 0;
    sum += error({column, internal::column_of(probabilities, k), options.weights});
  }
  return sum.value() / static_cast<double>(labels.extent(1));
}

}  // namespace assay::inline v1::calibration
