#include "assay/calibration/ranking_accumulator.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "assay/calibration/internal/ranking_bounds.hpp"
#include "assay/calibration/internal/ranking_cells.hpp"
#include "assay/core/bytes.hpp"
#include "assay/core/isotonic_regression.hpp"

namespace assay::inline v1::calibration {
namespace {

using internal::cell_ranking;
using internal::metric_range;

constexpr std::string_view k_kind = "ranking";
constexpr std::uint32_t k_version = 1;
// Weights whose sums wide_sum holds without rounding.
constexpr double k_least_weight = 0x1p-64, k_most_weight = 0x1p40;

void check_weights(const checker& check, const vector_view& weights) {
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double weight = weights(i);
    if (weight == 0.0 || (weight >= k_least_weight && weight <= k_most_weight)) continue;
    check.fail_value(
        error_code::bad_weight, "weights",
        "[" + std::to_string(i) + "] is " + text_of(weight) + ", must be 0 or lie in 2^-64..2^40");
  }
}

void put(const metric_range& range, double& value, double& error) {
  value = range.middle();
  error = range.error();
}

cell_ranking ranking_of(const internal::ranking_cells& cells, const char* function) {
  cell_ranking ranking(cells.filled());
  if (ranking.weight() > 0.0) return ranking;
  throw state_error(error_code::zero_weight, function, "", "nothing with weight > 0 was added");
}

}  // namespace

struct ranking_accumulator::state {
  internal::ranking_cells cells;
};

ranking_accumulator::ranking_accumulator() : state_(std::make_unique<state>()) {}
ranking_accumulator::~ranking_accumulator() = default;
ranking_accumulator::ranking_accumulator(ranking_accumulator&&) noexcept = default;
ranking_accumulator& ranking_accumulator::operator=(ranking_accumulator&&) noexcept = default;
ranking_accumulator::ranking_accumulator(const ranking_accumulator& other)
    : state_(std::make_unique<state>(*other.state_)) {}
ranking_accumulator& ranking_accumulator::operator=(const ranking_accumulator& other) {
  if (this != &other) state_ = std::make_unique<state>(*other.state_);
  return *this;
}

void ranking_accumulator::update(integer_view labels, vector_view probabilities,
                                 const calibration_update_options& options) {
  const checker check("ranking_accumulator::update");
  const internal::binary_rows rows{labels, probabilities, options.weights};
  internal::check_shapes(check, rows);
  internal::check_values(check, rows);
  check_weights(check, options.weights);
  state_->cells.add(rows);
}

void ranking_accumulator::merge(const ranking_accumulator& other) {
  state_->cells.merge(other.state_->cells);
}

ranking_summary ranking_accumulator::value() const {
  const cell_ranking ranking = ranking_of(state_->cells, "ranking_accumulator::value");
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  constexpr metric_range unknown{none, none};
  ranking_summary result;
  result.count = static_cast<std::int64_t>(state_->cells.count());
  result.weight = ranking.weight();
  result.mean_label = ranking.events / ranking.weight();
  const bool both = ranking.both_classes();
  put(both ? internal::area_range(ranking) : unknown, result.auc, result.auc_error);
  put(both ? internal::equal_error_range(ranking) : unknown, result.eer, result.eer_error);
  put(ranking.events > 0.0 ? internal::average_precision_range(ranking) : unknown, result.average_precision,
      result.average_precision_error);
  put(internal::residual_range(ranking), result.ks, result.ks_error);
  result.brier = state_->cells.brier() / ranking.weight();
  result.uncertainty = result.mean_label * (ranking.others / ranking.weight());
  const metric_range best = internal::recalibrated_range(ranking);
  // The regression is optimal: a negative difference is rounding.
  put({std::max(result.brier - best.high, 0.0), std::max(result.brier - best.low, 0.0)},
      result.miscalibration, result.miscalibration_error);
  put({std::max(result.uncertainty - best.high, 0.0), std::max(result.uncertainty - best.low, 0.0)},
      result.discrimination, result.discrimination_error);
  return result;
}

ranking_curve ranking_accumulator::curve() const {
  const cell_ranking ranking = ranking_of(state_->cells, "ranking_accumulator::curve");
  isotonic_regression regression;
  std::vector<double> x, lowest, highest, weight, cep(ranking.cells.size());
  for (const internal::filled_cell& cell : ranking.cells) {
    regression.add(cell.weight(), cell.events);
    x.push_back(cell.tied() ? cell.lowest
                            : std::clamp(cell.sum_prob / cell.weight(), cell.lowest, cell.highest));
    lowest.push_back(cell.lowest);
    highest.push_back(cell.highest);
    weight.push_back(cell.weight());
  }
  for (std::size_t j = 0; j < regression.blocks().size(); ++j)
    for (std::size_t i = regression.blocks()[j].first; i < regression.end(j); ++i)
      cep[i] = regression.blocks()[j].mean;
  return {array(x), array(lowest), array(highest), array(cep), array(weight)};
}

void ranking_accumulator::reset() { *state_ = state(); }

std::vector<std::byte> ranking_accumulator::to_bytes() const {
  byte_writer out(k_kind, k_version);
  state_->cells.write(out);
  return out.finish();
}

ranking_accumulator ranking_accumulator::from_bytes(std::span<const std::byte> bytes) {
  byte_reader in(bytes, "ranking_accumulator::from_bytes", k_kind, k_version);
  ranking_accumulator result;
  result.state_->cells.read(in);
  in.finish();
  return result;
}

}  // namespace assay::inline v1::calibration
