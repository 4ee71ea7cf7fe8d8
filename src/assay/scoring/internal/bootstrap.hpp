// The bootstrap of means of scores: which cases a replicate draws, and what its replicates say.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "assay/core/check.hpp"
#include "assay/core/exact_sum.hpp"
#include "assay/core/internal/percentile.hpp"
#include "assay/core/rng.hpp"
#include "assay/scoring/skill.hpp"

namespace assay::inline v1::scoring::detail {

struct bootstrap_plan {
  std::size_t replicates;
  double level;
  std::uint64_t seed;
  std::size_t block_length;
};

template <class Options>
void check_bootstrap(const checker& check, const Options& options) {
  check.parameter(options.n_boot >= 2, "n_boot", static_cast<double>(options.n_boot), "must be at least 2");
  check.range(options.level > 0.0 && options.level < 1.0, "level", options.level, "must lie in (0, 1)");
}

template <class Options>
bootstrap_plan plan_of(const checker& check, const Options& options, std::size_t cases) {
  check_bootstrap(check, options);
  check.parameter(options.block_length >= 1 && options.block_length <= static_cast<std::int64_t>(cases),
                  "block_length", static_cast<double>(options.block_length),
                  "must lie in 1.." + std::to_string(cases));
  return {static_cast<std::size_t>(options.n_boot), options.level, options.seed,
          static_cast<std::size_t>(options.block_length)};
}

/// Calls fn(case) for the cases of replicate b: runs of block_length cases from a drawn start, the last run
/// cut short.
template <class Fn>
void for_each_draw(const bootstrap_plan& plan, std::size_t b, std::size_t cases, Fn&& fn) {
  philox::stream draws(plan.seed, b);
  for (std::size_t done = 0; done < cases;) {
    std::size_t index = static_cast<std::size_t>(philox::high_product(draws.next(), cases));
    for (std::size_t k = 0; k < plan.block_length && done < cases; ++k, ++done) {
      fn(index);
      if (++index == cases) index = 0;
    }
  }
}

inline double standard_deviation(const std::vector<double>& values) {
  exact_sum sum;
  for (const double value : values) sum.add(value);
  const double mean = sum.value() / static_cast<double>(values.size());
  exact_sum squares;
  for (const double value : values) squares.add((value - mean) * (value - mean));
  return std::sqrt(squares.value() / static_cast<double>(values.size() - 1));
}

/// Percentile interval and standard error of replicates, in any order.
inline bootstrap_interval interval_of(double estimate, std::vector<double>& replicates, double level) {
  std::ranges::sort(replicates);
  const double tail = (1.0 - level) / 2.0;
  return {estimate, internal::percentile(replicates, tail), internal::percentile(replicates, 1.0 - tail),
          standard_deviation(replicates)};
}

}  // namespace assay::inline v1::scoring::detail
