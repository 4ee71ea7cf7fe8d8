#include "assay/calibration/scenario.hpp"

#include "assay/core/check.hpp"
#include "assay/core/internal/dense.hpp"
#include "assay/core/parallel.hpp"
#include "assay/core/rng.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::calibration {
namespace {

constexpr std::size_t k_chunk = std::size_t{1} << 14;
constexpr std::int64_t k_most_rows = 100000000;  // 1.7 GB of results
// Stages of the random numbers of a row.
constexpr std::uint32_t k_covariate = 0;
constexpr std::uint32_t k_label = 1;

double probability_at(probability_scenario scenario, double x) {
  switch (scenario) {
    case probability_scenario::sigmoid:
      return vmath::logistic(-25.0 * (x - 0.29));
    case probability_scenario::skewed:
      return x / 2.5;
    case probability_scenario::centered:
      return x / 3.0 + 0.35;
    case probability_scenario::discrete:
      return x < 0.2 ? 0.1 : x < 0.4 ? 0.3 : x < 0.6 ? 0.5 : x < 0.8 ? 0.7 : 0.9;
    default:
      return x;
  }
}

// A draw of Beta(8/5, 13/5), density proportional to f = x^(3/5) (1 - x)^(8/5), by rejection from uniform
// numbers: x is kept when v <= f(x) / f(3/11), 3/11 being the mode. Both sides to the fifth power, no root is
// needed. Kept with probability 0.55.
double draw_covariate(std::uint64_t seed, std::uint64_t row) {
  philox::stream draws(seed, row, k_covariate);
  for (;;) {
    const double x = draws.uniform(), v = draws.uniform();
    const double a = x * (11.0 / 3.0), b = (1.0 - x) * (11.0 / 8.0);
    const double b2 = b * b, b4 = b2 * b2, v2 = v * v;
    if (v2 * v2 * v <= (a * a * a) * (b4 * b4)) return x;
  }
}

}  // namespace

array scenario_probability(probability_scenario scenario, vector_view x, const context& ctx) {
  const checker check("scenario_probability");
  ctx.require_backend(check.function());
  check.not_empty(x, "x");
  check.probabilities(x, "x");
  array result = ctx.result(check.function(), x.type(), x.size());
  assay::internal::with_real_type(x.type(), [&]<class T>(std::type_identity<T>) {
    const auto out = result.values<T>();
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<T>(probability_at(scenario, x(i)));
  });
  return result;
}

sample_scenario_result sample_scenario(probability_scenario scenario, std::int64_t n, std::uint64_t seed,
                                       const context& ctx) {
  const checker check("sample_scenario");
  ctx.require_backend(check.function());
  check.parameter(n >= 1, "n", static_cast<double>(n), "must be at least 1");
  check.parameter(n <= k_most_rows, "n", static_cast<double>(n), "must be at most 100000000");
  const auto rows = static_cast<std::size_t>(n);
  sample_scenario_result result{ctx.result(check.function(), dtype::float64, rows),
                                array(dtype::float64, {rows}), array(dtype::int32, {rows})};
  const auto x = result.x.values<double>(), p = result.probabilities.values<double>();
  const auto y = result.labels.values<std::int32_t>();
  for_chunks(ctx, check.function(), rows, k_chunk, [&](chunk part) {
    for (std::size_t i = part.first; i < part.last; ++i) {
      x[i] = draw_covariate(seed, i);
      p[i] = probability_at(scenario, x[i]);
      y[i] = philox::uniform(seed, i, k_label) < p[i] ? 1 : 0;
    }
  });
  return result;
}

}  // namespace assay::inline v1::calibration
