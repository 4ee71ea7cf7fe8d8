#include "assay/calibration/ranking_accumulator.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "assay/calibration/internal/ranking.hpp"
#include "assay/calibration/internal/ranking_bounds.hpp"
#include "assay/calibration/internal/ranking_cells.hpp"
#include "assay/calibration/internal/ranking_rows.hpp"
#include "assay/calibration/internal/sorted_metrics.hpp"
#include "assay/core/bytes.hpp"
#include "assay/core/compensated_sum.hpp"
#include "assay/core/isotonic_regression.hpp"

namespace assay::inline v1::calibration {
namespace {

using internal::cell_ranking;
using internal::k_least_ranking_weight;
using internal::k_most_ranking_weight;
using internal::metric_range;
using internal::sorted_rows;
using internal::tie_group;

constexpr std::string_view k_kind = "ranking";
constexpr std::uint32_t k_version = 1;
constexpr double k_none = std::numeric_limits<double>::quiet_NaN();

void check_weights(const checker& check, const vector_view& weights) {
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double weight = weights(i);
    if (weight == 0.0 || (weight >= k_least_ranking_weight && weight <= k_most_ranking_weight)) continue;
    check.fail_value(
        error_code::bad_weight, "weights",
        "[" + std::to_string(i) + "] is " + text_of(weight) + ", must be 0 or lie in 2^-64..2^40");
  }
}

void put(const metric_range& range, double& value, double& error) {
  value = range.middle();
  error = range.error();
}

void put(double exact, double& value, double& error) { put({exact, exact}, value, error); }

[[noreturn]] void fail_weightless(const char* function) {
  throw state_error(error_code::zero_weight, function, "", "nothing with weight > 0 was added");
}

cell_ranking ranking_of(const internal::ranking_cells& cells, const char* function) {
  cell_ranking ranking(cells.filled());
  if (!(ranking.weight() > 0.0)) fail_weightless(function);
  return ranking;
}

sorted_rows sorted(const internal::ranking_rows& rows, const char* function) {
  sorted_rows result = rows.sorted();
  if (result.size() == 0) fail_weightless(function);
  return result;
}

ranking_summary summary_of(const internal::ranking_cells& cells, const char* function) {
  const cell_ranking ranking = ranking_of(cells, function);
  constexpr metric_range unknown{k_none, k_none};
  ranking_summary result;
  result.count = static_cast<std::int64_t>(cells.count());
  result.weight = ranking.weight();
  result.mean_label = ranking.events / ranking.weight();
  const bool both = ranking.both_classes();
  put(both ? internal::area_range(ranking) : unknown, result.auc, result.auc_error);
  put(both ? internal::equal_error_range(ranking) : unknown, result.eer, result.eer_error);
  put(ranking.events > 0.0 ? internal::average_precision_range(ranking) : unknown, result.average_precision,
      result.average_precision_error);
  put(internal::residual_range(ranking), result.ks, result.ks_error);
  result.brier = cells.brier() / ranking.weight();
  result.uncertainty = result.mean_label * (ranking.others / ranking.weight());
  const metric_range best = internal::recalibrated_range(ranking);
  // The regression is optimal: a negative difference is rounding.
  put({std::max(result.brier - best.high, 0.0), std::max(result.brier - best.low, 0.0)},
      result.miscalibration, result.miscalibration_error);
  put({std::max(result.uncertainty - best.high, 0.0), std::max(result.uncertainty - best.low, 0.0)},
      result.discrimination, result.discrimination_error);
  return result;
}

ranking_summary summary_of(const internal::ranking_rows& from, const char* function) {
  const checker check(function);
  const sorted_rows rows = sorted(from, function);
  compensated_sum weight, events;
  rows.for_groups([&](const tie_group& group) {
    weight += group.weight;
    events += group.events;
  });
  ranking_summary result;
  result.count = static_cast<std::int64_t>(from.count());
  result.weight = weight.value();
  result.mean_label = events.value() / weight.value();
  const auto area = internal::area_of(rows);
  const bool some = area.positives > 0.0, both = some && area.negatives > 0.0;
  put(both ? area.value() : k_none, result.auc, result.auc_error);
  put(both ? internal::eer_point(check, rows).eer : k_none, result.eer, result.eer_error);
  put(some ? internal::average_precision(check, rows) : k_none, result.average_precision,
      result.average_precision_error);
  put(internal::ks_calibration_error(rows), result.ks, result.ks_error);
  const auto parts = internal::corp_decomposition(rows, internal::isotonic_of(rows), corp_score::brier);
  result.brier = parts.score;
  result.uncertainty = parts.uncertainty;
  put(parts.miscalibration, result.miscalibration, result.miscalibration_error);
  put(parts.discrimination, result.discrimination, result.discrimination_error);
  return result;
}

// Points of the curve as they come, ascending.
class curve_points {
 public:
  void add(double x, double lowest, double highest, double weight, double events) {
    regression_.add(weight, events);
    x_.push_back(x);
    lowest_.push_back(lowest);
    highest_.push_back(highest);
    weight_.push_back(weight);
  }

