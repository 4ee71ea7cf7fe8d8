#include "assay/calibration/internal/recalibrator.hpp"

#include <array>
#include <utility>

#include "assay/calibration/bbq.hpp"
#include "assay/calibration/beta_calibration.hpp"
#include "assay/calibration/centered_isotonic.hpp"
#include "assay/calibration/enir.hpp"
#include "assay/calibration/histogram_binning.hpp"
#include "assay/calibration/internal/class_rows.hpp"
#include "assay/calibration/isotonic.hpp"
#include "assay/calibration/platt.hpp"
#include "assay/calibration/scaling_binning.hpp"
#include "assay/calibration/spline_calibration.hpp"
#include "assay/calibration/venn_abers.hpp"
#include "assay/core/parallel.hpp"

namespace assay::inline v1::calibration::internal {
namespace {

constexpr std::array<std::string_view, 10> k_names = {
    "histogram_binning",  "isotonic",        "centered_isotonic", "platt", "beta_calibration",
    "spline_calibration", "scaling_binning", "venn_abers",        "bbq",   "enir"};

template <class Model>
class recalibrator_of final : public recalibrator {
 public:
  explicit recalibrator_of(Model model) : model_(std::move(model)) {}
  [[nodiscard]] array transform(vector_view probabilities) const override {
    return model_.transform(probabilities);
  }
  [[nodiscard]] std::string to_json() const override { return model_.to_json(); }

 private:
  Model model_;
};

template <class Model>
recalibrator_pointer wrapped(Model model) {
  return std::make_shared<recalibrator_of<Model>>(std::move(model));
}

}  // namespace

std::string_view name_of(recalibration_method method) { return k_names[static_cast<std::size_t>(method)]; }

bool method_of(std::string_view name, recalibration_method& method) {
  for (std::size_t i = 0; i < k_names.size(); ++i) {
    if (k_names[i] != name) continue;
    method = static_cast<recalibration_method>(i);
    return true;
  }
  return false;
}

recalibrator_pointer fit_recalibrator(const context& ctx, recalibration_method method,
                                      const integer_view& labels, const vector_view& p,
                                      const vector_view& weights) {
  switch (method) {
    case recalibration_method::histogram_binning:
      return wrapped(histogram_binning_model::fit(labels, p, {.weights = weights}, ctx));
    case recalibration_method::isotonic:
      return wrapped(isotonic_model::fit(labels, p, {.weights = weights}, ctx));
    case recalibration_method::centered_isotonic:
      return wrapped(centered_isotonic_model::fit(labels, p, {.weights = weights}, ctx));
    case recalibration_method::platt:
      return wrapped(
          platt_model::fit(labels, p, {.weights = weights, .input = platt_input::probabilities}, ctx));
    case recalibration_method::beta_calibration:
      return wrapped(beta_calibration_model::fit(labels, p, {.weights = weights}, ctx));
    case recalibration_method::spline_calibration:
      return wrapped(spline_calibration_model::fit(labels, p, {.weights = weights}, ctx));
    case recalibration_method::scaling_binning:
      return wrapped(scaling_binning_model::fit(labels, p, {.weights = weights}, ctx));
    case recalibration_method::venn_abers:
      return wrapped(venn_abers_model::fit(labels, p, {.weights = weights}, ctx));
    case recalibration_method::bbq:
      return wrapped(bbq_model::fit(labels, p, {.weights = weights}, ctx));
    default:
      return wrapped(enir_model::fit(labels, p, {.weights = weights}, ctx));
  }
}

recalibrator_pointer read_recalibrator(recalibration_method method, std::string_view json) {
  switch (method) {
    case recalibration_method::histogram_binning:
      return wrapped(histogram_binning_model::from_json(json));
    case recalibration_method::isotonic:
      return wrapped(isotonic_model::from_json(json));
    case recalibration_method::centered_isotonic:
      return wrapped(centered_isotonic_model::from_json(json));
    case recalibration_method::platt:
      return wrapped(platt_model::from_json(json));
    case recalibration_method::beta_calibration:
      return wrapped(beta_calibration_model::from_json(json));
    case recalibration_method::spline_calibration:
      return wrapped(spline_calibration_model::from_json(json));
    case recalibration_method::scaling_binning:
      return wrapped(scaling_binning_model::from_json(json));
    case recalibration_method::venn_abers:
      return wrapped(venn_abers_model::from_json(json));
    case recalibration_method::bbq:
      return wrapped(bbq_model::from_json(json));
    default:
      return wrapped(enir_model::from_json(json));
  }
}

std::vector<recalibrator_pointer> fit_classes(const context& ctx, recalibration_method method,
                                              const integer_view& labels, const matrix_view& probabilities,
                                              const vector_view& weights) {
  const class_rows rows{labels, probabilities, weights};
  std::vector<recalibrator_pointer> classes(rows.classes());
  context alone;  // a task has one thread
  alone.stop = ctx.stop;
  run_tasks(ctx, "one_vs_rest", classes.size(), [&](std::size_t k) {
    one_against_rest split(rows);
    const binary_rows binary = split.rows(k);
    classes[k] = fit_recalibrator(alone, method, binary.labels, binary.forecasts, binary.weights);
  });
  return classes;
}

std::vector<double> apply_classes(const std::vector<recalibrator_pointer>& classes,
                                  const matrix_view& probabilities) {
  const std::size_t rows = probabilities.extent(0), k = classes.size();
  std::vector<double> result(rows * k), column(rows);
  for (std::size_t j = 0; j < k; ++j) {
    for (std::size_t i = 0; i < rows; ++i) column[i] = probabilities(i, j);  // float32 would round twice
    const array mapped = classes[j]->transform(column);
    for (std::size_t i = 0; i < rows; ++i) result[i * k + j] = mapped[i];
  }
  for (std::size_t i = 0; i < rows; ++i) {
    double* row = result.data() + i * k;
    double sum = 0.0;
    for (std::size_t j = 0; j < k; ++j) sum += row[j];
    for (std::size_t j = 0; j < k; ++j) row[j] = sum > 0.0 ? row[j] / sum : 1.0 / static_cast<double>(k);
  }
  return result;
}

}  // namespace assay::inline v1::calibration::internal
