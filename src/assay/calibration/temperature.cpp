#include "assay/calibration/temperature.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "assay/calibration/internal/model_json.hpp"
#include "assay/calibration/internal/softmax_rows.hpp"
#include "assay/calibration/kernels.hpp"
#include "assay/core/check.hpp"
#include "assay/core/compensated_sum.hpp"
#include "assay/core/internal/dense.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::calibration {
namespace {

constexpr const char* k_kind = "temperature";
constexpr double k_bound = 10.0;  // |ln T| at most, as in scikit-learn

using internal::logit_rows;

internal::logit_source source_of(temperature_input input) {
  return input == temperature_input::logits ? internal::logit_source::logits
                                            : internal::logit_source::probabilities;
}

// ---- the loss as a function of beta = 1/T ----

struct slopes {
  double loss = 0.0;       // mean negative log-likelihood
  double gradient = 0.0;   // its derivative by beta
  double curvature = 0.0;  // its second derivative, >= 0
};

// One row: softplus(-beta m) for the margin m of what happened.
slopes binary_slopes(double logit, bool event, double beta) {
  const double margin = event ? logit : -logit;
  const double miss = vmath::logistic(-beta * margin);
  return {vmath::softplus(-beta * margin), -margin * miss,
          margin * margin * miss * vmath::logistic(beta * margin)};
}

// The logits of one row less their largest, and e^(beta of them): mean and variance under softmax(beta z).
slopes softmax_slopes(const double* below, const double* shares, std::size_t classes, std::size_t label,
                      double beta) {
  double sum = 0.0, first = 0.0, second = 0.0;
  for (std::size_t j = 0; j < classes; ++j) {
    const double part = shares[j] * below[j];
    sum += shares[j];
    first += part;
    second += part * below[j];
  }
  const double mean = first / sum, own = below[label];
  return {vmath::log(sum) - beta * own, mean - own, std::max(second / sum - mean * mean, 0.0)};
}

// Rows in the form that every step needs. Of several classes the logits are less the largest one of the row,
// and finite: where they differ by more than doubles can tell the exponential is 0 in any case.
class fit_problem {
 public:
  fit_problem(logit_rows logits, const integer_view& labels, const vector_view& weights)
      : logits_(std::move(logits)), weights_(weights) {
    for (std::size_t i = 0; i < logits_.rows; ++i) {
      labels_.push_back(static_cast<std::uint32_t>(labels(i)));
      if (logits_.binary) continue;
      double* row = logits_.values.data() + i * logits_.columns;
      const double largest = *std::max_element(row, row + logits_.columns);
      for (std::size_t j = 0; j < logits_.columns; ++j)
        row[j] = std::max(row[j] - largest, -std::numeric_limits<double>::max());
    }
  }

  [[nodiscard]] slopes at(double beta) const {
    compensated_sum weight, loss, gradient, curvature;
    const std::size_t columns = logits_.columns, rows_at_once = std::max<std::size_t>(1024 / columns, 1);
    std::vector<double> shares(rows_at_once * columns);
    for (std::size_t i = 0; i < logits_.rows; ++i) {
      const std::size_t place = i % rows_at_once;
      if (place == 0 && !logits_.binary) {
        const std::size_t rows = std::min(rows_at_once, logits_.rows - i);
        active_kernels().scaled_exp(logits_.row(i), rows * columns, beta, shares.data());
      }
      const double w = weights_.present() ? weights_(i) : 1.0;
      if (w == 0.0) continue;
      const slopes row = logits_.binary ? binary_slopes(*logits_.row(i), labels_[i] != 0, beta)
                                        : softmax_slopes(logits_.row(i), shares.data() + place * columns,
                                                         columns, labels_[i], beta);
      weight += w;
      loss += w * row.loss;
      gradient += w * row.gradient;
      curvature += w * row.curvature;
    }
    return {loss.value() / weight.value(), gradient.value() / weight.value(),
            curvature.value() / weight.value()};
  }

