// Simulated forecasting problems with known probabilities.
#pragma once

#include <cstdint>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// How the true probability depends on x in [0, 1] (the names of the authors' code in brackets).
enum class probability_scenario {
  linear,    ///< x (unif)
  sigmoid,   ///< 1 - 1/(1 + e^(-25 (x - 0.29))) (sig)
  skewed,    ///< x/2.5 (scaled)
  centered,  ///< x/3 + 0.35 (mid)
  discrete   ///< 0.1, 0.3, 0.5, 0.7, 0.9, one step up at x = 0.2, 0.4, 0.6, 0.8 (step)
};

/// True probability of a scenario.
///
/// @param scenario     how the probability depends on x
/// @param x            (n) covariate in [0, 1]
/// @param ctx          running conditions
/// @return             (n) probability, in the input's precision
/// @throws shape_error empty_input
/// @throws value_error out_of_range: x
/// @accuracy           2 ulp; same bits everywhere
/// @cost               O(n)
/// @source             Liu et al. 2021, "Deep Probability Estimation", sec. 6 (x: age / 100, at most 1)
/// @example            {"scenario": "sigmoid", "x": [0.1, 0.29, 0.8]}
array scenario_probability(probability_scenario scenario, vector_view x, const context& ctx = {});

/// Rows with their true probabilities.
struct sample_scenario_result {
  array x;              ///< (n) covariate, from the beta distribution with shapes 1.6 and 2.6
  array probabilities;  ///< (n) true probability of the event
  array labels;         ///< (n) int32, 1 where the event happened
};

/// Draws rows of a scenario: x from Beta(1.6, 2.6), labels with the probability of the scenario.
///
/// The distribution of x stands for that of ages in the authors' data (our choice). Row i depends on the seed
/// and i alone: a longer sample begins with the shorter one.
///
/// @param scenario     how the probability depends on x
/// @param n            number of rows, 1 .. 10^8
/// @param seed         key of the random numbers
/// @param ctx          running conditions
/// @return             covariates, true probabilities, labels
/// @throws value_error bad_parameter: n
/// @accuracy           x by rejection from uniform numbers with 53 bits; same bits everywhere
/// @cost               O(n), two random blocks a row on average
/// @source             Liu et al. 2021, "Deep Probability Estimation", sec. 6
/// @example            {"scenario": "linear", "n": 5, "seed": 1}
sample_scenario_result sample_scenario(probability_scenario scenario, std::int64_t n, std::uint64_t seed,
                                       const context& ctx = {});

}  // namespace assay::inline v1::calibration
