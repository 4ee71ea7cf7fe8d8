// Calibration of binary probabilities: sums at the speed of memory, bins, and what needs a sort.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "assay/calibration/brier.hpp"
#include "assay/calibration/corp.hpp"
#include "assay/calibration/ece.hpp"
#include "assay/calibration/isotonic.hpp"
#include "assay/calibration/log_loss.hpp"
#include "assay/calibration/reliability.hpp"
#include "assay/calibration/roc.hpp"

namespace {

using namespace assay;

// Probabilities in [0, 1) by a linear congruence (Knuth's MMIX constants), labels that fit them.
template <class T>
struct forecasts {
  std::vector<std::uint8_t> labels;
  std::vector<T> probabilities;

  explicit forecasts(std::size_t n) : labels(n), probabilities(n) {
    std::uint64_t state = 1;
    const auto next = [&] {
      state = state * 6364136223846793005U + 1442695040888963407U;
      return static_cast<double>(state >> 11) * 0x1p-53;
    };
    for (std::size_t i = 0; i < n; ++i) {
      probabilities[i] = static_cast<T>(next());
      labels[i] = next() < static_cast<double>(probabilities[i]) ? 1 : 0;
    }
  }
};

// Runs call(labels, probabilities); time is given for each row, bytes as the memory read.
template <class T, class Call>
void run(benchmark::State& state, std::size_t n, Call call) {
  const forecasts<T> data(n);
  for (auto _ : state) benchmark::DoNotOptimize(call(data.labels, data.probabilities));
  const auto rows = static_cast<std::int64_t>(n) * state.iterations();
  state.SetItemsProcessed(rows);
  state.SetBytesProcessed(rows * static_cast<std::int64_t>(sizeof(T) + 1));
}

template <class T, class Call>
void add(const char* name, std::size_t n, Call call) {
  benchmark::RegisterBenchmark(name, [=](benchmark::State& state) { run<T>(state, n, call); });
}

[[maybe_unused]] const bool registered = [] {
  using namespace calibration;
  constexpr std::size_t many = 10'000'000, million = 1'000'000;
  const auto brier = [](const auto& y, const auto& p) { return brier_score(y, p); };
  const auto ece_l1 = [](const auto& y, const auto& p) { return ece(y, p, {.n_bins = 10}); };
  const auto table = [](const auto& y, const auto& p) { return reliability_table(y, p, {.n_bins = 10}); };
  const auto area = [](const auto& y, const auto& p) { return roc_auc(y, p); };
  add<double>("calibration/brier_score/n=1e7", many, brier);
  add<float>("calibration/brier_score/f32/n=1e7", many, brier);
  add<double>("calibration/ece_l1/n=1e7,bins=10", many, ece_l1);
  add<float>("calibration/ece_l1/f32/n=1e7,bins=10", many, ece_l1);
  add<double>("calibration/reliability_table/n=1e7,bins=10", many, table);
  add<double>("calibration/reliability_table/n=1e7,bins=100", many,
              [](const auto& y, const auto& p) { return reliability_table(y, p, {.n_bins = 100}); });
  add<double>("calibration/log_loss/n=1e6", million,
              [](const auto& y, const auto& p) { return log_loss(y, p); });
  add<double>("calibration/roc_auc/n=1e6", million, area);
  add<float>("calibration/roc_auc/f32/n=1e6", million, area);
  add<double>("calibration/isotonic/n=1e6", million,
              [](const auto& y, const auto& p) { return isotonic_model::fit(y, p); });
  add<double>("calibration/corp_reliability/n=1e6", million,
              [](const auto& y, const auto& p) { return corp_reliability(y, p); });
  add<double>("calibration/brier_score/n=16", 16, brier);
  add<double>("calibration/ece_l1/n=16,bins=10", 16, ece_l1);
  return true;
}();

}  // namespace
