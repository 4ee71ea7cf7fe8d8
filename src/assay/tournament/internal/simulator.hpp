// Runs ranges of tournaments: in the lanes of the SIMD kernel where the field fits it, one by one where not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "assay/core/context.hpp"
#include "assay/tournament/internal/simulation_totals.hpp"
#include "assay/tournament/internal/tournament_rules.hpp"
#include "assay/tournament/kernels.hpp"

namespace assay::inline v1::tournament::detail {

/// The path by which tournaments are played; all give the same ones.
enum class simulation_path { fastest, scalar };

class simulator {
 public:
  simulator(tournament_rules rules, std::uint64_t seed, simulation_path path = simulation_path::fastest);

  [[nodiscard]] const tournament_rules& rules() const { return rules_; }
  [[nodiscard]] std::uint64_t seed() const { return seed_; }
  /// Tournaments of one task: about a millisecond of work, so that a stop is heeded soon.
  [[nodiscard]] std::uint64_t task_size() const;
  [[nodiscard]] simulation_totals no_totals() const { return {rules_.players, rules_.rounds}; }

  /// Adds tournaments first .. first + count - 1.
  void add(std::uint64_t first, std::uint64_t count, simulation_totals& totals) const;
  /// Points (in halves) of each player in each of count <= task_size() tournaments, (count, players).
  void scores(std::uint64_t first, std::uint64_t count, std::uint32_t* points) const;
  /// Adds a range on the threads of ctx. Nothing is added when it throws.
  void run(std::uint64_t first, std::uint64_t count, const context& ctx, const char* function,
           simulation_totals& totals) const;
  /// Adds blocks 0, 1, ... of a range from 0 in order until `enough(totals)` holds after one of them, or the
  /// range ends.
  void run_until(std::uint64_t count, std::uint64_t block,
                 const std::function<bool(const simulation_totals&)>& enough, const context& ctx,
                 const char* function, simulation_totals& totals) const;

 private:
  [[nodiscard]] bool fits_lanes() const;
  [[nodiscard]] lane_rules rules_of_lanes() const;
  void add_in_lanes(std::uint64_t first, std::size_t count, simulation_totals& totals) const;
  void add_one_by_one(std::uint64_t first, std::uint64_t count, simulation_totals& totals) const;

  tournament_rules rules_;
  std::uint64_t seed_;
  bool in_lanes_;
  std::vector<std::uint8_t> lane_labels_;  // (rounds, 32)
};

}  // namespace assay::inline v1::tournament::detail
