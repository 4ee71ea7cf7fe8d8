#include "assay/calibration/pit.hpp"

#include <string>

#include "assay/calibration/internal/regression_rows.hpp"
#include "assay/core/check.hpp"
#include "assay/core/parallel.hpp"
#include "assay/core/rng.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::calibration {
namespace {

constexpr std::size_t k_chunk_elements = std::size_t{1} << 16;

// Where in 0 .. 1 a row lies within what its forecast leaves open.
struct placement {
  bool randomise;
  std::uint64_t seed;
  [[nodiscard]] double operator()(std::size_t row) const {
    return randomise ? philox::uniform(seed, row) : 0.5;
  }
};

// A result of one number a row, rows in chunks of about k_chunk_elements elements.
template <class Value>
array each_row(const context& ctx, const checker& check, std::size_t rows, std::size_t row_elements,
               Value value) {
  array result = ctx.result(check.function(), dtype::float64, rows);
  double* out = result.values<double>().data();
  for_chunks(ctx, check.function(), rows, k_chunk_elements / row_elements + 1, [&](chunk part) {
    for (std::size_t i = part.first; i < part.last; ++i) out[i] = value(i);
  });
  return result;
}

void check_matrix(const checker& check, const vector_view& y, const matrix_view& matrix, const char* name) {
  check.not_empty(y, "y");
  check.not_empty(matrix, name);
  check.same_rows(y, "y", matrix, name);
  check.finite(y, "y");
  check.finite(matrix, name);
}

void check_ascending(const checker& check, const matrix_view& quantiles) {
  for (std::size_t i = 0; i < quantiles.extent(0); ++i) {
    for (std::size_t j = 1; j < quantiles.extent(1); ++j) {
      if (quantiles(i, j) >= quantiles(i, j - 1)) continue;
      check.fail_value(error_code::out_of_range, "quantiles",
                       "[" + std::to_string(i) + ", " + std::to_string(j) + "] is " +
                           text_of(quantiles(i, j)) + ", must not be below the one before, " +
                           text_of(quantiles(i, j - 1)));
    }
  }
}

// (y - low)/(high - low) where low < y < high.
double share_between(double low, double high, double y) {
  const double width = high - low;
  if (width - width == 0.0) return (y - low) / width;
  return (0.5 * y - 0.5 * low) / (0.5 * high - 0.5 * low);
}

}  // namespace

array pit_gaussian(vector_view y, vector_view mean, vector_view std, const context& ctx) {
  const checker check("pit_gaussian");
  ctx.require_backend(check.function());
  internal::check_regression(check, {y, mean, std, {}});
  return each_row(ctx, check, y.size(), 1, [&](std::size_t i) {
    return vmath::normal_cdf(internal::standardised(y(i), mean(i), std(i)));
  });
}

array pit_samples(vector_view y, matrix_view samples, const pit_samples_options& options,
                  const context& ctx) {
  const checker check("pit_samples");
  ctx.require_backend(check.function());
  check_matrix(check, y, samples, "samples");
  const placement place{options.randomise, options.seed};
  const std::size_t m = samples.extent(1);
  return each_row(ctx, check, y.size(), m, [&](std::size_t i) {
    const double outcome = y(i);
    std::size_t below = 0, tied = 0;
    for (std::size_t j = 0; j < m; ++j) {
      const double x = samples(i, j);
      below += x < outcome ? 1 : 0;
      tied += x == outcome ? 1 : 0;
    }
    const double step = place(i) * (static_cast<double>(tied) + 1.0);
    return (static_cast<double>(below) + step) / (static_cast<double>(m) + 1.0);
  });
}

array pit_quantiles(vector_view y, matrix_view quantiles, vector_view levels,
                    const pit_quantiles_options& options, const context& ctx) {
  const checker check("pit_quantiles");
  ctx.require_backend(check.function());
  check_matrix(check, y, quantiles, "quantiles");
  check.not_empty(levels, "levels");
  const std::size_t q = quantiles.extent(1);
  check.length(levels, "levels", q, "one a column of quantiles");
  check.probabilities(levels, "levels");
  check.increasing(levels, "levels");
  check_ascending(check, quantiles);
  const placement place{options.randomise, options.seed};
  return each_row(ctx, check, y.size(), q, [&](std::size_t i) {
    const double outcome = y(i);
    std::size_t below = 0, upto = 0;  // quantiles < y, quantiles <= y
    while (below < q && quantiles(i, below) < outcome) ++below;
    for (upto = below; upto < q && quantiles(i, upto) == outcome;) ++upto;
    if (upto == below && below > 0 && below < q) {
      const double low = levels(below - 1);
      const double share = share_between(quantiles(i, below - 1), quantiles(i, below), outcome);
      return low + (levels(below) - low) * share;
    }
    if (upto == below + 1) return levels(below);
    const double low = below == 0 ? 0.0 : levels(upto == below ? below - 1 : below);
    const double high = upto == q ? 1.0 : levels(upto == below ? upto : upto - 1);
    return low + place(i) * (high - low);
  });
}

}  // namespace assay::inline v1::calibration
