// Families that share the loop of distribution.kernel.hpp, each against its definition in long double.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "assay/scoring/exponential.hpp"
#include "assay/scoring/laplace.hpp"
#include "assay/scoring/logistic.hpp"
#include "support/compare.hpp"
#include "support/isa.hpp"
#include "support/random.hpp"

namespace assay::testing {
namespace {

using scoring::nan_policy;
using parameters = std::vector<double>;  // of one forecast

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr double k_infinity = std::numeric_limits<double>::infinity();

struct gradient {
  array score;
  std::vector<array> derivatives;
};

/// A family: its functions with parameters as columns, and its scores by definition.
struct family {
  std::string name;
  std::vector<std::string> parameter_names;
  array (*crps)(vector_view y, const std::vector<broadcast_view>& p, nan_policy policy, unsigned threads);
  array (*log_score)(vector_view y, const std::vector<broadcast_view>& p, nan_policy policy,
                     unsigned threads);
  gradient (*crps_grad)(vector_view y, const std::vector<broadcast_view>& p, nan_policy policy);
  gradient (*log_score_grad)(vector_view y, const std::vector<broadcast_view>& p, nan_policy policy);
  long double (*distribution)(long double y, const parameters& p);
  long double (*crps_by_definition)(long double y, const parameters& p);
  long double (*log_density)(long double y, const parameters& p);
  std::uint64_t crps_ulp;
  double (*draw)(generator& random, const parameters& p);
};

std::ostream& operator<<(std::ostream& out, const family& f) { return out << f.name; }

// Functions of the parameters (p[0], p[1]) or (p[0]) as one signature.
#define ASSAY_TWO(name, first, second)                                                               \
  [](vector_view y, const std::vector<broadcast_view>& p, nan_policy policy, unsigned threads) {     \
    return scoring::crps_##name(y, p[0], p[1], {policy}, {.threads = threads});                      \
  },                                                                                                 \
      [](vector_view y, const std::vector<broadcast_view>& p, nan_policy policy, unsigned threads) { \
        return scoring::log_score_##name(y, p[0], p[1], {policy}, {.threads = threads});             \
      },                                                                                             \
      [](vector_view y, const std::vector<broadcast_view>& p, nan_policy policy) {                   \
        auto r = scoring::crps_##name##_grad(y, p[0], p[1], {policy});                               \
        gradient g{std::move(r.crps), {}};                                                           \
        g.derivatives.push_back(std::move(r.d_##first));                                             \
        g.derivatives.push_back(std::move(r.d_##second));                                            \
        return g;                                                                                    \
      },                                                                                             \
      [](vector_view y, const std::vector<broadcast_view>& p, nan_policy policy) {                   \
        auto r = scoring::log_score_##name##_grad(y, p[0], p[1], {policy});                          \
        gradient g{std::move(r.score), {}};                                                          \
        g.derivatives.push_back(std::move(r.d_##first));                                             \
        g.derivatives.push_back(std::move(r.d_##second));                                            \
        return g;                                                                                    \
      }

const family k_logistic{
    "logistic",
    {"mu", "sigma"},
    ASSAY_TWO(logistic, mu, sigma),
    [](long double y, const parameters& p) {
      return 1.0L / (1.0L + std::exp(-(y - static_cast<long double>(p[0])) / static_cast<long double>(p[1])));
    },
    [](long double y, const parameters& p) {
      const long double s = p[1], z = (y - static_cast<long double>(p[0])) / s, a = std::fabs(z);
      return s * (a + 2.0L * std::log1p(std::exp(-a)) - 1.0L);
    },
    [](long double y, const parameters& p) {
      const long double s = p[1], z = (y - static_cast<long double>(p[0])) / s, a = std::fabs(z);
      return -(a + 2.0L * std::log1p(std::exp(-a)) + std::log(s));
    },
    8,
    [](generator& random, const parameters& p) {
      const double u = random.uniform(1e-9, 1.0 - 1e-9);
      return p[0] + p[1] * std::log(u / (1.0 - u));
    }};

const family k_laplace{"laplace",
                       {"location", "scale"},
                       ASSAY_TWO(laplace, location, scale),
                       [](long double y, const parameters& p) {
                         const long double z =
                             (y - static_cast<long double>(p[0])) / static_cast<long double>(p[1]);
                         return z < 0.0L ? std::exp(z) / 2.0L : 1.0L - std::exp(-z) / 2.0L;
                       },
                       [](long double y, const parameters& p) {
                         const long double s = p[1], a = std::fabs((y - static_cast<long double>(p[0])) / s);
                         return s * (a + std::exp(-a) - 0.75L);
                       },
                       [](long double y, const parameters& p) {
                         const long double s = p[1], a = std::fabs((y - static_cast<long double>(p[0])) / s);
                         return -(a + std::log(2.0L * s));
                       },
                       8,
                       [](generator& random, const parameters& p) {
                         const double u = random.uniform(-1.0, 1.0);
                         return p[0] - p[1] * std::copysign(std::log1p(-std::fabs(u)), u);
                       }};

const family k_exponential{
    "exponential",
    {"rate"},
    [](vector_view y, const std::vector<broadcast_view>& p, nan_policy policy, unsigned threads) {
      return scoring::crps_exponential(y, p[0], {policy}, {.threads = threads});
    },
    [](vector_view y, const std::vector<broadcast_view>& p, nan_policy policy, unsigned threads) {
      return scoring::log_score_exponential(y, p[0], {policy}, {.threads = threads});
    },
    [](vector_view y, const std::vector<broadcast_view>& p, nan_policy policy) {
      auto r = scoring::crps_exponential_grad(y, p[0], {policy});
      gradient g{std::move(r.crps), {}};
      g.derivatives.push_back(std::move(r.d_rate));
      return g;
    },
    [](vector_view y, const std::vector<broadcast_view>& p, nan_policy policy) {
      auto r = scoring::log_score_exponential_grad(y, p[0], {policy});
      gradient g{std::move(r.score), {}};
      g.derivatives.push_back(std::move(r.d_rate));
      return g;
    },
    [](long double y, const parameters& p) {
      return y > 0.0L ? -std::expm1(-static_cast<long double>(p[0]) * y) : 0.0L;
    },
    [](long double y, const parameters& p) {
      const long double r = p[0], cdf = y > 0.0L ? -std::expm1(-r * y) : 0.0L;
      return std::fabs(y) - 2.0L * cdf / r + 0.5L / r;
    },
    [](long double y, const parameters& p) {
      const long double r = p[0];
      return y < 0.0L ? -std::numeric_limits<long double>::infinity() : std::log(r) - r * y;
    },
    16,
    [](generator& random, const parameters& p) { return -std::log1p(-random.uniform(0.0, 1.0)) / p[0]; }};

struct cases {
  std::vector<double> y;
  std::vector<std::vector<double>> columns;  // one a parameter

  [[nodiscard]] std::vector<broadcast_view> views() const { return {columns.begin(), columns.end()}; }
  [[nodiscard]] parameters at(std::size_t i) const {
    parameters p;
    for (const auto& column : columns) p.push_back(column[i]);
    return p;
  }
};

// The last parameter is a scale or a rate, one before it a location. Outcomes lie up to `reach` scales away.
cases random_cases(const family& f, std::uint64_t seed, std::size_t n, double reach) {
  generator random(seed);
  cases data;
  data.columns.resize(f.parameter_names.size());
  for (std::size_t i = 0; i < n; ++i) {
    const double scale = std::exp2(random.uniform(-3.0, 3.0));
    if (f.parameter_names.size() == 2) {
      data.columns[0].push_back(random.normal());
      data.columns[1].push_back(scale);
      data.y.push_back(data.columns[0][i] + scale * random.uniform(-reach, reach));
    } else {
      data.columns[0].push_back(scale);
      data.y.push_back(random.uniform(-0.2, 1.0) * reach / scale);
    }
  }
  return data;
}

class closed_forms : public ::testing::TestWithParam<family> {
 protected:
  /// Runs `body` on every instruction set.
  template <class Fn>
  void on_each_isa(Fn body) {
    for (const isa set : available_isas()) {
      SCOPED_TRACE(static_cast<int>(set));
      const use_isa guard(set);
      body();
    }
  }
};
INSTANTIATE_TEST_SUITE_P(families, closed_forms, ::testing::Values(k_logistic, k_laplace, k_exponential),
                         [](const auto& tested) { return tested.param.name; });

TEST_P(closed_forms, crps_equals_its_definition) {
  const family& f = GetParam();
  on_each_isa([&] {
    for (const double reach : {0.1, 3.0, 45.0, 2000.0}) {
      const cases data = random_cases(f, 1, 300, reach);
      const array scores = f.crps(data.y, data.views(), nan_policy::raise, 1);
      for (std::size_t i = 0; i < data.y.size(); ++i)
        EXPECT_ULP(scores[i], static_cast<double>(f.crps_by_definition(data.y[i], data.at(i))), f.crps_ulp);
    }
  });
}

// Independent of the closed form: integral of (F(x) - 1{x >= y})^2 by Simpson's rule on each side of y.
TEST_P(closed_forms, crps_is_the_integral_of_its_distribution_function) {
  const family& f = GetParam();
  const cases data = random_cases(f, 2, 12, 3.0);
  const array scores = f.crps(data.y, data.views(), nan_policy::raise, 1);
  for (std::size_t i = 0; i < data.y.size(); ++i) {
    const parameters p = data.at(i);
    const double reach = 45.0 * (p.size() == 2 ? p[1] : 1.0 / p[0]);
    const auto side = [&](long double from, long double to, long double indicator) {
      constexpr int steps = 200000;
      const long double h = (to - from) / steps;
      long double sum = 0.0L;
      for (int k = 0; k <= steps; ++k) {
        const long double gap = f.distribution(from + h * k, p) - indicator;
        sum += (k == 0 || k == steps ? 1.0L : k % 2 == 1 ? 4.0L : 2.0L) * gap * gap;
      }
      return sum * h / 3.0L;
    };
    // The exponential distribution has a kink at 0: a point of the grid on neither side, hence the tolerance.
    const long double y = data.y[i];
    const long double integral = side(y - reach, y, 0.0L) + side(y, y + reach, 1.0L);
    EXPECT_REL(scores[i], static_cast<double>(integral), 1e-6, "steps of 1/4000 of a scale across a kink");
  }
}

TEST_P(closed_forms, log_score_is_minus_the_log_density) {
  const family& f = GetParam();
  on_each_isa([&] {
    const cases data = random_cases(f, 3, 500, 50.0);
    const array scores = f.log_score(data.y, data.views(), nan_policy::raise, 1);
    for (std::size_t i = 0; i < data.y.size(); ++i) {
      const double expected = static_cast<double>(-f.log_density(data.y[i], data.at(i)));
      if (std::isinf(expected)) {
        EXPECT_BITS(scores[i], expected);
      } else {
        const double largest = std::fmax(std::fabs(expected) + 2.1, 4.0);  // |log scale| <= log 8
        EXPECT_ABS(scores[i], expected, 4.0 * largest * 0x1p-52, "4 ulp of the largest term");
      }
    }
  });
}

TEST_P(closed_forms, gradients_equal_central_differences) {
  const family& f = GetParam();
  const cases data = random_cases(f, 4, 60, 4.0);
  const auto crps = f.crps_grad(data.y, data.views(), nan_policy::raise);
  const auto log_score = f.log_score_grad(data.y, data.views(), nan_policy::raise);
  for (std::size_t i = 0; i < data.y.size(); ++i)
    for (std::size_t k = 0; k < data.columns.size(); ++k) {
      const long double h = 1e-5L * static_cast<long double>(data.at(i).back());
      const auto difference = [&](auto score) {
        // Parameters are doubles: the step that they really take counts.
        parameters up = data.at(i), down = data.at(i);
        up[k] += static_cast<double>(h);
        down[k] -= static_cast<double>(h);
        const long double step = static_cast<long double>(up[k]) - static_cast<long double>(down[k]);
        return static_cast<double>((score(data.y[i], up) - score(data.y[i], down)) / step);
      };
      // The step squared times third derivatives, at most about 20 per cube of the scale, of scale or rate
      // 1/8.
      const double unit = f.parameter_names.size() == 2 ? 1.0 : 1.0 / (data.at(i)[0] * data.at(i)[0]);
      EXPECT_ABS(crps.derivatives[k][i], difference(f.crps_by_definition), 1e-7 * std::fmax(unit, 1.0),
                 "truncation");
      if (std::isinf(log_score.score[i])) {
        EXPECT_BITS(log_score.derivatives[k][i], 0.0);
      } else {
        EXPECT_ABS(log_score.derivatives[k][i],
                   -difference([&](long double y, const parameters& p) { return f.log_density(y, p); }), 1e-6,
                   "truncation");
      }
    }
}

TEST_P(closed_forms, gradients_return_the_bits_of_the_scores) {
  const family& f = GetParam();
  on_each_isa([&] {
    const cases data = random_cases(f, 5, 333, 6.0);
    EXPECT_BITS(f.crps_grad(data.y, data.views(), nan_policy::raise).score,
                f.crps(data.y, data.views(), nan_policy::raise, 1));
    EXPECT_BITS(f.log_score_grad(data.y, data.views(), nan_policy::raise).score,
                f.log_score(data.y, data.views(), nan_policy::raise, 1));
  });
}

TEST_P(closed_forms, are_finite_with_finite_gradients_however_far_the_outcome_lies) {
  const family& f = GetParam();
  const std::vector<broadcast_view> p(f.parameter_names.size(), broadcast_view(0.5));
  for (const double y : {1e4, 1e200, 1e308}) {
    const auto result = f.crps_grad({y}, p, nan_policy::raise);
    EXPECT_REL(result.score[0], y, 1e-3, "the distance remains");
    for (const array& derivative : result.derivatives) EXPECT_TRUE(std::isfinite(derivative[0])) << y;
  }
}

TEST_P(closed_forms, float32_equals_float64_on_the_widened_numbers) {
  const family& f = GetParam();
  const cases data = random_cases(f, 6, 1100, 5.0);
  const std::vector<float> y(data.y.begin(), data.y.end());
  const std::vector<double> wide_y(y.begin(), y.end());
  const std::vector<broadcast_view> p(f.parameter_names.size(), broadcast_view(0.75));
  const auto narrow = f.crps_grad(y, p, nan_policy::raise);
  const auto wide = f.crps_grad(wide_y, p, nan_policy::raise);
  EXPECT_BITS(narrow.score, wide.score);
  for (std::size_t k = 0; k < p.size(); ++k) {
    EXPECT_EQ(narrow.derivatives[k].type(), dtype::float32);
    for (std::size_t i = 0; i < y.size(); ++i)
      EXPECT_BITS(narrow.derivatives[k][i], static_cast<double>(static_cast<float>(wide.derivatives[k][i])));
  }
  EXPECT_EQ(f.crps_grad(y, data.views(), nan_policy::raise).derivatives[0].type(), dtype::float64);
}

TEST_P(closed_forms, give_the_same_bits_for_any_threads_and_instruction_set) {
  const family& f = GetParam();
  const cases data = random_cases(f, 7, 100003, 6.0);
  const array crps = f.crps(data.y, data.views(), nan_policy::raise, 1);
  const array log_score = f.log_score(data.y, data.views(), nan_policy::raise, 1);
  on_each_isa([&] {
    EXPECT_BITS(f.crps(data.y, data.views(), nan_policy::raise, 3), crps);
    EXPECT_BITS(f.log_score(data.y, data.views(), nan_policy::raise, 3), log_score);
  });
}

// The mean score is least for the true parameters; each is changed by itself.
TEST_P(closed_forms, are_proper) {
  const family& f = GetParam();
  generator random(8);
  parameters truth(f.parameter_names.size(), 1.0);
  if (truth.size() == 2) truth[0] = 0.0;
  std::vector<double> y;
  for (int i = 0; i < 20000; ++i) y.push_back(f.draw(random, truth));
  const auto mean = [&](auto score, const parameters& p) {
    const std::vector<broadcast_view> views(p.begin(), p.end());
    const array scores = score(y, views, nan_policy::raise, 1);
    double sum = 0.0;
    for (std::size_t i = 0; i < scores.size(); ++i) sum += scores[i];
    return sum / static_cast<double>(scores.size());
  };
  for (std::size_t k = 0; k < truth.size(); ++k)
    for (const double change : {-0.3, 0.3}) {
      parameters other = truth;
      other[k] += change;
      EXPECT_GT(mean(f.crps, other), mean(f.crps, truth)) << f.parameter_names[k];
      EXPECT_GT(mean(f.log_score, other), mean(f.log_score, truth)) << f.parameter_names[k];
    }
}

TEST_P(closed_forms, missing_values_give_missing_scores_when_allowed) {
  const family& f = GetParam();
  for (const auto policy : {nan_policy::omit, nan_policy::propagate}) {
    for (std::size_t bad = 0; bad <= f.parameter_names.size(); ++bad) {
      std::vector<double> y{1.0, 1.0};
      std::vector<std::vector<double>> columns(f.parameter_names.size(), {1.0, 1.0});
      (bad == columns.size() ? y : columns[bad])[0] = k_nan;
      const auto result = f.crps_grad(y, {columns.begin(), columns.end()}, policy);
      EXPECT_TRUE(std::isnan(result.score[0]));
      EXPECT_TRUE(std::isfinite(result.score[1]));
      const auto log_result = f.log_score_grad(y, {columns.begin(), columns.end()}, policy);
      EXPECT_TRUE(std::isnan(log_result.score[0])) << bad;
      EXPECT_TRUE(std::isfinite(log_result.score[1]));
    }
  }
}

TEST_P(closed_forms, errors_name_argument_and_value) {
  const family& f = GetParam();
  const std::size_t count = f.parameter_names.size();
  const std::string& scale = f.parameter_names.back();
  const auto expect = [&](const std::vector<double>& y, const std::vector<broadcast_view>& p,
                          nan_policy policy, error_kind kind, error_code code, const std::string& argument,
                          const std::string& text) {
    expect_error([&] { f.crps(y, p, policy, 1); }, kind, code, argument, text);
    expect_error([&] { f.log_score(y, p, policy, 1); }, kind, code, argument, text);
    expect_error([&] { f.crps_grad(y, p, policy); }, kind, code, argument, text);
    expect_error([&] { f.log_score_grad(y, p, policy); }, kind, code, argument, text);
  };
  const auto last = [&](const broadcast_view& value) {
    std::vector<broadcast_view> p(count, broadcast_view(1.0));
    p.back() = value;
    return p;
  };
  const std::vector<double> three{1.0, 2.0, 3.0}, negative{1.0, -2.0};
  const auto value = error_kind::value;
  const auto shape = error_kind::shape;
  expect({}, last(1.0), nan_policy::raise, shape, error_code::empty_input, "observations", "is empty");
  expect({1.0, 2.0}, last(three), nan_policy::raise, shape, error_code::length_mismatch, scale, "3 elements");
  expect({1.0}, last(0.0), nan_policy::raise, value, error_code::out_of_range, scale,
         "is 0, must be finite and > 0");
  expect({1.0, 1.0}, last(negative), nan_policy::omit, value, error_code::out_of_range, scale, "[1] is -2");
  expect({1.0}, last(k_infinity), nan_policy::raise, value, error_code::out_of_range, scale, "Infinity");
  expect({1.0}, last(k_nan), nan_policy::raise, value, error_code::out_of_range, scale, "NaN");
  expect({k_nan}, last(1.0), nan_policy::raise, value, error_code::non_finite, "observations", "[0] is NaN");
  expect({k_infinity}, last(1.0), nan_policy::omit, value, error_code::non_finite, "observations",
         "Infinity");
  if (count < 2) return;
  std::vector<broadcast_view> p(count, broadcast_view(1.0));
  p.front() = k_infinity;
  expect({1.0}, p, nan_policy::raise, value, error_code::non_finite, f.parameter_names.front(),
         "is Infinity");
}

TEST(exponential_scores, an_outcome_below_zero_is_beyond_the_support) {
  EXPECT_BITS(scoring::crps_exponential({-2.0}, 1.0)[0], 2.5);
  EXPECT_BITS(scoring::log_score_exponential({-2.0}, 1.0)[0], k_infinity);
  EXPECT_BITS(scoring::crps_exponential_grad({-2.0}, 2.0).d_rate[0], -0.125);
}

TEST(laplace_scores, have_slope_zero_at_the_location) {
  EXPECT_EQ(scoring::crps_laplace_grad({0.0}, 0.0, 1.0).d_location[0], 0.0);
  EXPECT_EQ(scoring::log_score_laplace_grad({0.0}, 0.0, 1.0).d_location[0], 0.0);
}

}  // namespace
}  // namespace assay::testing
