#include "assay/scoring/moments.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "assay/scoring/normal.hpp"
#include "support/compare.hpp"
#include "support/random.hpp"

namespace assay::scoring {
namespace {

using testing::expect_error;
const double nan = std::numeric_limits<double>::quiet_NaN();
const double infinity = std::numeric_limits<double>::infinity();

/// Mean, variance and skewness by their definitions in long double.
struct moments {
  long double mean = 0, variance = 0, skewness = 0;

  moments(const double* x, std::size_t m, int ddof) {
    const long double count = static_cast<long double>(m);
    for (std::size_t j = 0; j < m; ++j) mean += static_cast<long double>(x[j]) / count;
    long double squares = 0, cubes = 0;
    for (std::size_t j = 0; j < m; ++j) {
      const long double d = static_cast<long double>(x[j]) - mean;
      squares += d * d;
      cubes += d * d * d;
    }
    variance = squares / (count - ddof);
    skewness = count / ((count - 1) * (count - 2)) * cubes / (variance * std::sqrt(variance));
  }
};

struct ensembles {
  std::vector<double> y, members;
  std::size_t m;

  ensembles(std::uint64_t seed, std::size_t n, std::size_t count, double offset) : m(count) {
    testing::generator random(seed);
    for (std::size_t i = 0; i < n; ++i) {
      y.push_back(offset + random.normal());
      for (std::size_t j = 0; j < m; ++j) members.push_back(offset + random.normal());
    }
  }
  [[nodiscard]] matrix_view view() const { return {members, y.size(), m}; }
};

// An offset of 1e6 costs the peers' form, mean of squares less square of the mean, twelve digits.
TEST(dawid_sebastiani_score, equals_its_definition_far_from_zero_too) {
  for (const double offset : {0.0, 1e6})
    for (const std::int64_t ddof : {0, 1}) {
      const ensembles data(51, 100, 7, offset);
      const array score = dawid_sebastiani_score(data.y, data.view(), {.ddof = ddof});
      for (std::size_t i = 0; i < data.y.size(); ++i) {
        const moments of(data.members.data() + i * 7, 7, static_cast<int>(ddof));
        const long double e = static_cast<long double>(data.y[i]) - of.mean;
        const long double square = e * e / of.variance;
        const double expected = static_cast<double>(square + std::log(of.variance));
        EXPECT_ABS(score[i], expected,
                   1e-14 * (1.0 + static_cast<double>(square)) * (offset > 0.0 ? 1e6 : 1.0),
                   "an ulp of the offset");
      }
    }
}

TEST(dawid_sebastiani_score, is_twice_the_normal_log_score_but_for_a_constant) {
  const double log_two_pi = std::log(2.0 * 3.14159265358979323846);
  for (const double y : {-3.0, 0.2, 5.0})
    EXPECT_REL(dawid_sebastiani_score_moments({y}, 0.5, 4.0)[0],
               2.0 * log_score_normal({y}, 0.5, 2.0)[0] - log_two_pi, 1e-14, "rounding");
}

TEST(error_spread_score, equals_its_definition) {
  const ensembles data(52, 200, 9, 0.0);
  const array score = error_spread_score(data.y, data.view());
  for (std::size_t i = 0; i < data.y.size(); ++i) {
    const moments of(data.members.data() + i * 9, 9, 1);
    const long double e = of.mean - static_cast<long double>(data.y[i]);
    const long double skewed = e * std::sqrt(of.variance) * of.skewness, gap = of.variance - e * e - skewed;
    const double size = static_cast<double>(of.variance + e * e + std::fabs(skewed));
    EXPECT_ABS(score[i], static_cast<double>(gap * gap), 8e-15 * size * size, "rounding");
    EXPECT_ABS(
        error_spread_score_moments({data.y[i]}, static_cast<double>(of.mean),
                                   static_cast<double>(of.variance), static_cast<double>(of.skewness))[0],
        static_cast<double>(gap * gap), 8e-15 * size * size, "rounding");
  }
}

TEST(error_spread_score, knows_no_skewness_without_variance) {
  EXPECT_REL(error_spread_score({1}, {std::vector<double>{0.1, 0.1, 0.1}, 1, 3})[0], 0.6561, 1e-15,
             "rounding");
}

TEST(moment_scores, leave_missing_members_out_or_give_missing_scores) {
  const std::vector<double> members{1, 2, nan, 4, 1, nan, nan, nan}, kept{1, 2, 4};
  const matrix_view view(members, 2, 4), without(kept, 1, 3);
  const array omitted = dawid_sebastiani_score({0.5, 0.5}, view, {.nan_policy = nan_policy::omit});
  EXPECT_BITS(omitted[0], dawid_sebastiani_score({0.5}, without)[0]);
  EXPECT_TRUE(std::isnan(omitted[1]));
  const array spread = error_spread_score({0.5, 0.5}, view, {.nan_policy = nan_policy::omit});
  EXPECT_BITS(spread[0], error_spread_score({0.5}, without)[0]);
  EXPECT_TRUE(std::isnan(spread[1]));
  EXPECT_TRUE(std::isnan(dawid_sebastiani_score({0.5, 0.5}, view, {.nan_policy = nan_policy::propagate})[0]));
  EXPECT_TRUE(std::isnan(error_spread_score({nan}, without, {.nan_policy = nan_policy::omit})[0]));
  EXPECT_TRUE(std::isnan(dawid_sebastiani_score_moments({1}, nan, 1.0, {.nan_policy = nan_policy::omit})[0]));
  EXPECT_TRUE(
      std::isnan(error_spread_score_moments({1}, 1.0, nan, 0.0, {.nan_policy = nan_policy::omit})[0]));
}

TEST(moment_scores, do_not_depend_on_threads_or_element_type) {
  const ensembles data(53, 20000, 5, 0.0);
  const std::vector<float> y(data.y.begin(), data.y.end()), members(data.members.begin(), data.members.end());
  const std::vector<double> wide_y(y.begin(), y.end()), wide(members.begin(), members.end());
  const matrix_view a(members, y.size(), 5), b(wide, y.size(), 5);
  EXPECT_BITS(dawid_sebastiani_score(y, a), dawid_sebastiani_score(wide_y, b, {}, {.threads = 3}));
  EXPECT_BITS(error_spread_score(y, a), error_spread_score(wide_y, b, {}, {.threads = 3}));
  EXPECT_BITS(error_spread_score_moments(y, wide_y, 2.0, 0.5),
              error_spread_score_moments(wide_y, wide_y, 2.0, 0.5, {}, {.threads = 3}));
}

TEST(moment_scores, errors_name_argument_and_value) {
  const std::vector<double> two{1, 2}, equal{2, 2, 2};
  const matrix_view pair(two, 1, 2), same(equal, 1, 3), single(two, 2, 1);
  const auto shape = error_kind::shape, value = error_kind::value;
  expect_error([&] { dawid_sebastiani_score({}, pair); }, shape, error_code::empty_input, "observations",
               "is empty");
  expect_error([&] { dawid_sebastiani_score({1, 2}, pair); }, shape, error_code::length_mismatch, "members");
  expect_error(
      [&] {
        dawid_sebastiani_score({1, 2}, single);
      },
      shape, error_code::too_few_members, "members", "have 1 a row, need at least 2");
  expect_error([&] { dawid_sebastiani_score({1}, same); }, value, error_code::degenerate, "members",
               "[0] are all equal");
  expect_error([&] { dawid_sebastiani_score({1}, pair, {.ddof = 2}); }, value, error_code::bad_parameter,
               "ddof", "is 2, must be 0 or 1");
  expect_error([&] { dawid_sebastiani_score({nan}, pair); }, value, error_code::non_finite, "observations",
               "NaN");
  expect_error([&] { error_spread_score({1}, pair); }, shape, error_code::too_few_members, "members",
               "need at least 3");
  expect_error([&] { error_spread_score({infinity}, same); }, value, error_code::non_finite, "observations",
               "Infinity");
  expect_error([] { dawid_sebastiani_score_moments({1}, 0.0, 0.0); }, value, error_code::out_of_range,
               "variance", "is 0, must be finite and > 0");
  expect_error(
      [&] {
        dawid_sebastiani_score_moments({1, 2, 3}, vector_view(two), 1.0);
      },
      shape, error_code::length_mismatch, "mean");
  expect_error([] { error_spread_score_moments({1}, 0.0, 1.0, nan); }, value, error_code::non_finite,
               "skewness", "NaN");
}

}  // namespace
}  // namespace assay::scoring
