// The baseline and its competitors, set up for one call of predictive multiplicity.
#pragma once

#include <vector>

#include "assay/calibration/internal/erm.hpp"
#include "assay/calibration/internal/level_set.hpp"
#include "assay/core/compensated_sum.hpp"

namespace assay::inline v1::calibration::internal {

/// bad_parameter unless epsilon is finite and >= 0.
void check_epsilon(const checker& check, double epsilon);
/// bad_parameter unless delta lies in [0, 1].
void check_delta(const checker& check, double delta);

/// empty_input, wrong_rank or out_of_range unless `points` is absent or holds numbers of rows.
void check_row_numbers(const checker& check, const integer_view& points, std::size_t rows);

/// Share of rows, by weight, for which changed(i).
template <class Changed>
double share_of(const std::vector<double>& weights, Changed changed) {
  compensated_sum sum, total;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    total += weights[i];
    if (changed(i)) sum += weights[i];
  }
  return sum.value() / total.value();
}

/// How much loss competing models may have.
struct allowance {
  double epsilon;
  bool relative;
  [[nodiscard]] double threshold(double baseline_loss) const {
    return relative ? baseline_loss + epsilon * baseline_loss : baseline_loss + epsilon;
  }
};

/// The baseline model and the set of models within the allowance. Arguments must have been checked.
struct competing_models {
  competing_models(const context& ctx, const checker& check, const erm_rows& rows, allowance allowed);
  competing_models(const competing_models&) = delete;
  competing_models& operator=(const competing_models&) = delete;

  standard_design design;
  erm_fit baseline;
  level_set models;
};

/// Reach of the models at one point, in log-odds.
struct log_odds_range {
  double lower = 0.0;
  double baseline = 0.0;
  double upper = 0.0;
};

/// Ranges at points (1, z) of the standard design; points in parallel. Where `ends` is given it receives the
/// models of the lower and the upper end of each point.
std::vector<log_odds_range> ranges_at(const context& ctx, const checker& check,
                                      const competing_models& models,
                                      const std::vector<std::vector<double>>& points,
                                      std::vector<std::vector<double>>* ends = nullptr);
/// The rows of the design as points.
std::vector<std::vector<double>> rows_of(const standard_design& design);

}  // namespace assay::inline v1::calibration::internal
