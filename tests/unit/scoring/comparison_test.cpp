#include "assay/scoring/comparison.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "support/compare.hpp"
#include "support/random.hpp"

namespace assay::testing {
namespace {

using scoring::diebold_mariano_method;

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr double k_infinity = std::numeric_limits<double>::infinity();

TEST(diebold_mariano, is_a_paired_t_test_for_horizon_one) {
  generator random(1);
  const std::vector<double> a = random.normals(30), b = random.normals(30);
  long double mean = 0, squares = 0;
  for (std::size_t i = 0; i < 30; ++i) mean += static_cast<long double>(a[i] - b[i]) / 30;
  for (std::size_t i = 0; i < 30; ++i)
    squares += std::pow(static_cast<long double>(a[i] - b[i]) - mean, 2.0L);
  const auto test = scoring::diebold_mariano(a, b);
  EXPECT_REL(test.statistic, static_cast<double>(mean / std::sqrt(squares / 29 / 30)), 1e-13,
             "the mean loses a digit");
}

TEST(diebold_mariano, exchanging_forecasts_changes_the_sign) {
  generator random(2);
  const std::vector<double> a = random.normals(40), b = random.normals(40);
  for (const auto method :
       {diebold_mariano_method::hln, diebold_mariano_method::dm, diebold_mariano_method::bartlett}) {
    const auto one = scoring::diebold_mariano(a, b, {.horizon = 2, .method = method});
    const auto two = scoring::diebold_mariano(b, a, {.horizon = 2, .method = method});
    EXPECT_BITS(one.statistic, -two.statistic);
    EXPECT_BITS(one.p_value, two.p_value);
  }
}

// Differences 1, -1, 1, -1, .. have g_0 = 1 and g_1 = -(n - 1)/n: the plain estimate is below 0, Bartlett's
// is not.
TEST(diebold_mariano, bartlett_is_never_negative) {
  std::vector<double> a, b(20, 0.0);
  for (int i = 0; i < 20; ++i) a.push_back(i % 2 == 0 ? 1.0 : -1.0);
  expect_error([&] { scoring::diebold_mariano(a, b, {.horizon = 2}); }, error_kind::value,
               error_code::degenerate, "scores_a", "bartlett");
  const auto test =
      scoring::diebold_mariano(a, b, {.horizon = 2, .method = diebold_mariano_method::bartlett});
  EXPECT_REL(test.variance, (1.0 - 19.0 / 20.0) / 20.0, 1e-13, "1 - 0.95 loses a digit");
}

// Independent differences without a difference in mean: p-values are uniform.
TEST(diebold_mariano, p_values_of_equal_forecasts_are_uniform) {
  generator random(3);
  int below = 0;
  constexpr int trials = 4000;
  for (int trial = 0; trial < trials; ++trial) {
    const std::vector<double> a = random.normals(12), b = random.normals(12);
    below += scoring::diebold_mariano(a, b).p_value < 0.1 ? 1 : 0;
  }
  EXPECT_ABS(below / static_cast<double>(trials), 0.1, 0.024, "5 standard errors, seed fixed");
}

TEST(pairwise_comparison, ratios_are_taken_where_both_have_scores) {
  const std::vector<double> scores = {1, 2, k_nan, 3, k_nan, 6, 2, 1, 2};
  const auto found = scoring::pairwise_comparison(matrix_view(scores, 3, 3), {.baseline = 1});
  EXPECT_BITS(found.ratio(0, 1), 1.0);  // rows 0 and 2: 3/3
  EXPECT_BITS(found.ratio(0, 2), 5.0 / 8.0);
  EXPECT_BITS(found.ratio(1, 2), 0.5);
  EXPECT_BITS(found.ratio(2, 1), 2.0);
  for (std::size_t j = 0; j < 3; ++j) {
    EXPECT_BITS(found.ratio(j, j), 1.0);
    const double product = found.ratio(j, 0) * found.ratio(j, 1) * found.ratio(j, 2);
    EXPECT_REL(found.relative_skill[j], std::cbrt(product), 1e-15, "logarithms of numbers near 1");
    EXPECT_REL(found.scaled_relative_skill[j], found.relative_skill[j] / found.relative_skill[1], 1e-15,
               "a quotient");
  }
  const auto plain = scoring::pairwise_comparison(matrix_view(scores, 3, 3));
  EXPECT_BITS(plain.scaled_relative_skill, plain.relative_skill);
}

TEST(permutation_test_exact, counts_all_patterns) {
  generator random(4);
  for (const std::size_t n : {1U, 2U, 7U, 12U}) {
    std::vector<double> a, b;
    for (std::size_t i = 0; i < n; ++i) {  // whole numbers: sums are exact and ties are common
      a.push_back(static_cast<double>(random.below(6)));
      b.push_back(static_cast<double>(random.below(6)));
    }
    double observed = 0.0, count = 0.0;
    for (std::size_t i = 0; i < n; ++i) observed += a[i] - b[i];
    for (std::size_t pattern = 0; pattern < std::size_t{1} << n; ++pattern) {
      double sum = 0.0;
      for (std::size_t i = 0; i < n; ++i) sum += (pattern >> i & 1U) != 0 ? b[i] - a[i] : a[i] - b[i];
      count += std::fabs(sum) >= std::fabs(observed) ? 1.0 : 0.0;
    }
    const auto test = scoring::permutation_test_exact(a, b);
    EXPECT_BITS(test.p_value, std::ldexp(count, -static_cast<int>(n)));
    EXPECT_BITS(test.statistic, std::fabs(observed) / static_cast<double>(n));
  }
}

// 0.1 + 0.2 - 0.3 and its like: rounded sums would tell equal statistics apart.
TEST(permutation_test_exact, ties_are_found_exactly) {
  const std::vector<double> a = {0.1, 0.1, 0.1, 0.3, 0.7}, b(5, 0.0);
  const std::vector<double> shuffled = {0.7, 0.1, 0.3, 0.1, 0.1};
  EXPECT_BITS(scoring::permutation_test_exact(a, b).p_value,
              scoring::permutation_test_exact(shuffled, b).p_value);
  const std::vector<double> equal(20, 0.1), none(20, 0.0);
  EXPECT_BITS(scoring::permutation_test_exact(equal, none).p_value, std::ldexp(2.0, -20));
}

TEST(permutation_test_signs, agrees_with_the_exact_test) {
  generator random(5);
  const std::vector<double> a = random.normals(14), b = random.normals(14);
  const double exact = scoring::permutation_test_exact(a, b).p_value;
  const auto drawn = scoring::permutation_test_signs(a, b, {.n_permutations = 20000}, {.threads = 3});
  EXPECT_ABS(drawn.p_value, exact, 0.018, "5 standard errors, seed fixed");
  EXPECT_BITS(drawn.p_value, scoring::permutation_test_signs(a, b, {.n_permutations = 20000}).p_value);
}

TEST(comparison, errors_name_argument_and_value) {
  const auto shape = error_kind::shape, value = error_kind::value;
  const std::vector<double> three = {1, 2, 4}, other = {2, 2, 2}, moved = {0, 1, 3};
  expect_error([&] { scoring::diebold_mariano({}, {}); }, shape, error_code::empty_input, "scores_a");
  expect_error([&] { scoring::diebold_mariano({1.0}, {2.0}); }, shape, error_code::empty_input, "scores_a",
               "at least 2");
  expect_error([&] { scoring::diebold_mariano(three, {1.0}); }, shape, error_code::length_mismatch,
               "scores_b");
  expect_error(
      [&] {
        scoring::diebold_mariano(three, {1, 2, k_nan});
      },
      value, error_code::non_finite, "scores_b", "[2] is NaN");
  expect_error([&] { scoring::diebold_mariano(three, other, {.horizon = 0}); }, value,
               error_code::bad_parameter, "horizon", "is 0, must lie in 1..2");
  expect_error([&] { scoring::diebold_mariano(three, other, {.horizon = 3}); }, value,
               error_code::bad_parameter, "horizon");
  expect_error([&] { scoring::diebold_mariano(three, moved); }, value, error_code::degenerate, "scores_a",
               "variance of 0");
  expect_error([&] { scoring::pairwise_comparison(matrix_view()); }, shape, error_code::empty_input,
               "scores");
  const std::vector<double> apart = {1, k_nan, k_nan, 1}, zero = {1, 0, 2, 0}, infinite = {1, k_infinity};
  expect_error([&] { scoring::pairwise_comparison(matrix_view(apart, 2, 2)); }, value, error_code::degenerate,
               "scores", "columns 0 and 1 share no case");
  expect_error([&] { scoring::pairwise_comparison(matrix_view(zero, 2, 2)); }, value, error_code::degenerate,
               "scores", "sum to more than 0");
  expect_error([&] { scoring::pairwise_comparison(matrix_view(infinite, 1, 2)); }, value,
               error_code::non_finite, "scores", "[0, 1] is Infinity");
  expect_error([&] { scoring::pairwise_comparison(matrix_view(three, 1, 3), {.baseline = 3}); }, value,
               error_code::bad_parameter, "baseline", "0..2");
  const std::vector<std::int32_t> signs = {1, -1, 0};
  expect_error([&] { scoring::permutation_test_signs(three, other, {.n_permutations = 0}); }, value,
               error_code::bad_parameter, "n_permutations");
  const array_view row(signs.data(), dtype::int32, 2, {1, 3, 1}),
      narrow(signs.data(), dtype::int32, 2, {1, 2, 1});
  expect_error([&] { scoring::permutation_test_signs(three, other, {.signs = integer_view(row)}); }, value,
               error_code::out_of_range, "signs", "[0, 2] is 0");
  expect_error([&] { scoring::permutation_test_signs(three, other, {.signs = integer_view(narrow)}); }, shape,
               error_code::length_mismatch, "signs", "3 columns");
  const std::vector<double> many(25, 1.0), none(25, 0.0);
  expect_error([&] { scoring::permutation_test_exact(many, none); }, value, error_code::budget_exceeded,
               "scores_a", "at most 24");
}

}  // namespace
}  // namespace assay::testing
