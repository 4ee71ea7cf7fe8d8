// What holds for the scores of every family of forecast distributions.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "assay/scoring/bounded.hpp"
#include "assay/scoring/censored_shifted_gamma.hpp"
#include "assay/scoring/exponential.hpp"
#include "assay/scoring/exponential_mass.hpp"
#include "assay/scoring/gamma.hpp"
#include "assay/scoring/generalised_extreme_value.hpp"
#include "assay/scoring/generalised_pareto.hpp"
#include "assay/scoring/laplace.hpp"
#include "assay/scoring/logistic.hpp"
#include "assay/scoring/normal.hpp"
#include "assay/scoring/student_t.hpp"
#include "assay/scoring/two_piece.hpp"
#include "assay/scoring/uniform.hpp"
#include "support/compare.hpp"
#include "support/isa.hpp"
#include "support/random.hpp"
#include "unit/scoring/distribution_families.hpp"

namespace assay::testing {
namespace {

using scoring::nan_policy;

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr double k_infinity = std::numeric_limits<double>::infinity();

/// Outcomes and columns of parameters.
struct cases {
  std::vector<double> y;
  std::vector<std::vector<double>> parameters;
  std::vector<distribution_reference> rows;

  [[nodiscard]] columns views(const family_score& s) const {
    return {parameters.begin(), parameters.begin() + static_cast<std::ptrdiff_t>(s.parameters)};
  }
};

/// The family's references, repeated until there are n.
cases cases_of(const family& f, std::size_t n = 0) {
  cases data;
  for (const distribution_reference& row : references())
    if (row.family == f.name) data.rows.push_back(row);
  data.parameters.resize(f.parameters.size());
  for (std::size_t i = 0; i < std::max(n, data.rows.size()); ++i) {
    const distribution_reference& row = data.rows[i % data.rows.size()];
    data.y.push_back(row.y);
    for (std::size_t k = 0; k < row.parameters.size(); ++k) data.parameters[k].push_back(row.parameters[k]);
  }
  return data;
}

columns ordinary(const family& f, const family_score& s) {
  return {f.ordinary.begin(), f.ordinary.begin() + static_cast<std::ptrdiff_t>(s.parameters)};
}

class distributions : public ::testing::TestWithParam<family> {
 protected:
  /// The family's scores: CRPS, and log score where it has one.
  [[nodiscard]] std::vector<family_score> scores() const {
    std::vector<family_score> all{GetParam().crps};
    if (GetParam().log_score.score != nullptr) all.push_back(GetParam().log_score);
    return all;
  }
  template <class Fn>
  void on_each_isa(Fn body) {
    for (const isa set : available_isas()) {
      SCOPED_TRACE(static_cast<int>(set));
      const use_isa guard(set);
      body();
    }
  }
};
INSTANTIATE_TEST_SUITE_P(families, distributions, ::testing::ValuesIn(families()),
                         [](const auto& tested) { return tested.param.name; });

TEST_P(distributions, crps_and_its_gradient_equal_the_references) {
  const family& f = GetParam();
  const cases data = cases_of(f);
  ASSERT_GE(data.rows.size(), 20U);
  on_each_isa([&] {
    const gradient found = f.crps.grad(data.y, data.views(f.crps), nan_policy::raise);
    for (std::size_t i = 0; i < data.rows.size(); ++i) {
      const distribution_reference& row = data.rows[i];
      SCOPED_TRACE(i);
      double terms = std::fabs(row.y) + row.crps;
      for (const double p : row.parameters) terms = std::fmax(terms, std::fabs(p));
      EXPECT_ABS(found.score[i], row.crps, f.tolerance * terms, "documented");
      for (std::size_t k = 0; k < found.derivatives.size(); ++k)
        EXPECT_ABS(found.derivatives[k][i], row.crps_derivatives[k],
                   f.gradient_tolerance * std::fmax(std::fabs(row.crps_derivatives[k]), terms), "documented");
    }
  });
}

TEST_P(distributions, log_score_and_its_gradient_equal_the_references) {
  const family& f = GetParam();
  if (f.log_score.score == nullptr) return;
  const cases data = cases_of(f);
  on_each_isa([&] {
    const gradient found = f.log_score.grad(data.y, data.views(f.log_score), nan_policy::raise);
    for (std::size_t i = 0; i < data.rows.size(); ++i) {
      const distribution_reference& row = data.rows[i];
      SCOPED_TRACE(i);
      if (std::isinf(row.log_score)) {
        EXPECT_BITS(found.score[i], k_infinity);
        for (const array& derivative : found.derivatives) EXPECT_EQ(derivative[i], 0.0);
        continue;
      }
      double terms = std::fmax(std::fabs(row.log_score), 4.0);
      for (const double p : row.parameters) terms = std::fmax(terms, std::fabs(p));
      EXPECT_ABS(found.score[i], row.log_score, f.tolerance * terms, "documented");
      for (std::size_t k = 0; k < found.derivatives.size(); ++k)
        EXPECT_ABS(found.derivatives[k][i], row.log_score_derivatives[k],
                   f.gradient_tolerance * std::fmax(std::fabs(row.log_score_derivatives[k]), terms),
                   "documented");
    }
  });
}

/// Points that thin out towards the ends, centred on 1/4, with the width of each.
struct grid {
  std::vector<double> x, width;

