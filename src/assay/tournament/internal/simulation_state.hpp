// What a competitive_swiss_simulation holds.
#pragma once

#include <cstdint>

#include "assay/core/check.hpp"
#include "assay/tournament/competitive_swiss_simulation.hpp"
#include "assay/tournament/internal/simulator.hpp"

namespace assay::inline v1::tournament::detail {

class simulation_state {
 public:
  /// Checks all arguments on behalf of `check`.
  simulation_state(const checker& check, const matrix_view& scores, const integer_view& eliminate_per_round,
                   const competitive_swiss_simulate_options& options);

  static simulation_state read(byte_reader& in);
  void write(byte_writer& out) const;

  /// Whether both play the same tournaments.
  [[nodiscard]] bool same_tournaments(const simulation_state& other) const;
  /// Whether target_standard_error is set and reached by `sums` after at least two blocks.
  [[nodiscard]] bool converged(const simulation_totals& sums) const;
  [[nodiscard]] competitive_swiss_simulate_result value(const context& ctx, const char* function) const;

  simulator tournaments;
  simulation_totals totals;
  std::uint64_t planned;
  std::uint64_t block;
  double target_standard_error;
  double level;

 private:
  simulation_state(simulator games, simulation_totals sums);
};

}  // namespace assay::inline v1::tournament::detail
