#include "assay/scoring/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "assay/core/check.hpp"
#include "assay/core/exact_sum.hpp"
#include "assay/core/internal/tails.hpp"
#include "assay/core/parallel.hpp"
#include "assay/core/rng.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::scoring {
namespace {

std::vector<double> differences_of(const checker& check, const vector_view& a, const vector_view& b) {
  check.not_empty(a, "scores_a");
  check.same_rows(a, "scores_a", b, "scores_b");
  check.finite(a, "scores_a");
  check.finite(b, "scores_b");
  std::vector<double> differences(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    differences[i] = a(i) - b(i);
    if (std::isinf(differences[i]))
      check.fail_value(error_code::non_finite, "scores_a",
                       "[" + std::to_string(i) + "] less that of scores_b is too large for a number");
  }
  return differences;
}

template <class Term>
double sum_of(std::size_t count, Term&& term) {
  exact_sum sum;
  for (std::size_t i = 0; i < count; ++i) sum.add(term(i));
  return sum.value();
}

// ---- signs ----

// |sum of the differences|, and what tells which patterns of signs give at least as much. Rounded sums decide
// where they can; where rounding might matter the sum is taken exactly.
class sign_patterns {
 public:
  explicit sign_patterns(std::span<const double> differences) : differences_(differences) {
    const std::size_t n = differences.size();
    observed_ = std::fabs(sum_of(n, [&](std::size_t i) { return differences[i]; }));
    const double magnitudes = sum_of(n, [&](std::size_t i) { return std::fabs(differences[i]); });
    doubt_ = 2.0 * static_cast<double>(n) * std::numeric_limits<double>::epsilon() * magnitudes;
  }

  [[nodiscard]] double observed() const { return observed_; }
  /// `rounded` is a sum of the differences with signs, sign(i) is true for -1.
  template <class Sign>
  [[nodiscard]] bool reaches(double rounded, Sign&& sign) const {
    const double size = std::fabs(rounded);
    if (size >= observed_ + doubt_) return true;
    if (size < observed_ - doubt_) return false;
    const double exact = sum_of(differences_.size(),
                                [&](std::size_t i) { return sign(i) ? -differences_[i] : differences_[i]; });
    return std::fabs(exact) >= observed_;
  }

 private:
  std::span<const double> differences_;
  double observed_;
  double doubt_;
};

void check_signs(const checker& check, const integer_view& signs, std::size_t cases) {
  check.not_empty(signs, "signs");
  if (signs.rank() != 2 || signs.extent(1) != cases)
    check.fail_shape(error_code::length_mismatch, "signs",
                     "has shape " + shape_text(signs) + ", needs " + std::to_string(cases) +
                         " columns (elements of scores_a)");
  for (std::size_t b = 0; b < signs.extent(0); ++b)
    for (std::size_t i = 0; i < cases; ++i)
      if (const double sign = signs(b, i); sign != 1.0 && sign != -1.0)
        check.fail_value(error_code::out_of_range, "signs",
                         "[" + std::to_string(b) + ", " + std::to_string(i) + "] is " + text_of(sign) +
                             ", must be 1 or -1");
}

// 64 signs a draw, the lowest bit first.
std::vector<bool> drawn_signs(std::uint64_t seed, std::size_t permutation, std::size_t cases) {
  philox::stream draws(seed, permutation);
  std::vector<bool> signs(cases);
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < cases; ++i) {
    bits = i % 64 == 0 ? draws.next() : bits >> 1;
    signs[i] = (bits & 1U) != 0;
  }
  return signs;
}

}  // namespace