 private:
  logit_rows logits_;
  std::vector<std::uint32_t> labels_;
  const vector_view& weights_;
};

temperature_parameters parameters_at(const fit_problem& problem, double log_beta, bool at_bound) {
  return {vmath::exp(-log_beta), problem.at(vmath::exp(log_beta)).loss, at_bound};
}

// The loss is convex in beta, so its derivative has at most one root: Newton in s = ln beta, kept within a
// bracket that shrinks at every step.
temperature_parameters best_temperature(const fit_problem& problem) {
  double low = -k_bound, high = k_bound;
  const double at_low = problem.at(vmath::exp(low)).gradient;
  const double at_high = problem.at(vmath::exp(high)).gradient;
  if (at_low == 0.0 && at_high == 0.0) return parameters_at(problem, 0.0, false);  // T does not matter
  if (at_low >= 0.0) return parameters_at(problem, low, true);
  if (at_high <= 0.0) return parameters_at(problem, high, true);
  double s = 0.0;
  constexpr int most_steps = 200;  // bisection alone needs about 60
  for (int step = 0; step < most_steps; ++step) {
    const double beta = vmath::exp(s);
    const slopes slope = problem.at(beta);
    if (slope.gradient == 0.0) break;
    (slope.gradient < 0.0 ? low : high) = s;
    const double newton = s - slope.gradient / (beta * slope.curvature);
    const double next = newton > low && newton < high ? newton : low + (high - low) / 2.0;
    const double change = std::fabs(next - s);
    s = next;
    if (change <= 0x1p-52 * std::max(1.0, std::fabs(s)) || high - low <= 0x1p-52) break;
  }
  return parameters_at(problem, s, false);
}

temperature_parameters fitted(const context& ctx, const checker& check, const integer_view& labels,
                              const array_view& view, const vector_view& weights, temperature_input input) {
  ctx.require_backend(check.function());
  check.not_empty(labels, "labels");
  check.not_empty(view, "logits");
  check.same_rows(labels, "labels", view, "logits");
  if (weights.present()) {
    check.not_empty(weights, "weights");
    check.same_rows(labels, "labels", weights, "weights");
  }
  logit_rows logits = internal::logits_of(check, view, "logits", source_of(input));
  if (logits.binary) {
    check.binary_labels(labels, "labels");
  } else {
    check.class_labels(labels, "labels", logits.columns);
  }
  if (weights.present()) check.weights(weights, "weights");
  return best_temperature({std::move(logits), labels, weights});
}

// ---- transform ----

array recalibrated(const checker& check, const array_view& view, const char* name, temperature_input input,
                   double temperature, const context& ctx) {
  const logit_rows logits = internal::logits_of(check, view, name, source_of(input));
  const dtype type = assay::internal::common_real_type(view);
  array result = ctx.result(check.function(), type, view.rank(), view.extents());
  std::vector<double> row(logits.columns);
  assay::internal::with_real_type(type, [&]<class T>(std::type_identity<T>) {
    T* out = result.values<T>().data();
    for (std::size_t i = 0; i < logits.rows; ++i, out += logits.columns) {
      if (logits.binary) {
        *out = static_cast<T>(vmath::logistic(*logits.row(i) / temperature));
        continue;
      }
      const double largest = *std::max_element(logits.row(i), logits.row(i) + logits.columns);
      for (std::size_t j = 0; j < row.size(); ++j) row[j] = (logits.row(i)[j] - largest) / temperature;
      internal::softmax(row);
      for (std::size_t j = 0; j < row.size(); ++j) out[j] = static_cast<T>(row[j]);
    }
  });
  return result;
}

}  // namespace

temperature_model temperature_model::fit(integer_view labels, array_view logits,
                                         const temperature_fit_options& options, const context& ctx) {
  temperature_model model;
  const checker check("temperature_model::fit");
  model.parameters_ = fitted(ctx, check, labels, logits, options.weights, options.input);
  model.input_ = options.input;
  return model;
}

array temperature_model::transform(array_view logits) const {
  const checker check("temperature_model::transform");
  return recalibrated(check, logits, "logits", input_, parameters_.temperature, context{});
}

temperature_parameters temperature_model::parameters() const { return parameters_; }

std::string temperature_model::to_json() const {
  internal::model_writer out(k_kind);
  out.word("input", input_ == temperature_input::logits ? "logits" : "probabilities");
  out.number("temperature", parameters_.temperature);
  out.number("nll", parameters_.nll);
  out.truth("at_bound", parameters_.at_bound);
  return out.finish();
}

temperature_model temperature_model::from_json(std::string_view json) {
  internal::model_reader in(json, "temperature_model::from_json", k_kind);
  temperature_model model;
  const std::string input = in.word("input");
  if (input != "logits" && input != "probabilities") in.fail("has an unknown input");
  model.input_ = input == "logits" ? temperature_input::logits : temperature_input::probabilities;
  model.parameters_ = {in.number("temperature"), in.number("nll"), in.truth("at_bound")};
  const double temperature = model.parameters_.temperature;
  if (!(temperature > 0.0 && std::isfinite(temperature))) in.fail("holds a temperature that is not positive");
  return model;
}

temperature_result temperature(integer_view labels, array_view logits, const temperature_options& options,
                               const context& ctx) {
  const checker check("temperature");
  const auto fit = fitted(ctx, check, labels, logits, options.weights, options.input);
  if (!options.query.present()) return {fit.temperature, fit.nll, fit.at_bound, array(dtype::float64, {0})};
  if (options.query.rank() != logits.rank()) {
    check.fail_shape(error_code::wrong_rank, "query",
                     "has " + std::to_string(options.query.rank()) + " axes, logits have " +
                         std::to_string(logits.rank()));
  }
  return {fit.temperature, fit.nll, fit.at_bound,
          recalibrated(check, options.query, "query", options.input, fit.temperature, ctx)};
}

}  // namespace assay::inline v1::calibration
