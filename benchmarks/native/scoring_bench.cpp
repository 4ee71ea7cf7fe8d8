// Scores of ensembles (the aim of the domain is one member of a 50-member ensemble), of normal forecasts and
// of vectors.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "assay/scoring/beta.hpp"
#include "assay/scoring/bounded.hpp"
#include "assay/scoring/crps_ensemble.hpp"
#include "assay/scoring/energy.hpp"
#include "assay/scoring/field_loss.hpp"
#include "assay/scoring/gamma.hpp"
#include "assay/scoring/logistic.hpp"
#include "assay/scoring/normal.hpp"
#include "assay/scoring/quantile_forecast.hpp"
#include "assay/scoring/rank_histogram.hpp"
#include "assay/scoring/student_t.hpp"
#include "assay/scoring/variogram.hpp"

namespace {

using namespace assay;
using scoring::crps_estimator;

// Roughly normal numbers: sums of four terms of a linear congruence (Knuth's MMIX constants).
class numbers {
 public:
  explicit numbers(std::uint64_t seed) : state_(seed) {}
  double next() { return uniform() + uniform() + uniform() + uniform() - 2.0; }

  template <class T>
  std::vector<T> take(std::size_t count) {
    std::vector<T> values(count);
    for (T& value : values) value = static_cast<T>(next());
    return values;
  }

 private:
  double uniform() {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<double>(state_ >> 11) * 0x1p-53;
  }

  std::uint64_t state_;
};

// Time is given for each element, bytes as the memory read and written.
void count(benchmark::State& state, std::size_t elements, std::size_t bytes_per_element) {
  const auto total = static_cast<std::int64_t>(elements) * state.iterations();
  state.SetItemsProcessed(total);
  state.SetBytesProcessed(total * static_cast<std::int64_t>(bytes_per_element));
}

template <class T>
struct ensemble_data {
  std::size_t n, m;
  std::vector<T> observations, members;
  std::vector<double> scores;
  context ctx;