  [[nodiscard]] ranking_curve curve() const {
    std::vector<double> cep(x_.size());
    for (std::size_t j = 0; j < regression_.blocks().size(); ++j)
      for (std::size_t i = regression_.blocks()[j].first; i < regression_.end(j); ++i)
        cep[i] = regression_.blocks()[j].mean;
    return {array(x_), array(lowest_), array(highest_), array(cep), array(weight_)};
  }

 private:
  isotonic_regression regression_;
  std::vector<double> x_, lowest_, highest_, weight_;
};

}  // namespace

struct ranking_accumulator::state {
  bool exact = false;
  internal::ranking_cells cells;  // empty when exact
  internal::ranking_rows rows;    // empty when not
};

ranking_accumulator::ranking_accumulator(const ranking_accumulator_options& options)
    : state_(std::make_unique<state>()) {
  state_->exact = options.exact;
}

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
  if (state_->exact) {
    state_->rows.add(rows);
  } else {
    state_->cells.add(rows);
  }
}

void ranking_accumulator::merge(const ranking_accumulator& other) {
  if (state_->exact != other.state_->exact) {
    checker("ranking_accumulator::merge")
        .fail_value(error_code::bad_parameter, "other",
                    state_->exact ? "keeps no rows, this one does: exact must be the same"
                                  : "keeps rows, this one does not: exact must be the same");
  }
  state_->cells.merge(other.state_->cells);
  state_->rows.merge(other.state_->rows);
}

ranking_summary ranking_accumulator::value() const {
  constexpr const char* name = "ranking_accumulator::value";
  return state_->exact ? summary_of(state_->rows, name) : summary_of(state_->cells, name);
}

ranking_curve ranking_accumulator::curve() const {
  constexpr const char* name = "ranking_accumulator::curve";
  curve_points points;
  if (state_->exact) {
    sorted(state_->rows, name).for_groups([&](const tie_group& group) {
      points.add(group.x, group.x, group.x, group.weight, group.events);
    });
    return points.curve();
  }
  const cell_ranking ranking = ranking_of(state_->cells, name);
  for (const internal::filled_cell& cell : ranking.cells) {
    const double middle =
        cell.tied() ? cell.lowest : std::clamp(cell.sum_prob / cell.weight(), cell.lowest, cell.highest);
    points.add(middle, cell.lowest, cell.highest, cell.weight(), cell.events);
  }
  return points.curve();
}

void ranking_accumulator::reset() { *this = ranking_accumulator({state_->exact}); }

std::vector<std::byte> ranking_accumulator::to_bytes() const {
  byte_writer out(k_kind, k_version);
  out.boolean(state_->exact);
  if (state_->exact) {
    state_->rows.write(out);
  } else {
    state_->cells.write(out);
  }
  return out.finish();
}

ranking_accumulator ranking_accumulator::from_bytes(std::span<const std::byte> bytes) {
  byte_reader in(bytes, "ranking_accumulator::from_bytes", k_kind, k_version);
  ranking_accumulator result({in.boolean()});
  if (result.state_->exact) {
    result.state_->rows.read(in);
  } else {
    result.state_->cells.read(in);
  }
  in.finish();
  return result;
}

}  // namespace assay::inline v1::calibration
