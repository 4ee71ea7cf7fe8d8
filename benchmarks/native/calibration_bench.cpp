// Calibration of binary probabilities: sums at the speed of memory, bins, and what needs a sort.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "assay/calibration/balance.hpp"
#include "assay/calibration/beta_calibration.hpp"
#include "assay/calibration/bootstrap.hpp"
#include "assay/calibration/brier.hpp"
#include "assay/calibration/calibration_report.hpp"
#include "assay/calibration/calibration_tests.hpp"
#include "assay/calibration/corp.hpp"
#include "assay/calibration/ece.hpp"
#include "assay/calibration/ece_multiclass.hpp"
#include "assay/calibration/isotonic.hpp"
#include "assay/calibration/ks.hpp"
#include "assay/calibration/log_loss.hpp"
#include "assay/calibration/moments_accumulator.hpp"
#include "assay/calibration/platt.hpp"
#include "assay/calibration/ranking_accumulator.hpp"
#include "assay/calibration/reliability.hpp"
#include "assay/calibration/roc.hpp"
#include "assay/calibration/roc_curves.hpp"
#include "assay/calibration/smooth_ece.hpp"
#include "assay/calibration/temperature.hpp"

namespace {

using namespace assay;

// Uniform numbers in [0, 1) by a linear congruence (Knuth's MMIX constants).
class uniforms {
 public:
  double operator()() {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<double>(state_ >> 11) * 0x1p-53;
  }

 private:
  std::uint64_t state_ = 1;
};

double normal(uniforms& next) {  // roughly: the sum of four uniform numbers
  return (next() + next() + next() + next() - 2.0) * std::sqrt(3.0);
}

double logistic(double x) { return 1.0 / (1.0 + std::exp(-x)); }

// Probabilities in [0, 1) with labels that fit them.
template <class T>
struct forecasts {
  std::vector<std::uint8_t> labels;
  std::vector<T> probabilities;

  explicit forecasts(std::size_t n) : labels(n), probabilities(n) {
    uniforms next;
    for (std::size_t i = 0; i < n; ++i) {
      probabilities[i] = static_cast<T>(next());
      labels[i] = next() < static_cast<double>(probabilities[i]) ? 1 : 0;
    }
  }
};

// Logits of ten classes, twice those of the labels; their softmax before that fits the labels.
struct class_forecasts {
  static constexpr std::size_t k_classes = 10;
  std::vector<std::int32_t> labels;
  std::vector<double> probabilities;
  std::vector<double> logits;

