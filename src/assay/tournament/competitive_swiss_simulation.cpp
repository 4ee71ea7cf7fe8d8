#include "assay/tournament/competitive_swiss_simulation.hpp"

#include <utility>

#include "assay/tournament/internal/simulation_state.hpp"

namespace assay::inline v1::tournament {
namespace {

constexpr const char* k_class = "competitive_swiss_simulation";
constexpr const char* k_kind = "swiss";
constexpr std::uint32_t k_version = 1;

}  // namespace

competitive_swiss_simulation::competitive_swiss_simulation(matrix_view scores,
                                                           integer_view eliminate_per_round,
                                                           const competitive_swiss_simulate_options& options)
    : state_(std::make_unique<detail::simulation_state>(checker(k_class), scores, eliminate_per_round,
                                                        options)) {}
competitive_swiss_simulation::competitive_swiss_simulation(std::unique_ptr<detail::simulation_state> state)
    : state_(std::move(state)) {}
competitive_swiss_simulation::~competitive_swiss_simulation() = default;
competitive_swiss_simulation::competitive_swiss_simulation(const competitive_swiss_simulation& other)
    : state_(std::make_unique<detail::simulation_state>(*other.state_)) {}
competitive_swiss_simulation::competitive_swiss_simulation(competitive_swiss_simulation&& other) noexcept =
    default;
competitive_swiss_simulation& competitive_swiss_simulation::operator=(
    const competitive_swiss_simulation& other) {
  if (this != &other) *this = competitive_swiss_simulation(other);
  return *this;
}
competitive_swiss_simulation& competitive_swiss_simulation::operator=(
    competitive_swiss_simulation&& other) noexcept = default;

void competitive_swiss_simulation::run(std::uint64_t first, std::uint64_t count, const context& ctx) {
  ctx.require_backend(k_class);
  state_->tournaments.run(first, count, ctx, k_class, state_->totals);
}

void competitive_swiss_simulation::merge(const competitive_swiss_simulation& other) {
  if (!state_->same_tournaments(*other.state_))
    checker(k_class).fail_value(error_code::bad_parameter, "other",
                                "has other players, rules or another seed, must have the same");
  state_->totals.merge(other.state_->totals);
}

competitive_swiss_simulate_result competitive_swiss_simulation::value() const {
  if (state_->totals.tournaments == 0)
    throw state_error(error_code::degenerate, k_class, "", "has run no tournament, needs at least one");
  return state_->value({}, k_class);
}

bool competitive_swiss_simulation::converged() const { return state_->converged(state_->totals); }
std::uint64_t competitive_swiss_simulation::planned() const { return state_->planned; }
std::uint64_t competitive_swiss_simulation::block() const { return state_->block; }
std::uint64_t competitive_swiss_simulation::simulations_run() const { return state_->totals.tournaments; }

std::vector<std::byte> competitive_swiss_simulation::to_bytes() const {
  byte_writer out(k_kind, k_version);
  state_->write(out);
  return out.finish();
}

competitive_swiss_simulation competitive_swiss_simulation::from_bytes(std::span<const std::byte> bytes) {
  byte_reader in(bytes, k_class, k_kind, k_version);
  auto state = std::make_unique<detail::simulation_state>(detail::simulation_state::read(in));
  in.finish();
  return competitive_swiss_simulation(std::move(state));
}

competitive_swiss_simulate_result competitive_swiss_simulate(
    matrix_view scores, integer_view eliminate_per_round, const competitive_swiss_simulate_options& options,
    const context& ctx) {
  constexpr const char* name = "competitive_swiss_simulate";
  ctx.require_backend(name);
  detail::simulation_state state(checker(name), scores, eliminate_per_round, options);
  const detail::simulator& tournaments = state.tournaments;
  if (state.target_standard_error > 0.0)
    tournaments.run_until(
        state.planned, state.block,
        [&](const detail::simulation_totals& sums) { return state.converged(sums); }, ctx, name,
        state.totals);
  else
    tournaments.run(0, state.planned, ctx, name, state.totals);
  return state.value(ctx, name);
}

}  // namespace assay::inline v1::tournament
