#include "assay/calibration/internal/competing_models.hpp"

#include <cmath>
#include <string>
#include <utility>

#include "assay/core/parallel.hpp"

namespace assay::inline v1::calibration::internal {
namespace {

constexpr std::size_t k_chunk_points = 8;

}  // namespace

void check_epsilon(const checker& check, double epsilon) {
  check.parameter(epsilon >= 0.0 && std::isfinite(epsilon), "epsilon", epsilon, "must be finite and >= 0");
}

void check_delta(const checker& check, double delta) {
  check.parameter(delta >= 0.0 && delta <= 1.0, "delta", delta, "must lie in [0, 1]");
}

void check_row_numbers(const checker& check, const integer_view& points, std::size_t rows) {
  if (!points.present()) return;
  check.not_empty(points, "points");
  if (points.rank() != 1) {
    check.fail_shape(error_code::wrong_rank, "points",
                     "has " + std::to_string(points.rank()) + " axes, needs 1");
  }
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (points(i) >= 0.0 && points(i) < static_cast<double>(rows)) continue;
    check.fail_value(error_code::out_of_range, "points",
                     "[" + std::to_string(i) + "] is " + text_of(points(i)) + ", must be a row of X, 0.." +
                         std::to_string(rows - 1));
  }
}

competing_models::competing_models(const context& ctx, const checker& check, const erm_rows& rows,
                                   allowance allowed)
    : design(rows),
      baseline(fit_erm(ctx, check, design, rows.penalty_scale)),
      models(ctx, check, design, baseline, allowed.threshold(baseline.mean_log_loss)) {}

std::vector<log_odds_range> ranges_at(const context& ctx, const checker& check,
                                      const competing_models& models,
                                      const std::vector<std::vector<double>>& points,
                                      std::vector<std::vector<double>>* ends) {
  std::vector<log_odds_range> ranges(points.size());
  if (ends != nullptr) ends->resize(2 * points.size());
  for_chunks(ctx, check.function(), points.size(), k_chunk_points, [&](chunk part) {
    for (std::size_t i = part.first; i < part.last; ++i) {
      std::vector<double> direction = points[i];
      const double baseline = dot(direction, models.baseline.coefficients);
      farthest up = models.models.reach(direction);
      for (double& a : direction) a = -a;
      farthest down = models.models.reach(direction);
      // The baseline competes with itself: rounding must not leave it out.
      ranges[i] = {std::fmin(-down.reach, baseline), baseline, std::fmax(up.reach, baseline)};
      if (ends == nullptr) continue;
      (*ends)[2 * i] = std::move(down.point);
      (*ends)[2 * i + 1] = std::move(up.point);
    }
  });
  return ranges;
}

std::vector<std::vector<double>> rows_of(const standard_design& design) {
  std::vector<std::vector<double>> rows;
  for (std::size_t i = 0; i < design.rows(); ++i) {
    const auto row = design.row(i);
    rows.emplace_back(row.begin(), row.end());
  }
  return rows;
}

}  // namespace assay::inline v1::calibration::internal
