#include "assay/scoring/pit_distribution.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "assay/scoring/internal/named_distribution.hpp"
#include "assay/scoring/observation_rank.hpp"
#include "support/compare.hpp"

namespace assay::testing {
namespace {

using scoring::distribution_family;
using scoring::nan_policy;
using enum distribution_family;

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr double k_infinity = std::numeric_limits<double>::infinity();

struct forecast {
  distribution_family family;
  std::vector<double> parameters;
};

const std::vector<forecast> k_forecasts = {
    {normal, {0.4, 1.3}},
    {logistic, {-0.2, 0.8}},
    {laplace, {0.3, 1.1}},
    {t, {3.5, 0.2, 1.2}},
    {two_piece_normal, {0.7, 1.9, 0.4}},
    {two_piece_exponential, {0.7, 1.9, 0.4}},
    {exponential, {0.6}},
    {exponential_mass, {0.2, -0.5, 1.4}},
    {gamma, {2.3, 1.1}},
    {csg0, {1.7, 0.9, 0.8}},
    {lognormal, {0.2, 0.5}},
    {loglaplace, {0.2, 0.3}},
    {loglogistic, {0.2, 0.3}},
    {beta, {1.6, 2.7, -1, 4}},
    {uniform, {-1, 3, 0.1, 0.2}},
    {gev, {0.2, 0.3, 1.1}},
    {gev, {-0.3, 0.3, 1.1}},
    {gev, {0, 0.3, 1.1}},
    {gpd, {0.15, 0.2, 1.1, 0.25}},
    {gpd, {-0.4, 0.2, 1.1, 0}},
    {tnormal, {0.3, 1.2, -1, 2}},
    {cnormal, {0.3, 1.2, -1, 2}},
    {gtcnormal, {0.3, 1.2, -1, 2, 0.1, 0.3}},
    {tlogistic, {0.3, 0.7, 0.5, k_infinity}},
    {clogistic, {0.3, 0.7, -0.5, k_infinity}},
    {gtclogistic, {0.3, 0.7, -1, 2.5, 0.1, 0.3}},
    {tt, {4, 0.3, 0.9, -1, 2}},
    {ct, {4, 0.3, 0.9, -1, 2}},
    {gtct, {4, 0.3, 0.9, -1, 2, 0.1, 0.3}},
    {poisson, {2.4}},
    {negbinom, {2.5, 0.4}},
    {binomial, {9, 0.35}},
    {hypergeometric, {7, 9, 5}},
};

std::string name_of_case(const forecast& f) {
  std::string name = std::to_string(static_cast<int>(f.family)) + ":";
  for (const double p : f.parameters) name += " " + std::to_string(p);
  return name;
}

double cdf(const forecast& f, double y) {
  return scoring::pit_distribution({y}, f.family, vector_view(f.parameters)).at[0];
}

// crps = integral of (F - 1{y <= x})^2: an independent way to the score, and so to F. Midpoints of steps of
// 1/512 miss at most half a step where F jumps; beyond +-60 the tails tested have less than 1e-4.
TEST(pit_distribution, integrates_to_the_crps) {
  constexpr double step = 1.0 / 512.0;
  std::vector<double> x;
  for (double place = -60.0 + step / 2; place < 60.0; place += step) x.push_back(place);
  const checker check("test");
  for (const forecast& f : k_forecasts) {
    SCOPED_TRACE(name_of_case(f));
    const array_view parameters = vector_view(f.parameters);
    const auto found = scoring::pit_distribution(x, f.family, parameters);
    const scoring::detail::named_distribution named(check, f.family, parameters, "parameters");
    for (const double y : {-0.5, 0.75, 2.0, 5.5}) {
      double sum = 0.0;
      for (std::size_t i = 0; i < x.size(); ++i) {
        const double difference = found.at[i] - (x[i] >= y ? 1.0 : 0.0);
        sum += difference * difference * step;
      }
      EXPECT_ABS(sum, named.crps(std::vector<double>{y}, {}, {})[0], 2e-3, "the step of the sum");
    }
  }
}

// The slope of F is the density. Central differences of F, good to 2^-52 F/h + h^2 F'''/6.
TEST(pit_distribution, grows_by_the_density) {
  constexpr double h = 1e-5;
  const checker check("test");
  for (const forecast& f : k_forecasts) {
    if (!scoring::detail::has_log_score(f.family) || f.family >= poisson) continue;
    SCOPED_TRACE(name_of_case(f));
    const scoring::detail::named_distribution named(check, f.family, vector_view(f.parameters), "parameters");
    for (const double y : {0.6, 1.1, 1.7}) {
      const double density = std::exp(-named.log_score(std::vector<double>{y}, {}, {})[0]);
      EXPECT_ABS((cdf(f, y + h) - cdf(f, y - h)) / (2 * h), density, 1e-9, "rounding of F over the step");
    }
  }
}

TEST(pit_distribution, jumps_by_the_probability_of_a_number) {
  const checker check("test");
  for (const forecast& f : k_forecasts) {
    if (f.family < poisson) continue;
    SCOPED_TRACE(name_of_case(f));
    const scoring::detail::named_distribution named(check, f.family, vector_view(f.parameters), "parameters");
    for (const double y : {0.0, 1.0, 3.0, 5.0}) {
      const auto found = scoring::pit_distribution({y, y + 0.5}, f.family, vector_view(f.parameters));
      const double probability = std::exp(-named.log_score(std::vector<double>{y}, {}, {})[0]);
      EXPECT_ABS(found.at[0] - found.below[0], probability, 1e-14, "difference of probabilities below 1");
      EXPECT_BITS(found.below[1], found.at[0]);
      EXPECT_BITS(found.at[1], found.at[0]);
    }
  }
}

TEST(pit_distribution, jumps_at_masses_only) {
  struct mass {
    forecast f;
    double y, below, at;
  };
  const std::vector<mass> masses = {
      {{exponential_mass, {0.2, -0.5, 1.4}}, -0.5, 0, 0.2},
      {{uniform, {-1, 3, 0.1, 0.2}}, -1, 0, 0.1},
      {{uniform, {-1, 3, 0.1, 0.2}}, 3, 0.8, 1},
      {{gpd, {0.15, 0.2, 1.1, 0.25}}, 0.2, 0, 0.25},
      {{gtcnormal, {0.3, 1.2, -1, 2, 0.1, 0.3}}, -1, 0, 0.1},
      {{gtcnormal, {0.3, 1.2, -1, 2, 0.1, 0.3}}, 2, 0.7, 1},
      {{cnormal, {0, 1, 0, 1e3}}, 0, 0, 0.5},
      {{tnormal, {0, 1, 0, 1}}, 0, 0, 0},
  };
  for (const auto& [f, y, below, at] : masses) {
    SCOPED_TRACE(name_of_case(f));
    const auto found = scoring::pit_distribution({y, y + 0.125}, f.family, vector_view(f.parameters));
    EXPECT_ABS(found.below[0], below, 1e-15, "sums of masses");
    EXPECT_ABS(found.at[0], at, 1e-15, "sums of masses");
    EXPECT_BITS(found.below[1], found.at[1]);
  }
}

// Far in a tail only ratios of tails are left: 1 - exp of log differences of the lower tail, mirrored.
TEST(pit_distribution, keeps_its_digits_far_out) {
  for (const double end : {10.0, 30.0}) {
    const auto tail = [](double z) { return std::erfc(z / std::sqrt(2.0)); };
    const double y = end + 0.05;
    const double expected = 1.0 - tail(y) / tail(end);
    const double right = scoring::pit_distribution({y}, tnormal, vector_view({0, 1, end, k_infinity})).at[0];
    const double left =
        scoring::pit_distribution({-y}, tnormal, vector_view({0, 1, -k_infinity, -end})).at[0];
    EXPECT_ABS(right, expected, 1e-12, "erfc of a rounded argument near 20: 30^2 ulp");
    EXPECT_ABS(left, 1.0 - expected, 1e-12, "the same");
  }
  const auto found = scoring::pit_distribution({1e-300, 1e300}, lognormal, vector_view({0, 1}));
  EXPECT_EQ(found.at[0], 0.0);
  EXPECT_EQ(found.at[1], 1.0);
}

TEST(pit_distribution, takes_one_forecast_a_row) {
  const std::vector<double> y = {0.3, 2.0, 1.0}, parameters = {2, 1, 4, 3, 1, 5};
  const auto found = scoring::pit_distribution(y, gamma, matrix_view(parameters, 3, 2));
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_BITS(found.at[i], cdf({gamma, {parameters[2 * i], parameters[2 * i + 1]}}, y[i]));
  // uniform on [0, 1] for outcomes of the forecast itself: flat by construction at the quantiles of k/8
  const auto flat =
      scoring::pit_distribution({0.125, 0.375, 0.625, 0.875}, uniform, vector_view({0, 1, 0, 0}));
  EXPECT_BITS(scoring::pit_histogram(vector_view(flat.below.view()), vector_view(flat.at.view()), 4),
              array(std::vector<double>(4, 0.25)));
}

TEST(pit_distribution, follows_the_policy_for_nan) {
  const auto found =
      scoring::pit_distribution({0.5, k_nan}, normal, matrix_view(std::vector<double>{k_nan, 1, 0, 1}, 2, 2),
                                {.nan_policy = nan_policy::omit});
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_TRUE(std::isnan(found.below[i]));
    EXPECT_TRUE(std::isnan(found.at[i]));
  }
}

TEST(pit_distribution, refuses_what_is_no_forecast) {
  const auto pit = [](vector_view y, distribution_family family, std::initializer_list<double> parameters) {
    return [=, p = std::vector<double>(parameters), y = std::vector<double>{y(0)}] {
      scoring::pit_distribution(y, family, vector_view(p));
    };
  };
  expect_error(pit({1.0}, normal, {0}), error_kind::shape, error_code::length_mismatch, "parameters",
               "mu, sigma");
  expect_error(pit({1.0}, normal, {0, 0}), error_kind::value, error_code::out_of_range, "sigma", "is 0");
  expect_error(pit({k_nan}, normal, {0, 1}), error_kind::value, error_code::non_finite, "observations");
  expect_error(pit({1.0}, hypergeometric, {2, 3, 6}), error_kind::value, error_code::out_of_range, "k",
               "m + n");
  expect_error(pit({1.0}, hypergeometric, {1e14, 1e14, 1e13}), error_kind::value, error_code::budget_exceeded,
               "parameters");
  expect_error(
      [] {
        scoring::pit_distribution({}, normal, vector_view({0, 1}));
      },
      error_kind::shape, error_code::empty_input, "observations");
  expect_error([] { scoring::pit_distribution({1.0}, normal, array_view()); }, error_kind::shape,
               error_code::empty_input, "parameters");
}

}  // namespace
}  // namespace assay::testing
