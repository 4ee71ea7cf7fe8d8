// Distributions by name: the scores and the distribution function of each.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "assay/core/check.hpp"
#include "assay/scoring/internal/distribution_rows.hpp"
#include "assay/scoring/pit_distribution.hpp"

namespace assay::inline v1::scoring::detail {

/// Whether the family has a log score of the same parameters.
bool has_log_score(distribution_family family);

/// The columns of a table of parameters (p) or (n, p); holds a view.
class named_distribution {
 public:
  /// Checks the shape of the parameters, which errors call `name`, against the family.
  named_distribution(const checker& check, distribution_family family, const array_view& parameters,
                     const char* name);

  [[nodiscard]] array crps(const vector_view& observations, const distribution_options& options,
                           const context& ctx) const;
  [[nodiscard]] array log_score(const vector_view& observations, const distribution_options& options,
                                const context& ctx) const;
  /// F(y-) and F(y).
  [[nodiscard]] pit_distribution_result probabilities(const char* function, const vector_view& observations,
                                                      const distribution_options& options,
                                                      const context& ctx) const;

 private:
  distribution_family family_;
  const char* name_;
  std::vector<broadcast_view> columns_;
};

}  // namespace assay::inline v1::scoring::detail
