// Accumulators of rankings over rows of a sample, and what they promise.
#pragma once

#include <cmath>
#include <cstddef>

#include "assay/calibration/ranking_accumulator.hpp"
#include "calibration_errors.hpp"
#include "naive_bootstrap.hpp"
#include "support/compare.hpp"

namespace assay::calibration {

inline ranking_accumulator filled(const sample& s, bool weighted, std::size_t first = 0, std::size_t last = 0,
                                  bool exact = false) {
  if (last == 0) last = s.labels.size();
  ranking_accumulator result({.exact = exact});
  const integer_view labels(array_view(s.labels.data() + first, dtype::uint8, 1, {last - first, 1, 1}));
  const vector_view w(s.weights.data() + first, last - first);
  result.update(labels, vector_view(s.probabilities.data() + first, last - first),
                {.weights = weighted ? w : vector_view()});
  return result;
}

/// Rows with something wrong throw and change nothing.
inline void expect_refused_rows(ranking_accumulator& rows) {
  const auto before = rows.to_bytes();
  testing::expect_row_errors(
      "probabilities",
      [&](integer_view labels, vector_view p, vector_view weights) {
        rows.update(labels, p, {.weights = weights});
      },
      false);
  EXPECT_EQ(rows.to_bytes(), before);
}

struct promise {
  metric of;
  double ranking_summary::*value;
  double ranking_summary::*error;
};
inline constexpr promise k_promises[] = {
    {metric::auc, &ranking_summary::auc, &ranking_summary::auc_error},
    {metric::average_precision, &ranking_summary::average_precision,
     &ranking_summary::average_precision_error},
    {metric::eer, &ranking_summary::eer, &ranking_summary::eer_error},
    {metric::ks, &ranking_summary::ks, &ranking_summary::ks_error},
    {metric::miscalibration, &ranking_summary::miscalibration, &ranking_summary::miscalibration_error},
    {metric::discrimination, &ranking_summary::discrimination, &ranking_summary::discrimination_error}};

// Every metric of the rows lies where the accumulator says.
inline void expect_kept(const ranking_summary& found, const sample& s, double most_error) {
  for (const promise& p : k_promises) {
    const double exact = metric_of(s, p.of);
    const double error = found.*p.error;
    if (!(exact == exact)) {
      EXPECT_TRUE(std::isnan(found.*p.value) && std::isnan(error));
      continue;
    }
    EXPECT_GE(error, 0.0);
    EXPECT_LE(error, most_error) << static_cast<int>(p.of);
    EXPECT_LE(std::fabs(found.*p.value - exact), error + 1e-12) << static_cast<int>(p.of) << " " << exact;
  }
}

}  // namespace assay::calibration
