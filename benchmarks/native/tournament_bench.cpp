// Tournaments of the competitive Swiss system: a call of 100,000 each, on one thread. Items are tournaments.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "assay/tournament/competitive_swiss_simulation.hpp"

namespace {

using namespace assay;

// Scores by a linear congruence (Knuth's MMIX constants): no two players tie.
std::vector<double> some_scores(std::size_t count) {
  std::vector<double> scores(count);
  std::uint64_t state = 1;
  for (double& score : scores) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    score = static_cast<double>(state >> 11) * 0x1p-53;
  }
  return scores;
}

void competitive_swiss(benchmark::State& state, std::size_t players, std::size_t rounds,
                       std::int32_t leavers) {
  const std::vector<double> scores = some_scores(players * rounds);
  const std::vector<std::int32_t> eliminate(rounds, leavers);
  const tournament::competitive_swiss_simulate_options options{.simulations = 100'000, .seed = 7};
  for (auto _ : state) {
    const auto result =
        tournament::competitive_swiss_simulate(matrix_view(scores, players, rounds), eliminate, options);
    benchmark::DoNotOptimize(result.expected_win_score[0]);
  }
  state.SetItemsProcessed(options.simulations * state.iterations());
}

BENCHMARK_CAPTURE(competitive_swiss, 32x10_T0, 32, 10, 0)
    ->Name("tournament/competitive_swiss/32x10/T=0")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(competitive_swiss, 32x10_T1, 32, 10, 1)
    ->Name("tournament/competitive_swiss/32x10/T=1")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(competitive_swiss, 29x38_T0, 29, 38, 0)
    ->Name("tournament/competitive_swiss/29x38/T=0")
    ->Unit(benchmark::kMillisecond);

}  // namespace
