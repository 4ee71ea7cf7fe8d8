#include "assay/calibration/binomial_interval.hpp"

#include <cmath>

#include "assay/core/vmath.hpp"
#include "support/compare.hpp"

namespace assay::calibration {
namespace {

struct reference {
  std::int64_t successes, n;
  double level;
  double clopper_pearson[2], jeffreys[2];
};

// By mpmath with 45 digits: Newton's method on the continued fraction of DLMF 8.17.22.
constexpr reference k_references[] = {
    {3,
     10,
     0.9,
     {0.087264433914150298694, 0.60662421610541344153},
     {0.11732937668021015168, 0.55812676648463406179}},
    {1,
     2,
     0.5,
     {0.13397459621556135324, 0.86602540378443864676},
     {0.29801362335024139534, 0.70198637664975860466}},
    {37,
     120,
     0.99,
     {0.20512977022669895495, 0.42720001869160547112},
     {0.20873663045168565788, 0.42280657723755613736}},
    {5,
     1000,
     0.95,
     {0.0016254195175627606698, 0.011629470559812147696},
     {0.0019103525008339468863, 0.010924664071814251291}},
    {1,
     1000000000,
     0.9,
     {5.1293294386235020715e-11, 4.7438645095103856287e-9},
     {1.7592315890314198086e-10, 3.9073639449686846949e-9}},
    {999,
     1000000,
     0.999999999,
     {0.00081791370335068523947, 0.0012053377349823473736},
     {0.00081836549011676941823, 0.0012047895535704138678}},
    {500000,
     1000000,
     0.999999999,
     {0.49694482417548885932, 0.50305517582451114068},
     {0.49694532416287918229, 0.50305467583712081771}},
    {123456,
     1000000000,
     0.95,
     {0.00012276833085301320819, 0.00012414656552568756621},
     {0.00012276882945872716156, 0.0001241460641314072339}},
    {500000000,
     1000000000,
     0.9,
     {0.4999739920806303161, 0.5000260079193696839},
     {0.49997399258063031503, 0.50002600741936968497}},
    {400000000,
     1000000000,
     0.999999999,
     {0.39990535544658447328, 0.4000946495967739841},
     {0.39990535594656474263, 0.40009464909675427868}},
    {999999997,
     1000000000,
     0.95,
     {0.99999999123272695554, 0.99999999938132787668},
     {0.99999999199361788473, 0.99999999915506540896}},
    {12,
     1000000000000,
     0.95,
     {6.2005751087370969632e-12, 2.0961585048083029305e-11},
     {6.5598600124850959673e-12, 2.0323234560047940916e-11}},
    {600000000,
     1300000000,
     0.999999999,
     {0.46145399065399388985, 0.46162293391504546663},
     {0.46145399103860423896, 0.46162293353042506143}},
    {1000000000,
     11000000000,
     0.95,
     {0.090903718686037881396, 0.090914463347425304062},
     {0.090903718731491218074, 0.090914463301969549855}},
};

TEST(binomial_interval, equals_high_precision) {
  for (const reference& want : k_references) {
    const auto got = binomial_interval(want.successes, want.n, {.level = want.level});
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_REL(got.clopper_pearson[i], want.clopper_pearson[i], 1e-13, "budget")
          << want.successes << "/" << want.n;
      EXPECT_REL(got.jeffreys[i], want.jeffreys[i], 1e-13, "budget") << want.successes << "/" << want.n;
    }
  }
}

TEST(binomial_interval, has_closed_forms_without_events) {
  for (const std::int64_t n : {1, 2, 7, 1000, 1000000000}) {
    for (const double level : {0.01, 0.5, 0.9, 0.999999999}) {
      const auto none = binomial_interval(0, n, {.level = level});
      EXPECT_BITS(none.clopper_pearson[0], 0.0);
      EXPECT_BITS(none.jeffreys[0], 0.0);
      EXPECT_BITS(none.wilson[0], 0.0);
      // (1 - x)^n = tail
      const double log_tail = vmath::log(0.5 * (1.0 - level));
      const double upper = -vmath::expm1(log_tail / static_cast<double>(n));
      EXPECT_REL(none.clopper_pearson[1], upper, 1e-13, "budget");
      const auto all = binomial_interval(n, n, {.level = level});
      EXPECT_BITS(all.clopper_pearson[1], 1.0);
      EXPECT_BITS(all.jeffreys[1], 1.0);
      EXPECT_BITS(all.wilson[1], 1.0);
      EXPECT_REL(all.clopper_pearson[0], vmath::exp(log_tail / static_cast<double>(n)), 1e-13, "budget");
    }
  }
}

TEST(binomial_interval, mirrors_events_and_others) {
  for (const std::int64_t k : {1, 3, 50, 99}) {
    const auto a = binomial_interval(k, 100, {.level = 0.8}),
               b = binomial_interval(100 - k, 100, {.level = 0.8});
    EXPECT_ABS(a.clopper_pearson[0], 1.0 - b.clopper_pearson[1], 2e-16, "one rounding of 1 - x");
    EXPECT_ABS(a.jeffreys[0], 1.0 - b.jeffreys[1], 2e-16, "one rounding of 1 - x");
    EXPECT_ABS(a.wilson[0], 1.0 - b.wilson[1], 2e-16, "one rounding of 1 - x");
  }
}

TEST(binomial_interval, nests_by_kind_and_level) {
  for (const std::int64_t n : {1, 5, 60, 3000}) {
    for (std::int64_t k = 0; k <= n; k += 1 + n / 7) {
      double before = 1.0;
      for (const double level : {0.999, 0.9, 0.5, 0.1}) {
        const auto found = binomial_interval(k, n, {.level = level});
        EXPECT_LE(found.clopper_pearson[0], found.jeffreys[0]);
        EXPECT_GE(found.clopper_pearson[1], found.jeffreys[1]);
        const double width = found.clopper_pearson[1] - found.clopper_pearson[0];
        EXPECT_LT(width, before + 1e-15);
        before = width;
      }
    }
  }
}

// The exact interval covers at least with its level whatever the truth: sums of binomial terms.
TEST(binomial_interval, of_clopper_and_pearson_covers) {
  constexpr int n = 20;
  double lower[n + 1], upper[n + 1];
  for (int k = 0; k <= n; ++k) {
    const auto found = binomial_interval(k, n, {.level = 0.9});
    lower[k] = found.clopper_pearson[0];
    upper[k] = found.clopper_pearson[1];
  }
  for (double p = 0.01; p < 1.0; p += 0.01) {
    double covered = 0.0, term = std::pow(1.0 - p, n);
    for (int k = 0; k <= n; ++k) {
      if (lower[k] <= p && p <= upper[k]) covered += term;
      term *= p / (1.0 - p) * (n - k) / (k + 1);
    }
    EXPECT_GE(covered, 0.9 - 1e-12) << p;
  }
}

// The expansion takes over where both counts pass 5e8; both sides agree with the fraction beside them.
TEST(binomial_interval, goes_over_to_the_expansion_without_a_step) {
  const double level = 0.999999999;
  const auto below = binomial_interval(499999999, 1100000000, {.level = level});
  const auto above = binomial_interval(500000001, 1100000000, {.level = level});
  // the quantile moves by 2 / n
  EXPECT_ABS(above.jeffreys[0] - below.jeffreys[0], 2.0 / 1.1e9, 1e-13, "the sum of both budgets");
  EXPECT_ABS(above.clopper_pearson[1] - below.clopper_pearson[1], 2.0 / 1.1e9, 1e-13,
             "the sum of both budgets");
}

TEST(binomial_interval, of_huge_counts_is_finite_and_ordered) {
  const std::int64_t most = std::int64_t{1} << 53;
  for (const std::int64_t k :
       {std::int64_t{1}, std::int64_t{1000000}, std::int64_t{1} << 40, most / 2, most - 1}) {
    const auto found = binomial_interval(k, most, {.level = 0.99});
    const double share = static_cast<double>(k) / static_cast<double>(most);
    for (const array* ends : {&found.wilson, &found.clopper_pearson, &found.jeffreys}) {
      EXPECT_GT((*ends)[0], 0.0);
      EXPECT_LE((*ends)[0], share);
      EXPECT_GE((*ends)[1], share);
      EXPECT_LE((*ends)[1], 1.0);
    }
  }
}

TEST(binomial_interval, names_what_is_wrong) {
  const auto refused = [](std::int64_t k, std::int64_t n, double level, error_code code,
                          const std::string& name, const std::string& text) {
    testing::expect_error([&] { binomial_interval(k, n, {.level = level}); }, error_kind::value, code, name,
                          text);
  };
  refused(0, 0, 0.9, error_code::bad_parameter, "n", "n is 0, must lie in 1..2^53");
  refused(0, (std::int64_t{1} << 53) + 1, 0.9, error_code::bad_parameter, "n", "2^53");
  refused(-1, 3, 0.9, error_code::out_of_range, "successes", "must lie in 0..3");
  refused(4, 3, 0.9, error_code::out_of_range, "successes", "successes is 4, must lie in 0..3");
  refused(1, 3, 0.0, error_code::out_of_range, "level", "(0, 1)");
  refused(1, 3, 1.0, error_code::out_of_range, "level", "(0, 1)");
  refused(1, 3, std::nan(""), error_code::out_of_range, "level", "NaN");
}

}  // namespace
}  // namespace assay::calibration