  explicit class_forecasts(std::size_t n) : labels(n), probabilities(n * k_classes), logits(n * k_classes) {
    uniforms next;
    for (std::size_t i = 0; i < n; ++i) {
      double* row = probabilities.data() + i * k_classes;
      double total = 0.0;
      for (std::size_t k = 0; k < k_classes; ++k) {
        const double logit = normal(next);
        logits[i * k_classes + k] = 2.0 * logit;
        total += row[k] = std::exp(logit);
      }
      double rest = next();
      std::size_t label = 0;
      for (std::size_t k = 0; k < k_classes; ++k) row[k] /= total;
      while (label + 1 < k_classes && (rest -= row[label]) >= 0.0) ++label;
      labels[i] = static_cast<std::int32_t>(label);
    }
  }
};

// Time is given for each of `items` of a call, bytes as the memory read; 0 where that says nothing.
template <class Call>
void measure(benchmark::State& state, std::size_t items, std::size_t bytes, Call call) {
  for (auto _ : state) benchmark::DoNotOptimize(call());
  state.SetItemsProcessed(static_cast<std::int64_t>(items) * state.iterations());
  if (bytes != 0) state.SetBytesProcessed(static_cast<std::int64_t>(bytes) * state.iterations());
}

// call(labels, probabilities) with n rows.
template <class T, class Call>
void add(const char* name, std::size_t n, Call call) {
  benchmark::RegisterBenchmark(name, [=](benchmark::State& state) {
    const forecasts<T> data(n);
    measure(state, n, n * (sizeof(T) + 1), [&] { return call(data.labels, data.probabilities); });
  });
}

// Adds the same n rows again and again to an accumulator.
template <class Accumulator>
void add_update(const char* name, std::size_t n) {
  benchmark::RegisterBenchmark(name, [=](benchmark::State& state) {
    const forecasts<double> data(n);
    Accumulator accumulator;
    measure(state, n, n * 9, [&] {
      accumulator.update(data.labels, data.probabilities);
      return &accumulator;
    });
  });
}

// call(labels, inputs) with n inputs next_input(uniforms) and labels of the chances chance(input).
template <class Input, class Chance, class Call>
void add_fit(const char* name, std::size_t n, Input next_input, Chance chance, Call call) {
  benchmark::RegisterBenchmark(name, [=](benchmark::State& state) {
    std::vector<std::uint8_t> labels(n);
    std::vector<double> inputs(n);
    uniforms next;
    for (std::size_t i = 0; i < n; ++i) {
      inputs[i] = next_input(next);
      labels[i] = next() < chance(inputs[i]) ? 1 : 0;
    }
    measure(state, n, n * 9, [&] { return call(labels, inputs); });
  });
}

// call(labels, rows) with n rows of the member `rows`; time is given for each row and class.
template <class Call>
void add_classes(const char* name, std::size_t n, std::vector<double> class_forecasts::*rows, Call call) {
  benchmark::RegisterBenchmark(name, [=](benchmark::State& state) {
    const class_forecasts data(n);
    constexpr std::size_t classes = class_forecasts::k_classes;
    const matrix_view matrix{(data.*rows).data(), n, classes};
    measure(state, n * classes, n * (8 * classes + 4), [&] { return call(data.labels, matrix); });
  });
}

constexpr std::size_t k_many = 10'000'000, k_million = 1'000'000, k_hundred_thousand = 100'000;

using namespace calibration;

void add_sums_and_bins() {
  const auto brier = [](const auto& y, const auto& p) { return brier_score(y, p); };
  const auto ece_l1 = [](const auto& y, const auto& p) { return ece(y, p, {.n_bins = 10}); };
  const auto table = [](const auto& y, const auto& p) { return reliability_table(y, p, {.n_bins = 10}); };
  add<double>("calibration/brier_score/n=1e7", k_many, brier);
  add<float>("calibration/brier_score/f32/n=1e7", k_many, brier);
  add<double>("calibration/ece_l1/n=1e7,bins=10", k_many, ece_l1);
  add<float>("calibration/ece_l1/f32/n=1e7,bins=10", k_many, ece_l1);
  add<double>("calibration/reliability_table/n=1e7,bins=10", k_many, table);
  add<double>("calibration/reliability_table/n=1e7,bins=100", k_many,
              [](const auto& y, const auto& p) { return reliability_table(y, p, {.n_bins = 100}); });
  add<double>("calibration/balance_score/n=1e7", k_many,
              [](const auto& y, const auto& p) { return balance_score(y, p); });
  add<double>("calibration/log_loss/n=1e6", k_million,
              [](const auto& y, const auto& p) { return log_loss(y, p); });
  add<double>("calibration/spiegelhalter_z/n=1e6", k_million,
              [](const auto& y, const auto& p) { return spiegelhalter_z(y, p); });
  add<double>("calibration/brier_decomposition/n=1e6", k_million,
              [](const auto& y, const auto& p) { return brier_decomposition(y, p, {.n_bins = 10}); });
  add<double>("calibration/brier_score/n=16", 16, brier);
  add<double>("calibration/ece_l1/n=16,bins=10", 16, ece_l1);
  add_update<calibration_moments_accumulator>("calibration/moments_update/n=1e6", k_million);
  add_update<ranking_accumulator>("calibration/ranking_update/n=1e6", k_million);
}

void add_sorted() {
  const auto area = [](const auto& y, const auto& p) { return roc_auc(y, p); };
  add<double>("calibration/roc_auc/n=1e6", k_million, area);
  add<float>("calibration/roc_auc/f32/n=1e6", k_million, area);
  add<double>("calibration/isotonic/n=1e6", k_million,
              [](const auto& y, const auto& p) { return isotonic_model::fit(y, p); });
  add<double>("calibration/corp_reliability/n=1e6", k_million,
              [](const auto& y, const auto& p) { return corp_reliability(y, p); });
  add<double>("calibration/corp_decomposition/n=1e6", k_million,
              [](const auto& y, const auto& p) { return corp_decomposition(y, p); });
  add<double>("calibration/ks_calibration_error/n=1e6", k_million,
              [](const auto& y, const auto& p) { return ks_calibration_error(y, p); });
  add<double>("calibration/average_precision/n=1e6", k_million,
              [](const auto& y, const auto& p) { return average_precision(y, p); });
  add<double>("calibration/eer/n=1e6", k_million, [](const auto& y, const auto& p) { return eer(y, p); });
  add<double>("calibration/roc_curve/n=1e6", k_million,
              [](const auto& y, const auto& p) { return roc_curve(y, p); });
  add<double>("calibration/ece_sweep/n=1e6", k_million,
              [](const auto& y, const auto& p) { return ece_sweep(y, p); });
  add<double>("calibration/hosmer_lemeshow/n=1e6", k_million,
              [](const auto& y, const auto& p) { return hosmer_lemeshow(y, p, {.n_groups = 10}); });
  add<double>("calibration/smooth_ece/n=1e6", k_million,
              [](const auto& y, const auto& p) { return smooth_ece(y, p); });
}

void add_classes_and_fits() {
  for (const auto mode : {multiclass_mode::top_label, multiclass_mode::classwise}) {
    add_classes(mode == multiclass_mode::top_label ? "calibration/ece_multiclass/top_label/n=1e5,k=10"
                                                   : "calibration/ece_multiclass/classwise/n=1e5,k=10",
                k_hundred_thousand, &class_forecasts::probabilities, [=](const auto& y, const auto& p) {
                  return ece_multiclass(y, p, {.mode = mode, .n_bins = 15});
                });
  }
  add_classes("calibration/temperature/n=1e5,k=10", k_hundred_thousand, &class_forecasts::logits,
              [](const auto& y, const auto& z) { return temperature(y, z); });
  add_fit(
      "calibration/platt/n=1e6", k_million, normal, [](double s) { return logistic(1.5 * s - 0.3); },
      [](const auto& y, const auto& s) { return platt(y, s); });
  add_fit(
      "calibration/beta_calibration/n=1e6", k_million, [](uniforms& next) { return next(); },
      [](double p) { return logistic(0.7 * std::log(p) - 1.4 * std::log1p(-p) + 0.2); },
      [](const auto& y, const auto& p) { return beta_calibration(y, p); });
}

void add_resampled() {
  constexpr std::size_t replicates = 1000;
  benchmark::RegisterBenchmark(
      "calibration/calibration_bootstrap/ece/n=1e5,n_boot=1000", [](benchmark::State& state) {
        const forecasts<double> data(k_hundred_thousand);
        const calibration_bootstrap_options options{
            .metric = calibration_metric::ece, .n_bins = 15, .n_boot = replicates};
        measure(state, replicates, 0,
                [&] { return calibration_bootstrap(data.labels, data.probabilities, options); });
      });
  const auto report = [](const auto& y, const auto& p) {
    return calibration_report(y, p, {.n_boot = replicates});
  };
  add<double>("calibration/calibration_report/n=1e6,n_boot=1000", k_million, report);
  add<double>("calibration/calibration_report/n=1e7,n_boot=1000", k_many, report);
}

[[maybe_unused]] const bool registered = [] {
  add_sums_and_bins();
  add_sorted();
  add_classes_and_fits();
  add_resampled();
  return true;
}();

}  // namespace
