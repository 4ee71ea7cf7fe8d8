// What an estimator of the spread term means for an ensemble of m members.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "assay/core/check.hpp"
#include "assay/scoring/ensemble.hpp"
#include "assay/scoring/kernels.hpp"

namespace assay::inline v1::scoring::detail {

/// A score e - c g. All but the lagged forms are alpha fair + (1 - alpha) standard, for adjusted with alpha =
/// 1 - m/R.
class spread_estimator {
 public:
  /// Checks the options: out_of_range names alpha, bad_parameter names ensemble_size.
  spread_estimator(const checker& check, crps_estimator estimator, double alpha,
                   std::optional<std::int64_t> ensemble_size);

  /// Whether the spread comes from pairs of members a fixed distance apart (akr), without a sort and without
  /// gradient.
  [[nodiscard]] bool lagged() const noexcept { return form_ == form::previous || form_ == form::opposite; }
  [[nodiscard]] std::size_t lag(std::size_t m) const noexcept { return form_ == form::previous ? 1 : m / 2; }
  /// Members, or members with weight, that a forecast needs.
  [[nodiscard]] std::size_t needed_members() const noexcept { return needs_two_ ? 2 : 1; }

  /// -a_i, a_{m+1-i} for i = 1 .. m: the slopes of the sorted members below and above the outcome, rounded
  /// once.
  [[nodiscard]] std::vector<double> slopes(std::size_t m) const;
  /// c / (m (m - 1)): the spread term is this times the sum of |x_i - x_j| over the pairs i < j.
  [[nodiscard]] double spread_factor(std::size_t m) const noexcept;
  [[nodiscard]] crps_gradient_factors gradient_factors(std::size_t m) const noexcept;
  [[nodiscard]] crps_weighted_factors weighted_factors() const noexcept;

  /// too_few_members (members) unless m is enough; unsupported (estimator) when a gradient is asked of a
  /// lagged form.
  void check_members(const checker& check, std::size_t m) const;
  void check_gradient(const checker& check) const;

 private:
  enum class form { mixture, adjusted, previous, opposite };

  [[nodiscard]] double fair_share(std::size_t m) const noexcept;

  form form_ = form::mixture;
  double alpha_ = 0.0;
  double size_ = 0.0;  // R of adjusted
  bool needs_two_ = false;
};

}  // namespace assay::inline v1::scoring::detail