  ensemble_data(std::size_t rows, std::size_t size)
      : n(rows), m(size), observations(numbers(1).take<T>(n)), members(numbers(2).take<T>(n * m)), scores(n) {
    ctx.output = std::as_writable_bytes(std::span(scores));
  }
  [[nodiscard]] matrix_view view() const { return {members, n, m}; }
};

template <class T>
void crps_ensemble(benchmark::State& state, crps_estimator estimator, std::size_t n, std::size_t m) {
  const ensemble_data<T> data(n, m);
  for (auto _ : state)
    benchmark::DoNotOptimize(
        scoring::crps_ensemble(data.observations, data.view(), {.estimator = estimator}, data.ctx).bytes());
  count(state, n * m, sizeof(T));
}

template <class T>
void crps_ensemble_grad(benchmark::State& state, std::size_t n, std::size_t m) {
  const ensemble_data<T> data(n, m);
  for (auto _ : state)
    benchmark::DoNotOptimize(scoring::crps_ensemble_grad(data.observations, data.view()).grad.bytes());
  count(state, n * m, 2 * sizeof(T));
}

void crps_ensemble_weighted(benchmark::State& state, std::size_t n, std::size_t m) {
  const ensemble_data<double> data(n, m);
  std::vector<double> weights = numbers(3).take<double>(m);
  for (double& w : weights) w += 2.0;
  for (auto _ : state)
    benchmark::DoNotOptimize(
        scoring::crps_ensemble(data.observations, data.view(), {.weights = vector_view(weights)}).bytes());
  count(state, n * m, sizeof(double));
}

void rank_histogram(benchmark::State& state, std::size_t n, std::size_t m) {
  const ensemble_data<double> data(n, m);
  for (auto _ : state)
    benchmark::DoNotOptimize(scoring::rank_histogram(data.observations, data.view()).bytes());
  count(state, n * m, sizeof(double));
}

// Calls score(observations, context) on n normal forecasts.
template <class Score>
void closed_form(benchmark::State& state, std::size_t n, Score score) {
  const auto observations = numbers(1).take<double>(n);
  std::vector<double> scores(n);
  context ctx;
  ctx.output = std::as_writable_bytes(std::span(scores));
  for (auto _ : state) benchmark::DoNotOptimize(score(vector_view(observations), ctx).bytes());
  count(state, n, 2 * sizeof(double));
}

constexpr auto crps_normal = [](const vector_view& observations, const context& ctx) {
  return scoring::crps_normal(observations, 0.1, 1.2, {}, ctx);
};
constexpr auto log_score_normal = [](const vector_view& observations, const context& ctx) {
  return scoring::log_score_normal(observations, 0.1, 1.2, {}, ctx);
};

constexpr auto crps_logistic = [](const vector_view& observations, const context& ctx) {
  return scoring::crps_logistic(observations, 0.1, 1.2, {}, ctx);
};

constexpr auto crps_cnormal = [](const vector_view& observations, const context& ctx) {
  return scoring::crps_cnormal(observations, 0.1, 1.2, 0.0, 2.0, {}, ctx);
};
constexpr auto crps_t = [](const vector_view& observations, const context& ctx) {
  return scoring::crps_t(observations, 5.0, 0.1, 1.2, {}, ctx);
};
// Of e^(x/2): about the size of such forecasts.
void crps_gamma(benchmark::State& state, std::size_t n) {
  auto observations = numbers(1).take<double>(n);
  for (double& y : observations) y = std::exp(y / 2.0);
  std::vector<double> scores(n);
  context ctx;
  ctx.output = std::as_writable_bytes(std::span(scores));
  for (auto _ : state) benchmark::DoNotOptimize(scoring::crps_gamma(observations, 2.5, 1.5, {}, ctx).bytes());
  count(state, n, 2 * sizeof(double));
}

// Of 1/(1 + e^-x): between 0 and 1.
void crps_beta(benchmark::State& state, std::size_t n) {
  auto observations = numbers(1).take<double>(n);
  for (double& y : observations) y = 1.0 / (1.0 + std::exp(-y));
  std::vector<double> scores(n);
  context ctx;
  ctx.output = std::as_writable_bytes(std::span(scores));
  for (auto _ : state)
    benchmark::DoNotOptimize(scoring::crps_beta(observations, 2.5, 1.5, 0.0, 1.0, {}, ctx).bytes());
  count(state, n, 2 * sizeof(double));
}

// Time is given for each forecast; operations are additions and multiplications, roots not counted.
void energy(benchmark::State& state, std::size_t n, std::size_t m, std::size_t d, bool gradient) {
  const auto observations = numbers(1).take<double>(n * d);
  const auto members = numbers(2).take<double>(n * m * d);
  const matrix_view y(observations, n, d);
  const tensor_view x(members, n, m, d);
  for (auto _ : state) {
    if (gradient)
      benchmark::DoNotOptimize(scoring::energy_score_grad(y, x).grad.bytes());
    else
      benchmark::DoNotOptimize(scoring::energy_score(y, x).bytes());
  }
  count(state, n, m * d * sizeof(double));
  const double pairs = static_cast<double>(m * (m + 1) / 2), forecasts = static_cast<double>(n);
  if (!gradient)
    state.counters["operations_per_second"] = benchmark::Counter(
        3.0 * pairs * static_cast<double>(d) * forecasts, benchmark::Counter::kIsIterationInvariantRate);
}

// Time is given for each forecast.
void variogram(benchmark::State& state, std::size_t n, std::size_t m, std::size_t d) {
  const auto observations = numbers(1).take<double>(n * d);
  const auto members = numbers(2).take<double>(n * m * d);
  for (auto _ : state)
    benchmark::DoNotOptimize(
        scoring::variogram_score(matrix_view(observations, n, d), tensor_view(members, n, m, d)).bytes());
  count(state, n, m * d * sizeof(double));
}

// Time is given for each forecast.
void weighted_interval_score(benchmark::State& state, std::size_t n, std::size_t q) {
  const auto observations = numbers(1).take<double>(n);
  const auto quantiles = numbers(2).take<double>(n * q);  // crossing ones are scored as they are
  std::vector<double> levels;
  for (std::size_t j = 1; j <= q; ++j) levels.push_back(static_cast<double>(j) / static_cast<double>(q + 1));
  for (auto _ : state)
    benchmark::DoNotOptimize(
        scoring::weighted_interval_score_quantiles(observations, matrix_view(quantiles, n, q), levels)
            .wis.bytes());
  count(state, n, (q + 5) * sizeof(double));
}

// Time is given for each grid point: m members read, m derivatives written.
void field_loss(benchmark::State& state, std::size_t m, std::size_t points) {
  const auto observations = numbers(1).take<float>(points);
  const auto members = numbers(2).take<float>(m * points);
  const std::vector<double> one = {1.0}, grid(points, 1.0);
  std::vector<float> grad(m * points);
  context ctx;
  ctx.output = std::as_writable_bytes(std::span(grad));
  const array_view fields(members.data(), dtype::float32, 4, {1, m, 1, points});
  for (auto _ : state)
    benchmark::DoNotOptimize(
        scoring::almost_fair_crps_loss(tensor_view(observations, 1, 1, points), fields, one, grid, {}, ctx)
            .loss);
  count(state, points, (2 * m + 1) * sizeof(float));
}

void register_ensembles() {
  constexpr std::size_t k_members = 10000000;
  for (const std::size_t m : {10U, 50U, 500U}) {
    const std::string size = "/m=" + std::to_string(m);
    for (const auto& [name, estimator] :
         {std::pair("fair", crps_estimator::fair), std::pair("almost_fair", crps_estimator::almost_fair)}) {
      const std::string prefix = std::string("scoring/crps_ensemble/") + name;
      benchmark::RegisterBenchmark((prefix + "/f64" + size).c_str(), crps_ensemble<double>, estimator,
                                   k_members / m, m);
      benchmark::RegisterBenchmark((prefix + "/f32" + size).c_str(), crps_ensemble<float>, estimator,
                                   k_members / m, m);
    }
    const std::string gradient = "scoring/crps_ensemble_grad/fair";
    benchmark::RegisterBenchmark((gradient + "/f64" + size).c_str(), crps_ensemble_grad<double>,
                                 k_members / m, m);
    benchmark::RegisterBenchmark((gradient + "/f32" + size).c_str(), crps_ensemble_grad<float>, k_members / m,
                                 m);
  }
}

const bool registered = [] {
  using benchmark::RegisterBenchmark;
  register_ensembles();
  RegisterBenchmark("scoring/crps_ensemble/fair/f64/n=16,m=50", crps_ensemble<double>, crps_estimator::fair,
                    16, 50);
  RegisterBenchmark("scoring/crps_ensemble_weighted/fair/f64/m=50", crps_ensemble_weighted, 20000, 50);
  RegisterBenchmark("scoring/rank_histogram/f64/m=50", rank_histogram, 200000, 50);
  RegisterBenchmark("scoring/crps_normal/n=1e7", closed_form<decltype(crps_normal)>, 10000000, crps_normal);
  RegisterBenchmark("scoring/crps_normal/n=16", closed_form<decltype(crps_normal)>, 16, crps_normal);
  RegisterBenchmark("scoring/log_score_normal/n=1e7", closed_form<decltype(log_score_normal)>, 10000000,
                    log_score_normal);
  RegisterBenchmark("scoring/crps_logistic/n=1e7", closed_form<decltype(crps_logistic)>, 10000000,
                    crps_logistic);
  RegisterBenchmark("scoring/crps_cnormal/n=1e7", closed_form<decltype(crps_cnormal)>, 10000000,
                    crps_cnormal);
  RegisterBenchmark("scoring/crps_t/n=1e7", closed_form<decltype(crps_t)>, 10000000, crps_t);
  RegisterBenchmark("scoring/crps_gamma/n=1e7", crps_gamma, 10000000);
  RegisterBenchmark("scoring/crps_beta/n=1e7", crps_beta, 10000000);
  RegisterBenchmark("scoring/variogram_score/fair/f64/m=50,d=16", variogram, 1000, 50, 16);
  RegisterBenchmark("scoring/weighted_interval_score/n=1e6,q=23", weighted_interval_score, 1000000, 23);
  RegisterBenchmark("scoring/almost_fair_crps_loss/f32/m=4,g=1e6", field_loss, 4, 1000000);
  RegisterBenchmark("scoring/almost_fair_crps_loss/f32/m=16,g=1e6", field_loss, 16, 1000000);
  RegisterBenchmark("scoring/energy_score/fair/f64/m=50,d=16", energy, 1000, 50, 16, false);
  RegisterBenchmark("scoring/energy_score_grad/fair/f64/m=50,d=16", energy, 1000, 50, 16, true);
  return true;
}();

}  // namespace
