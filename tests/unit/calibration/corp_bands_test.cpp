#include "assay/calibration/corp_bands.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "assay/calibration/corp.hpp"
#include "assay/calibration/internal/binomial_draw.hpp"
#include "assay/calibration/internal/chernoff.hpp"
#include "assay/core/rng.hpp"
#include "assay/core/vmath.hpp"
#include "calibration_errors.hpp"
#include "sample.hpp"
#include "support/compare.hpp"

namespace assay::calibration {
namespace {

using testing::draw_sample;
using testing::same_bits;
using testing::sample;
using method = corp_band_method;
using position = corp_band_position;

constexpr method k_methods[] = {method::automatic, method::discrete, method::continuous, method::resampling};

// Labels that happen with the probability given to them.
sample calibrated(std::size_t rows, std::uint64_t seed, std::uint64_t levels = 0) {
  sample s = draw_sample(rows, seed, levels);
  for (std::size_t i = 0; i < rows; ++i)
    s.labels[i] = philox::uniform(seed + 77, i) < s.probabilities[i] ? 1 : 0;
  return s;
}

::testing::AssertionResult same_bands(const corp_band_result& a, const corp_band_result& b) {
  for (const auto member : {&corp_band_result::x, &corp_band_result::cep, &corp_band_result::n,
                            &corp_band_result::lower, &corp_band_result::upper}) {
    if (auto same = same_bits(a.*member, b.*member); !same) return same;
  }
  return ::testing::AssertionSuccess();
}

TEST(chernoff_quantile, equals_the_published_ones) {
  // Groeneboom & Wellner 2001, table 2, six digits
  EXPECT_ABS(internal::chernoff_quantile(0.1), 0.664235, 5.1e-7, "half a unit of the last digit");
  EXPECT_ABS(internal::chernoff_quantile(0.05), 0.845081, 5.1e-7, "half a unit of the last digit");
  EXPECT_ABS(internal::chernoff_quantile(0.025), 0.998181, 5.1e-7, "half a unit of the last digit");
  EXPECT_ABS(internal::chernoff_quantile(0.01), 1.171534, 5.1e-7, "half a unit of the last digit");
}

TEST(chernoff_quantile, equals_high_precision) {
  // mpmath, 60 digits
  EXPECT_REL(internal::chernoff_quantile(0.25), 0.353308035239483704, 1e-10, "budget");
  EXPECT_REL(internal::chernoff_quantile(0.025), 0.998181094994806755, 1e-10, "budget");
  EXPECT_REL(internal::chernoff_quantile(0.005), 1.28665879680342987, 1e-10, "budget");
  EXPECT_REL(internal::chernoff_quantile(0.001), 1.5166635633742703, 1e-10, "budget");
  EXPECT_ABS(internal::chernoff_quantile(0.5), 0.0, 1e-10, "budget");
}

TEST(chernoff_quantile, ascends_as_the_tail_shrinks) {
  double before = 0.0;
  for (double tail = 0.49; tail > 1e-18; tail *= 0.7) {
    const double q = internal::chernoff_quantile(tail);
    EXPECT_GT(q, before);
    EXPECT_LT(q, 4.0);
    before = q;
  }
}

TEST(binomial_draw, follows_its_distribution) {
  struct law {
    double n, p;
  };
  for (const law& l : {law{7, 0.3}, law{40, 0.1}, law{50, 0.4}, law{50, 0.7}, law{1000, 0.03}, law{5, 0.9}}) {
    constexpr int draws = 20000;
    philox::stream numbers(5, 0);
    std::map<int, double> seen;
    for (int i = 0; i < draws; ++i) seen[static_cast<int>(internal::binomial_draw(numbers, l.n, l.p))] += 1.0;
    double term = std::pow(1.0 - l.p, l.n), statistic = 0.0, cells = 0.0, rest = draws, rest_seen = draws;
    for (int k = 0; k <= static_cast<int>(l.n); ++k) {
      if (draws * term > 8.0) {
        statistic += (seen[k] - draws * term) * (seen[k] - draws * term) / (draws * term);
        cells += 1.0;
        rest -= draws * term;
        rest_seen -= seen[k];
      }
      term *= l.p / (1.0 - l.p) * (l.n - k) / (k + 1);
    }
    if (rest > 8.0) statistic += (rest_seen - rest) * (rest_seen - rest) / rest;
    EXPECT_LT(statistic, cells + 4.0 * std::sqrt(2.0 * cells))
        << l.n << " " << l.p;  // 4 deviations of chi-square
  }
}

TEST(binomial_draw, has_the_moments_of_large_counts) {
  philox::stream numbers(6, 0);
  const double n = 1e9, p = 0.25;
  double mean = 0.0, squares = 0.0;
  for (int i = 0; i < 4000; ++i) {
    const double d = (internal::binomial_draw(numbers, n, p) - n * p) / std::sqrt(n * p * (1 - p));
    mean += d / 4000;
    squares += d * d / 4000;
  }
  EXPECT_ABS(mean, 0.0, 0.07, "4.4 standard errors of 4000 draws");
  EXPECT_ABS(squares, 1.0, 0.1, "4.4 standard errors of 4000 draws");
}

TEST(binomial_draw, is_sure_at_the_ends) {
  philox::stream numbers(7, 0);
  EXPECT_EQ(internal::binomial_draw(numbers, 0.0, 0.5), 0.0);
  EXPECT_EQ(internal::binomial_draw(numbers, 12.0, 0.0), 0.0);
  EXPECT_EQ(internal::binomial_draw(numbers, 12.0, 1.0), 12.0);
}

TEST(consistency_band_discrete, follows_its_formula) {
  const auto band =
      consistency_band_discrete({0, 1, 1, 0, 1, 0}, {0.5, 0.5, 0.5, 0.5, 0.9, 0.0}, {.level = 0.9});
  const double z = vmath::normal_quantile(0.95);
  EXPECT_BITS(band.x.to_vector(), (std::vector<double>{0.0, 0.5, 0.9}));
  EXPECT_BITS(band.n.to_vector(), (std::vector<double>{1, 4, 1}));
  EXPECT_BITS(band.cep.to_vector(), (std::vector<double>{0.0, 0.5, 1.0}));
  EXPECT_BITS(band.lower[0], 0.0);
  EXPECT_BITS(band.upper[0], 0.0);
  EXPECT_REL(band.lower[1], 0.5 - z * 0.25, 1e-15, "two roundings");
  EXPECT_REL(band.upper[1], 0.5 + z * 0.25, 1e-15, "two roundings");
  EXPECT_BITS(band.upper[2], 1.0);
  EXPECT_EQ(band.method, method::discrete);
}

TEST(consistency_band_discrete, counts_effective_rows) {
  const auto band = consistency_band_discrete({0, 1, 1}, {0.5, 0.5, 0.25}, {.weights = {1, 3, 0}});
  EXPECT_BITS(band.x.to_vector(), (std::vector<double>{0.5}));
  EXPECT_BITS(band.n.to_vector(), (std::vector<double>{1.6}));  // 4^2 / (1 + 9)
  // equal weights are as good as none
  const sample s = draw_sample(200, 1, 10);
  const std::vector<double> threes(200, 3.0);
  const auto plain = consistency_band_discrete(s.labels, s.probabilities);
  EXPECT_TRUE(same_bands(plain, consistency_band_discrete(s.labels, s.probabilities, {.weights = threes})));
}

TEST(corp_band, holds_the_diagonal_and_stays_in_the_unit_interval) {
  for (const std::uint64_t levels : {std::uint64_t{0}, std::uint64_t{5}, std::uint64_t{20}}) {
    for (const std::size_t rows : {std::size_t{1}, std::size_t{2}, std::size_t{30}, std::size_t{300}}) {
      const sample s = draw_sample(rows, rows + levels, levels);
      for (const method m : k_methods) {
        for (const position at : {position::diagonal, position::estimate}) {
          const auto band =
              corp_band(s.labels, s.probabilities, {.method = m, .position = at, .level = 0.5, .n_boot = 20});
          for (std::size_t i = 0; i < band.x.size(); ++i) {
            EXPECT_GE(band.lower[i], 0.0);
            EXPECT_LE(band.lower[i], band.upper[i]);
            EXPECT_LE(band.upper[i], 1.0);
            if (at == position::estimate) continue;
            EXPECT_LE(band.lower[i], band.x[i]);
            EXPECT_GE(band.upper[i], band.x[i]);
          }
        }
      }
    }
  }
}

TEST(corp_band, draws_the_curve_of_corp_reliability) {
  const sample s = draw_sample(400, 3, 25);
  const auto curve = corp_reliability(s.labels, s.probabilities, {.weights = s.weights});
  for (const method m : k_methods) {
    const auto band = corp_band(s.labels, s.probabilities, {.weights = s.weights, .method = m, .n_boot = 10});
    EXPECT_BITS(band.x, curve.x);
    EXPECT_BITS(band.cep, curve.cep);
  }
}

TEST(corp_band, chooses_a_method_by_rows_and_repeats) {
  const auto choice = [](std::size_t rows, std::uint64_t levels) {
    const sample s = draw_sample(rows, 4, levels);
    return corp_band(s.labels, s.probabilities, {.n_boot = 2}).method;
  };
  EXPECT_EQ(choice(1999, 1), method::resampling);
  EXPECT_EQ(choice(2000, 20), method::discrete);
  EXPECT_EQ(choice(2000, 0), method::resampling);
  EXPECT_EQ(choice(20001, 0), method::continuous);
}

// The rows as the doc comment draws them, the curve as corp_reliability computes it, interpolated by hand.
std::vector<double> refit_by_definition(const sample& s, const std::vector<double>& rates,
                                        const std::vector<double>& x, std::uint64_t seed, std::uint64_t b) {
  sample drawn;
  const std::uint64_t n = s.labels.size();
  for (std::uint64_t j = 0; j < n; ++j) {
    const std::uint64_t number = philox::block(seed, b, 0, static_cast<std::uint32_t>(j / 2))[j % 2];
    const auto row = static_cast<std::size_t>(philox::high_product(number, n));
    const auto group = std::lower_bound(x.begin(), x.end(), s.probabilities[row]) - x.begin();
    drawn.probabilities.push_back(s.probabilities[row]);
    drawn.weights.push_back(s.weights[row]);
    const double low = static_cast<double>((number * n) >> 11) * 0x1p-53;
    drawn.labels.push_back(low < rates[static_cast<std::size_t>(group)] ? 1 : 0);
  }
  const auto fit = corp_reliability(drawn.labels, drawn.probabilities, {.weights = drawn.weights});
  std::vector<double> values;
  for (const double at : x) {
    std::size_t above = 0;
    while (above < fit.x.size() && fit.x[above] < at) ++above;
    if (above == fit.x.size()) {
      values.push_back(fit.cep[above - 1]);
    } else if (above == 0 || fit.x[above] == at) {
      values.push_back(fit.cep[above]);
    } else {
      const double share = (at - fit.x[above - 1]) / (fit.x[above] - fit.x[above - 1]);
      values.push_back(fit.cep[above - 1] + share * (fit.cep[above] - fit.cep[above - 1]));
    }
  }
  return values;
}

TEST(corp_band, by_resampling_follows_its_definition) {
  for (const std::uint64_t levels : {std::uint64_t{0}, std::uint64_t{12}}) {
    sample s = draw_sample(70, 5, levels);
    for (const bool weighted : {false, true}) {
      if (!weighted) s.weights.assign(70, 1.0);
      if (weighted)
        std::transform(s.labels.begin(), s.labels.end(), s.weights.begin(), [](int y) { return y + 0.5; });
      for (const position at : {position::diagonal, position::estimate}) {
        const auto band = corp_band(s.labels, s.probabilities,
                                    {.weights = weighted ? vector_view(s.weights) : vector_view(),
                                     .method = method::resampling,
                                     .position = at,
                                     .n_boot = 41,
                                     .seed = 9});
        const auto x = band.x.to_vector();
        const auto rates = at == position::diagonal ? x : band.cep.to_vector();
        std::vector<std::vector<double>> values(x.size());
        for (std::uint64_t b = 0; b < 41; ++b) {
          const auto refit = refit_by_definition(s, rates, x, 9, b);
          for (std::size_t i = 0; i < x.size(); ++i) values[i].push_back(refit[i]);
        }
        for (std::size_t i = 0; i < x.size(); ++i) {
          std::sort(values[i].begin(), values[i].end());
          const bool diagonal = at == position::diagonal;
          // level 0.9: percentiles 2 and 38 of 0 .. 40
          EXPECT_ABS(band.lower[i], diagonal ? std::min(values[i][2], x[i]) : values[i][2], 1e-13, "budget");
          EXPECT_ABS(band.upper[i], diagonal ? std::max(values[i][38], x[i]) : values[i][38], 1e-13,
                     "budget");
        }
      }
    }
  }
}

TEST(corp_band, with_large_groups_draws_counts_of_the_same_law) {
  // 11 points: 32 rows a point are counted, 31 are drawn; both bands scale with 1 / sqrt(n)
  const auto width = [](std::size_t rows) {
    sample s;
    for (std::size_t i = 0; i < rows; ++i) {
      s.probabilities.push_back(static_cast<double>(i % 11) / 10.0);
      s.labels.push_back(static_cast<std::uint8_t>(i % 2));
    }
    return corp_band(s.labels, s.probabilities, {.method = method::resampling, .n_boot = 4000});
  };
  const auto drawn = width(11 * 31), counted = width(11 * 32);
  for (std::size_t i = 0; i < 11; ++i) {
    EXPECT_ABS(drawn.lower[i], counted.lower[i], 0.012, "4 standard errors of percentiles of 4000");
    EXPECT_ABS(drawn.upper[i], counted.upper[i], 0.012, "4 standard errors of percentiles of 4000");
  }
}

TEST(corp_band, does_not_depend_on_the_number_of_threads) {
  context threads;
  threads.threads = 4;
  for (const std::uint64_t levels : {std::uint64_t{0}, std::uint64_t{6}}) {
    const sample s = draw_sample(600, 6, levels);
    const corp_band_options options{.method = method::resampling, .n_boot = 50};
    EXPECT_TRUE(same_bands(corp_band(s.labels, s.probabilities, options),
                           corp_band(s.labels, s.probabilities, options, threads)));
  }
}

TEST(corp_band, takes_float32_and_any_order_of_rows) {
  const sample s = draw_sample(300, 7, 40);
  const auto single = testing::as_float(s.probabilities);
  const auto wide = testing::as_double(single);
  std::vector<std::uint8_t> labels(s.labels.rbegin(), s.labels.rend());
  std::vector<double> reversed(wide.rbegin(), wide.rend());
  for (const method m : {method::discrete, method::continuous}) {
    const auto band = corp_band(s.labels, wide, {.method = m});
    EXPECT_TRUE(same_bands(band, corp_band(s.labels, single, {.method = m})));
    EXPECT_TRUE(same_bands(band, corp_band(labels, reversed, {.method = m})));
  }
  EXPECT_TRUE(
      same_bands(corp_band(s.labels, wide, {.n_boot = 9}), corp_band(s.labels, single, {.n_boot = 9})));
}

// Where probabilities fill the interval the limit must agree with the simulation.
TEST(corp_band, by_the_limit_of_isotonic_regression_is_near_resampling) {
  const sample s = calibrated(4000, 8);
  const auto limit = corp_band(s.labels, s.probabilities, {.method = method::continuous});
  const auto drawn = corp_band(s.labels, s.probabilities, {.method = method::resampling, .n_boot = 200});
  double ratio = 0.0, points = 0.0;
  for (std::size_t i = 0; i < limit.x.size(); i += 20) {
    if (limit.x[i] < 0.15 || limit.x[i] > 0.85) continue;
    ratio += (limit.upper[i] - limit.lower[i]) / (drawn.upper[i] - drawn.lower[i]);
    points += 1.0;
  }
  EXPECT_ABS(ratio / points, 1.0, 0.1, "the limit is of order n^(-1/3), its correction n^(-2/3)");
}

TEST(corp_band, covers_as_often_as_it_says) {
  double inside = 0.0, points = 0.0;
  for (std::uint64_t trial = 0; trial < 60; ++trial) {
    const sample s = calibrated(150, 1000 + trial);
    const auto band = corp_band(s.labels, s.probabilities, {.n_boot = 60, .seed = trial});
    for (std::size_t i = 0; i < band.x.size(); i += 5) {
      inside += band.lower[i] <= band.cep[i] && band.cep[i] <= band.upper[i] ? 1.0 : 0.0;
      points += 1.0;
    }
  }
  EXPECT_ABS(inside / points, 0.9, 0.05, "60 curves with about 4 independent points each: 0.02 noise");
}

TEST(corp_band, names_what_is_wrong) {
  testing::expect_row_errors("probabilities", [](integer_view labels, vector_view p, vector_view weights) {
    corp_band(labels, p, {.weights = weights});
  });
  testing::expect_row_errors("probabilities", [](integer_view labels, vector_view p, vector_view weights) {
    consistency_band_discrete(labels, p, {.weights = weights});
  });
  const auto refused = [](const corp_band_options& options, error_code code, const std::string& name,
                          const std::string& text) {
    testing::expect_error(
        [&] {
          corp_band({0, 1}, {0.2, 0.4}, options);
        },
        error_kind::value, code, name, text);
  };
  refused({.n_boot = 1}, error_code::bad_parameter, "n_boot", "n_boot is 1, must be at least 2");
  refused({.n_boot = 1LL << 40}, error_code::bad_parameter, "n_boot", "must be at most 16777216");
  refused({.level = 1.0}, error_code::out_of_range, "level", "level is 1, must lie in (0, 1)");
  refused({.level = std::nan("")}, error_code::out_of_range, "level", "NaN");
  testing::expect_error(
      [] {
        consistency_band_discrete({0, 1}, {0.2, 0.4}, {.level = 0.0});
      },
      error_kind::value, error_code::out_of_range, "level", "(0, 1)");
}

}  // namespace
}  // namespace assay::calibration