  grid() {
    constexpr int count = 8001;
    constexpr double reach = 9.0, step = 2.0 * reach / (count - 1);
    for (int i = 0; i < count; ++i) {
      const double t = -reach + step * i;
      x.push_back(0.25 + std::sinh(t));
      width.push_back(step * std::cosh(t));
    }
  }
};

// The density of the log score integrates to 1, its integral makes the CRPS, and by it both scores are least
// for the forecast itself: definition, mutual agreement and propriety at once. Ends of the support lie
// between points and tails beyond +-4051: hence 1 %.
TEST_P(distributions, scores_agree_with_the_density_and_are_proper) {
  const family& f = GetParam();
  if (f.log_score.score == nullptr) return;
  const grid points;
  family plain = f;  // without point masses, which a density does not have
  for (std::size_t k = f.log_score.parameters; k < f.ordinary.size(); ++k) plain.ordinary[k] = 0.0;
  const array surprise = f.log_score.score(points.x, ordinary(plain, f.log_score), nan_policy::raise, 1);
  const auto expectation = [&](const array& values) {
    double sum = 0.0;
    for (std::size_t i = 0; i < points.x.size(); ++i) {
      const double share = std::exp(-surprise[i]) * points.width[i];
      if (share > 0.0) sum += share * values[i];
    }
    return sum;
  };
  std::vector<double> ones(points.x.size(), 1.0), below;
  double total = 0.0;
  for (std::size_t i = 0; i < points.x.size(); ++i) {
    const double share = std::exp(-surprise[i]) * points.width[i];
    below.push_back(total + share / 2.0);
    total += share;
  }
  EXPECT_NEAR(total, 1.0, 0.01);
  const double y = 0.5;
  double crps = 0.0;
  for (std::size_t i = 0; i < points.x.size(); ++i) {
    const double gap = below[i] / total - (points.x[i] >= y ? 1.0 : 0.0);
    crps += gap * gap * points.width[i];
  }
  EXPECT_REL(f.crps.score({y}, ordinary(plain, f.crps), nan_policy::raise, 1)[0], crps, 0.02, "a grid");
  for (const family_score& s : scores()) {
    const double least = expectation(s.score(points.x, ordinary(plain, s), nan_policy::raise, 1));
    for (std::size_t k = 0; k < f.log_score.parameters; ++k)
      for (const double change : {-0.125, 0.125}) {
        family other = plain;
        other.ordinary[k] += change;
        EXPECT_GT(expectation(s.score(points.x, ordinary(other, s), nan_policy::raise, 1)), least)
            << f.parameters[k] << " " << change;
      }
  }
}

TEST_P(distributions, gradients_return_the_bits_of_the_scores) {
  const cases data = cases_of(GetParam(), 333);
  on_each_isa([&] {
    for (const family_score& s : scores())
      EXPECT_BITS(s.grad(data.y, data.views(s), nan_policy::raise).score,
                  s.score(data.y, data.views(s), nan_policy::raise, 1));
  });
}

TEST_P(distributions, give_the_same_bits_for_any_threads) {
  const cases data = cases_of(GetParam(), 70003);  // three chunks
  for (const family_score& s : scores())
    EXPECT_BITS(s.score(data.y, data.views(s), nan_policy::raise, 3),
                s.score(data.y, data.views(s), nan_policy::raise, 1));
}

TEST_P(distributions, give_the_same_bits_for_any_instruction_set) {
  const cases data = cases_of(GetParam(), 1003);
  for (const family_score& s : scores()) {
    const array once = s.score(data.y, data.views(s), nan_policy::raise, 1);
    const gradient slopes = s.grad(data.y, data.views(s), nan_policy::raise);
    on_each_isa([&] {
      EXPECT_BITS(s.score(data.y, data.views(s), nan_policy::raise, 1), once);
      const gradient here = s.grad(data.y, data.views(s), nan_policy::raise);
      for (std::size_t k = 0; k < slopes.derivatives.size(); ++k)
        EXPECT_BITS(here.derivatives[k], slopes.derivatives[k]);
    });
  }
}

TEST_P(distributions, are_finite_with_finite_gradients_however_far_the_outcome_lies) {
  const family& f = GetParam();
  for (const double y : {1e4, 1e200, 1e308, -1e4, -1e200, -1e308}) {
    const gradient found = f.crps.grad({y}, ordinary(f, f.crps), nan_policy::raise);
    EXPECT_REL(found.score[0], std::fabs(y), 1e-3, "the distance remains");
    for (const array& derivative : found.derivatives) EXPECT_TRUE(std::isfinite(derivative[0])) << y;
    if (f.log_score.score == nullptr) continue;
    const gradient log_found = f.log_score.grad({y}, ordinary(f, f.log_score), nan_policy::raise);
    EXPECT_GT(log_found.score[0], 4.0);
    for (const array& derivative : log_found.derivatives) EXPECT_FALSE(std::isnan(derivative[0])) << y;
  }
}

TEST_P(distributions, float32_equals_float64_on_the_widened_numbers) {
  const cases data = cases_of(GetParam(), 1100);
  const std::vector<float> y(data.y.begin(), data.y.end());
  const std::vector<double> wide_y(y.begin(), y.end());
  for (const family_score& s : scores()) {
    const columns p = ordinary(GetParam(), s);
    const gradient narrow = s.grad(y, p, nan_policy::raise), wide = s.grad(wide_y, p, nan_policy::raise);
    EXPECT_BITS(narrow.score, wide.score);
    for (std::size_t k = 0; k < narrow.derivatives.size(); ++k) {
      EXPECT_EQ(narrow.derivatives[k].type(), dtype::float32);
      for (std::size_t i = 0; i < y.size(); ++i)
        EXPECT_BITS(narrow.derivatives[k][i],
                    static_cast<double>(static_cast<float>(wide.derivatives[k][i])));
    }
    EXPECT_EQ(s.grad(y, data.views(s), nan_policy::raise).derivatives[0].type(), dtype::float64);
  }
}

TEST_P(distributions, missing_values_give_missing_scores_when_allowed) {
  const family& f = GetParam();
  for (const auto policy : {nan_policy::omit, nan_policy::propagate})
    for (const family_score& s : scores())
      for (std::size_t bad = 0; bad <= s.parameters; ++bad) {
        std::vector<double> y{0.5, 0.5};
        std::vector<std::vector<double>> p;
        for (std::size_t k = 0; k < s.parameters; ++k) p.emplace_back(2, f.ordinary[k]);
        (bad == p.size() ? y : p[bad])[0] = k_nan;
        const gradient found = s.grad(y, {p.begin(), p.end()}, policy);
        EXPECT_TRUE(std::isnan(found.score[0])) << bad;
        EXPECT_TRUE(std::isfinite(found.score[1])) << bad;
        for (const array& derivative : found.derivatives) {
          EXPECT_TRUE(std::isnan(derivative[0])) << bad;
          EXPECT_TRUE(std::isfinite(derivative[1])) << bad;
        }
      }
}

TEST_P(distributions, errors_name_argument_and_value) {
  const family& f = GetParam();
  for (const family_score& s : scores()) {
    const auto expect = [&](const std::vector<double>& y, const columns& p, nan_policy policy,
                            error_kind kind, error_code code, const std::string& argument,
                            const std::string& text) {
      expect_error([&] { s.score(y, p, policy, 1); }, kind, code, argument, text);
      expect_error([&] { s.grad(y, p, policy); }, kind, code, argument, text);
    };
    const auto with = [&](std::size_t k, const broadcast_view& value) {
      columns p = ordinary(f, s);
      p[k] = value;
      return p;
    };
    const auto value = error_kind::value;
    const columns p = ordinary(f, s);
    expect({}, p, nan_policy::raise, error_kind::shape, error_code::empty_input, "observations", "is empty");
    expect({k_nan}, p, nan_policy::raise, value, error_code::non_finite, "observations", "[0] is NaN");
    expect({k_infinity}, p, nan_policy::omit, value, error_code::non_finite, "observations", "Infinity");
    const std::vector<double> three(3, f.ordinary[0]);
    expect({0.5, 0.5}, with(0, three), nan_policy::raise, error_kind::shape, error_code::length_mismatch,
           f.parameters[0], "3 elements");
    for (std::size_t k = 0; k < s.parameters; ++k) {
      std::vector<double> second(2, f.ordinary[k]);
      second[1] = k_nan;
      const auto any_code = [&](const broadcast_view& bad, const std::string& text) {
        try {
          s.score({0.5, 0.5}, with(k, bad), nan_policy::raise, 1);
          ADD_FAILURE() << "no error for " << f.parameters[k];
        } catch (const error& caught) {
          EXPECT_EQ(caught.argument(), f.parameters[k]) << caught.what();
          EXPECT_NE(std::string(caught.what()).find(text), std::string::npos) << caught.what();
        }
      };
      any_code(second, "[1] is NaN");
      if (f.parameters[k] != "lower" && f.parameters[k] != "upper") any_code(k_infinity, "is Infinity");
    }
    for (const bad_value& bad : f.bad)
      if (bad.parameter < s.parameters) {
        std::vector<double> second(2, f.ordinary[bad.parameter]);
        second[1] = bad.value;
        for (const auto policy : {nan_policy::raise, nan_policy::omit}) {
          const std::string argument = bad.blamed.empty() ? f.parameters[bad.parameter] : bad.blamed;
          expect({0.5}, with(bad.parameter, bad.value), policy, value, error_code::out_of_range, argument,
                 bad.wanted);
          expect({0.5, 0.5}, with(bad.parameter, second), policy, value, error_code::out_of_range, argument,
                 "[1] is");
        }
      }
  }
}

TEST(exponential_scores, an_outcome_below_zero_is_beyond_the_support) {
  EXPECT_BITS(scoring::crps_exponential({-2.0}, 1.0)[0], 2.5);
  EXPECT_BITS(scoring::log_score_exponential({-2.0}, 1.0)[0], k_infinity);
  EXPECT_BITS(scoring::crps_exponential_grad({-2.0}, 2.0).d_rate[0], -0.125);
}

TEST(laplace_scores, have_slope_zero_at_the_location) {
  EXPECT_EQ(scoring::crps_laplace_grad({0.0}, 0.0, 1.0).d_location[0], 0.0);
  EXPECT_EQ(scoring::log_score_laplace_grad({0.0}, 0.0, 1.0).d_location[0], 0.0);
  EXPECT_EQ(scoring::crps_two_piece_exponential_grad({0.0}, 1.0, 2.0, 0.0).d_location[0], 0.0);
}

TEST(gamma_scores, shape_one_is_the_exponential_distribution) {
  const std::vector<double> y{0.0, 0.1, 1.0, 7.0, -1.0};
  for (std::size_t i = 0; i < y.size(); ++i) {
    EXPECT_ABS(scoring::crps_gamma(y, 1.0, 2.0)[i], scoring::crps_exponential(y, 2.0)[i], 7e-14,
               "48 ulp of 7");
    const double expected = scoring::log_score_exponential(y, 2.0)[i],
                 found = scoring::log_score_gamma(y, 1.0, 2.0)[i];
    if (std::isinf(expected)) {
      EXPECT_BITS(found, expected);
    } else {
      EXPECT_ABS(found, expected, 1e-14, "few ulp of 14");
    }
  }
}

TEST(gamma_scores, density_at_zero_is_infinite_below_shape_one_and_none_above) {
  EXPECT_BITS(scoring::log_score_gamma({0.0}, 0.5, 1.0)[0], -k_infinity);
  EXPECT_BITS(scoring::log_score_gamma({0.0}, 1.5, 1.0)[0], k_infinity);
}

// The series of small shapes, of large ones and the uniform expansion meet at 1 and 1000.
TEST(gamma_scores, are_continuous_where_the_method_changes) {
  for (const double shape : {1.0, 1000.0})
    for (const double y : {0.5, 0.97, 1.0, 1.04, 2.0}) {
      const double before = std::nextafter(shape, 0.0);
      const auto a = scoring::crps_gamma_grad({shape * y}, before, 1.0),
                 b = scoring::crps_gamma_grad({shape * y}, shape, 1.0);
      EXPECT_ABS(a.crps[0], b.crps[0], 1e-14 * shape, "48 ulp of the outcome");
      EXPECT_ABS(a.d_shape[0], b.d_shape[0], 1e-12, "documented");
    }
}

TEST(censored_shifted_gamma_scores, without_shift_are_those_of_the_gamma_distribution) {
  for (const double y : {-1.0, 0.0, 0.4, 3.0})
    EXPECT_BITS(
        scoring::crps_csg0({y}, 0.75, 1.5, 0.0)[0],
        y < 0.0 ? -y + scoring::crps_gamma({0.0}, 0.75, 1.5)[0] : scoring::crps_gamma({y}, 0.75, 1.5)[0]);
}

// The limit at shape 0 is approached from both sides, and the formulas near it lose nothing.
TEST(generalised_extreme_value_scores, are_smooth_around_the_gumbel_distribution) {
  for (const double y : {-2.0, 0.0, 0.3, 5.0}) {
    const auto gumbel = scoring::crps_gev_grad({y}, 0.0, 0.0, 1.0);
    for (const double shape : {1e-300, -1e-17, 1e-9, -1e-5}) {
      const auto near = scoring::crps_gev_grad({y}, shape, 0.0, 1.0);
      EXPECT_ABS(near.crps[0], gumbel.crps[0] + shape * gumbel.d_shape[0], 1e-13 + 10.0 * shape * shape,
                 "rounding, and the next term of the series");
      EXPECT_ABS(near.d_shape[0], gumbel.d_shape[0], 1e-12 + 20.0 * std::fabs(shape),
                 "the second derivative");
    }
  }
}

TEST(bounded_scores, with_infinite_ends_are_those_of_the_unbounded_forecast) {
  for (const double y : {-30.0, -1.0, 0.2, 7.0}) {
    const auto normal = scoring::crps_normal_grad({y}, 0.5, 2.0);
    const auto logistic = scoring::crps_logistic_grad({y}, 0.5, 2.0);
    const auto t = scoring::crps_tnormal_grad({y}, 0.5, 2.0, -k_infinity, k_infinity);
    const auto c = scoring::crps_cnormal_grad({y}, 0.5, 2.0, -k_infinity, k_infinity);
    EXPECT_REL(t.crps[0], normal.crps[0], 2e-14, "documented");
    EXPECT_ABS(t.d_location[0], normal.d_mu[0], 1e-13, "documented");
    EXPECT_ABS(t.d_scale[0], normal.d_sigma[0], 1e-13 * std::fmax(1.0, std::fabs(y)), "documented");
    EXPECT_REL(c.crps[0], normal.crps[0], 4e-15, "documented");
    EXPECT_ABS(c.d_scale[0], normal.d_sigma[0], 4e-15, "documented");
    EXPECT_REL(scoring::crps_tlogistic({y}, 0.5, 2.0, -k_infinity, k_infinity)[0], logistic.crps[0], 2e-14,
               "documented");
    EXPECT_REL(scoring::crps_clogistic({y}, 0.5, 2.0, -k_infinity, k_infinity)[0], logistic.crps[0], 4e-15,
               "documented");
    EXPECT_REL(scoring::log_score_tnormal({y}, 0.5, 2.0, -k_infinity, k_infinity)[0],
               scoring::log_score_normal({y}, 0.5, 2.0)[0], 1e-14, "documented");
  }
}

// Far out, a normal tail is an exponential distribution of rate b, to order 1/b^2.
TEST(bounded_scores, truncation_far_in_a_tail_keeps_its_digits) {
  for (const double b : {50.0, 1000.0, 1e5}) {
    for (const double u : {0.1, 0.7, 3.0}) {
      const double y = b + u / b, expected = scoring::crps_exponential({u}, 1.0)[0] / b;
      EXPECT_REL(scoring::crps_tnormal({y}, 0.0, 1.0, b, k_infinity)[0], expected,
                 10.0 / (b * b) + 1e-14 * b * b, "the next order, and what is documented");
      EXPECT_BITS(scoring::crps_tnormal({-y}, 0.0, 1.0, -k_infinity, -b)[0],
                  scoring::crps_tnormal({y}, 0.0, 1.0, b, k_infinity)[0]);
    }
  }
  EXPECT_REL(scoring::crps_tlogistic({700.5}, 0.0, 1.0, 700.0, k_infinity)[0],
             scoring::crps_exponential({0.5}, 1.0)[0], 1e-12, "the logistic tail is exponential");
}

TEST(bounded_scores, censoring_is_truncation_with_the_mass_beyond_at_the_ends) {
  const double location = 0.25, scale = 1.5, lower = -1.0, upper = 1.75;
  const double l = 0.5 * std::erfc((location - lower) / scale / std::sqrt(2.0));
  const double u = 0.5 * std::erfc((upper - location) / scale / std::sqrt(2.0));
  for (const double y : {-4.0, -0.5, 0.5, 1.7, 9.0})
    EXPECT_ABS(scoring::crps_gtcnormal({y}, location, scale, lower, upper, l, u)[0],
               scoring::crps_cnormal({y}, location, scale, lower, upper)[0],
               4e-15 * std::fmax(1.0, std::fabs(y)), "rounding");
}

TEST(bounded_scores, mass_at_an_infinite_end_makes_the_crps_infinite) {
  EXPECT_BITS(scoring::crps_gtcnormal({0.0}, 0.0, 1.0, -k_infinity, 1.0, 0.25, 0.0)[0], k_infinity);
  EXPECT_BITS(scoring::crps_gtclogistic({0.0}, 0.0, 1.0, 0.0, k_infinity, 0.0, 0.25)[0], k_infinity);
}

TEST(student_t_scores, many_degrees_of_freedom_are_a_normal_forecast) {
  for (const double y : {0.0, 0.3, -2.0, 9.0}) {
    EXPECT_REL(scoring::crps_t({y}, 1e15, 0.0, 1.0)[0], scoring::crps_normal({y}, 0.0, 1.0)[0], 1e-13,
               "of order 1/df");
    EXPECT_REL(scoring::log_score_t({y}, 1e15, 0.0, 1.0)[0], scoring::log_score_normal({y}, 0.0, 1.0)[0],
               1e-12, "of order y^4/df");
  }
}

TEST(two_piece_scores, equal_scales_are_the_symmetric_family) {
  for (const double y : {-3.0, 0.0, 0.2, 5.0}) {
    EXPECT_REL(scoring::crps_two_piece_normal({y}, 2.0, 2.0, 0.1)[0], scoring::crps_normal({y}, 0.1, 2.0)[0],
               1e-14, "");
    EXPECT_REL(scoring::crps_two_piece_exponential({y}, 2.0, 2.0, 0.1)[0],
               scoring::crps_laplace({y}, 0.1, 2.0)[0], 1e-14, "");
  }
}

TEST(generalised_pareto_scores, shape_zero_is_the_exponential_distribution) {
  for (const double shape : {0.0, 1e-300, -1e-17, 1e-12})
    for (const double y : {-1.0, 0.0, 0.3, 12.0}) {
      EXPECT_REL(scoring::crps_gpd({y}, shape, 0.0, 0.5)[0], scoring::crps_exponential({y}, 2.0)[0], 1e-10,
                 "shape");
      EXPECT_ABS(scoring::crps_gpd_grad({y}, shape, 0.0, 0.5).d_shape[0],
                 scoring::crps_gpd_grad({y}, 0.0, 0.0, 0.5).d_shape[0], 1e-9, "shape");
    }
}

TEST(generalised_pareto_scores, mass_one_is_a_sure_forecast) {
  EXPECT_BITS(scoring::crps_gpd({3.0}, 0.2, 1.0, 2.0, 1.0)[0], 2.0);
  EXPECT_BITS(scoring::crps_exponential_mass({3.0}, 1.0, 1.0, 2.0)[0], 2.0);
  EXPECT_BITS(scoring::crps_uniform({3.0}, 1.0, 2.0, 1.0, 0.0)[0], 2.0);
}

TEST(uniform_scores, masses_must_leave_room_for_each_other) {
  expect_error([] { scoring::crps_uniform({0.5}, 0.0, 1.0, 0.75, 0.5); }, error_kind::value,
               error_code::out_of_range, "umass", "is 0.5, must sum to at most 1 with lmass, which is 0.75");
}

}  // namespace
}  // namespace assay::testing