diebold_mariano_result diebold_mariano(vector_view scores_a, vector_view scores_b,
                                       const diebold_mariano_options& options, const context& ctx) {
  const checker check("diebold_mariano");
  ctx.require_backend(check.function());
  if (scores_a.size() == 1)
    check.fail_shape(error_code::empty_input, "scores_a", "has 1 element, needs at least 2");
  std::vector<double> d = differences_of(check, scores_a, scores_b);
  const std::size_t cases = d.size();
  check.parameter(options.horizon >= 1 && options.horizon < static_cast<std::int64_t>(cases), "horizon",
                  static_cast<double>(options.horizon), "must lie in 1.." + std::to_string(cases - 1));
  const double n = static_cast<double>(cases), h = static_cast<double>(options.horizon);
  diebold_mariano_result result;
  result.mean_difference = sum_of(cases, [&](std::size_t i) { return d[i]; }) / n;
  const bool constant = std::ranges::all_of(d, [&](double value) { return value == d[0]; });
  for (double& value : d) value = constant ? 0.0 : value - result.mean_difference;
  double variance = 0.0;
  for (std::size_t k = 0; k < static_cast<std::size_t>(options.horizon); ++k) {
    const double covariance = sum_of(cases - k, [&](std::size_t i) { return d[i] * d[i + k]; }) / n;
    const double weight =
        options.method == diebold_mariano_method::bartlett ? 1.0 - static_cast<double>(k) / h : 1.0;
    variance += (k == 0 ? 1.0 : 2.0) * weight * covariance;
  }
  result.variance = variance / n;
  if (!(result.variance > 0.0))
    check.fail_value(error_code::degenerate, "scores_a",
                     "less scores_b have an estimated variance of " + text_of(result.variance) +
                         ", need one > 0" + (constant ? "" : "; method bartlett is never negative"));
  result.statistic = result.mean_difference / std::sqrt(result.variance);
  if (options.method == diebold_mariano_method::hln) {
    result.statistic *= std::sqrt(((n + 1.0 - 2.0 * h) + h * (h - 1.0) / n) / n);
    result.p_value = internal::student_t_two_sided(result.statistic, n - 1.0);
  } else {
    result.p_value = internal::normal_two_sided(result.statistic);
  }
  return result;
}

pairwise_comparison_result pairwise_comparison(matrix_view scores, const pairwise_comparison_options& options,
                                               const context& ctx) {
  const checker check("pairwise_comparison");
  ctx.require_backend(check.function());
  check.not_empty(scores, "scores");
  const std::size_t n = scores.extent(0), k = scores.extent(1);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < k; ++j)
      if (std::isinf(scores(i, j)))
        check.fail_value(error_code::non_finite, "scores",
                         "[" + std::to_string(i) + ", " + std::to_string(j) + "] is " +
                             text_of(scores(i, j)) + ", must not be infinite");
  if (options.baseline)
    check.parameter(*options.baseline >= 0 && *options.baseline < static_cast<std::int64_t>(k), "baseline",
                    static_cast<double>(*options.baseline),
                    "must be the number of a column, 0.." + std::to_string(k - 1));
  pairwise_comparison_result result{ctx.result(check.function(), dtype::float64, 2, {k, k, 1}),
                                    array(dtype::float64, {k}), array(dtype::float64, {k})};
  double* ratio = result.ratio.values<double>().data();
  for (std::size_t a = 0; a < k; ++a) {
    for (std::size_t b = 0; b <= a; ++b) {
      exact_sum sum_a, sum_b;
      std::size_t shared = 0;
      for (std::size_t i = 0; i < n; ++i) {
        const double score_a = scores(i, a), score_b = scores(i, b);
        if (std::isnan(score_a) || std::isnan(score_b)) continue;
        sum_a.add(score_a);
        sum_b.add(score_b);
        ++shared;
      }
      const auto columns = "of columns " + std::to_string(b) + " and " + std::to_string(a);
      if (shared == 0) check.fail_value(error_code::degenerate, "scores", columns + " share no case");
      if (!(sum_a.value() > 0.0 && sum_b.value() > 0.0))
        check.fail_value(error_code::degenerate, "scores",
                         columns + " must sum to more than 0 on the cases they share");
      ratio[a * k + b] = sum_a.value() / sum_b.value();
      ratio[b * k + a] = sum_b.value() / sum_a.value();
    }
  }
  double* skill = result.relative_skill.values<double>().data();
  for (std::size_t a = 0; a < k; ++a)
    skill[a] = vmath::exp(sum_of(k, [&](std::size_t b) { return vmath::log(ratio[a * k + b]); }) /
                          static_cast<double>(k));
  const double unit = options.baseline ? skill[static_cast<std::size_t>(*options.baseline)] : 1.0;
  for (std::size_t a = 0; a < k; ++a) result.scaled_relative_skill.values<double>()[a] = skill[a] / unit;
  return result;
}

permutation_test_signs_result permutation_test_signs(vector_view scores_a, vector_view scores_b,
                                                     const permutation_test_signs_options& options,
                                                     const context& ctx) {
  const checker check("permutation_test_signs");
  ctx.require_backend(check.function());
  const std::vector<double> d = differences_of(check, scores_a, scores_b);
  const std::size_t cases = d.size();
  const bool given = options.signs.present();
  if (given)
    check_signs(check, options.signs, cases);
  else
    check.parameter(options.n_permutations >= 1 && options.n_permutations <= (std::int64_t{1} << 31),
                    "n_permutations", static_cast<double>(options.n_permutations), "must be at least 1");
  const std::size_t permutations =
      given ? options.signs.extent(0) : static_cast<std::size_t>(options.n_permutations);
  const sign_patterns patterns(d);
  const auto rows = reduce_chunks<std::uint64_t>(
      ctx, check.function(), permutations, 64,
      [&](chunk part) {
        std::uint64_t count = 0;
        std::vector<bool> signs(cases);
        for (std::size_t b = part.first; b < part.last; ++b) {
          if (given)
            for (std::size_t i = 0; i < cases; ++i) signs[i] = options.signs(b, i) < 0.0;
          else
            signs = drawn_signs(options.seed, b, cases);
          double sum = 0.0;
          for (std::size_t i = 0; i < cases; ++i) sum += signs[i] ? -d[i] : d[i];
          count += patterns.reaches(sum, [&](std::size_t i) -> bool { return signs[i]; }) ? 1 : 0;
        }
        return count;
      },
      [](std::uint64_t& into, std::uint64_t from) { into += from; });
  return {patterns.observed() / static_cast<double>(cases),
          (1.0 + static_cast<double>(rows)) / (static_cast<double>(permutations) + 1.0)};
}

permutation_test_exact_result permutation_test_exact(vector_view scores_a, vector_view scores_b,
                                                     const context& ctx) {
  constexpr std::size_t most_cases = 24;
  const checker check("permutation_test_exact");
  ctx.require_backend(check.function());
  const std::vector<double> d = differences_of(check, scores_a, scores_b);
  const std::size_t cases = d.size();
  if (cases > most_cases)
    check.fail_value(error_code::budget_exceeded, "scores_a",
                     "has " + std::to_string(cases) +
                         " elements, at most 24 can be tested exactly: use permutation_test_signs");
  const sign_patterns patterns(d);
  // Sums of the first and of the last half of the differences for all their signs, then all pairs.
  const std::size_t half = cases / 2;
  const auto sums_of = [&](std::size_t first, std::size_t last) {
    std::vector<double> sums{0.0};
    for (std::size_t i = first; i < last; ++i) {
      const std::size_t count = sums.size();
      for (std::size_t s = 0; s < count; ++s) sums.push_back(sums[s] - d[i]);
      for (std::size_t s = 0; s < count; ++s) sums[s] += d[i];
    }
    return sums;
  };
  const std::vector<double> low = sums_of(0, half), high = sums_of(half, cases);
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < high.size(); ++i)
    for (std::size_t j = 0; j < low.size(); ++j)
      count +=
          patterns.reaches(high[i] + low[j], [&](std::size_t k) { return ((i << half | j) >> k & 1U) != 0; })
              ? 1
              : 0;
  return {patterns.observed() / static_cast<double>(cases),
          std::ldexp(static_cast<double>(count), -static_cast<int>(cases))};
}

}  // namespace assay::inline v1::scoring
