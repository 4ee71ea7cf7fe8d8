#include "assay/calibration/enir.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include "assay/calibration/internal/near_isotonic.hpp"
#include "assay/calibration/isotonic.hpp"
#include "recalibrators.hpp"

namespace assay::calibration {
namespace {

using testing::draw_sample;
using testing::sample;

constexpr double k_infinity = std::numeric_limits<double>::infinity();

// ---- the definition: modified pooling of adjacent violators, one step after another ----

struct naive_block {
  long double value, weight, events;
  std::vector<double> x;
};

using naive_curve = std::vector<naive_block>;

naive_curve naive_data(const sample& s) {
  std::map<double, naive_block> groups;
  for (std::size_t i = 0; i < s.labels.size(); ++i) {
    if (s.weights[i] == 0.0) continue;
    auto& group = groups[s.probabilities[i]];
    group.weight += s.weights[i];
    group.events += s.weights[i] * s.labels[i];
    group.x = {s.probabilities[i]};
  }
  naive_curve curve;
  for (auto& [x, group] : groups) {
    group.value = group.events / group.weight;
    curve.push_back(group);
  }
  return curve;
}

/// Neighbours whose values agree to 1e-11 become one.
void pool(naive_curve& curve) {
  for (std::size_t i = 0; i + 1 < curve.size();) {
    auto &a = curve[i], &b = curve[i + 1];
    if (std::fabs(a.value - b.value) > 1e-11L) {
      ++i;
      continue;
    }
    a.value = (a.value * a.weight + b.value * b.weight) / (a.weight + b.weight);
    a.weight += b.weight;
    a.events += b.events;
    a.x.insert(a.x.end(), b.x.begin(), b.x.end());
    curve.erase(curve.begin() + static_cast<std::ptrdiff_t>(i) + 1);
  }
}

/// Derivative of each block's value by lambda.
std::vector<long double> speeds(const naive_curve& curve) {
  std::vector<long double> result;
  for (std::size_t i = 0; i < curve.size(); ++i) {
    const int from_left = i > 0 && curve[i - 1].value > curve[i].value ? 1 : 0;
    const int from_right = i + 1 < curve.size() && curve[i].value > curve[i + 1].value ? 1 : 0;
    result.push_back((from_left - from_right) / curve[i].weight);
  }
  return result;
}

struct naive_solution {
  double lambda;
  naive_curve curve;
};

std::vector<naive_solution> naive_path(const sample& s) {
  naive_curve curve = naive_data(s);
  pool(curve);
  long double lambda = 0;
  std::vector<naive_solution> path = {{0.0, curve}};
  for (;;) {
    const auto speed = speeds(curve);
    long double step = k_infinity;
    for (std::size_t i = 0; i + 1 < curve.size(); ++i) {
      const long double closing = speed[i] - speed[i + 1];
      if (closing != 0) step = std::min(step, (curve[i + 1].value - curve[i].value) / closing);
    }
    if (step == static_cast<long double>(k_infinity)) return path;
    for (std::size_t i = 0; i < curve.size(); ++i) curve[i].value += step * speed[i];
    pool(curve);
    lambda += step;
    path.push_back({static_cast<double>(lambda), curve});
  }
}

/// -criterion/2 by the published formulas.
long double naive_score(const naive_curve& curve, enir_criterion criterion) {
  long double likelihood = 0, n = 0;
  const auto d = static_cast<long double>(curve.size());
  for (const auto& block : curve) {
    n += block.weight;
    if (block.events > 0) likelihood += block.events * std::log(block.value);
    if (block.weight > block.events) likelihood += (block.weight - block.events) * std::log(1 - block.value);
  }
  if (criterion == enir_criterion::bic) return likelihood - d * std::log(n) / 2;
  if (criterion == enir_criterion::aic) return likelihood - d;
  if (n - d - 1 <= 0) return -std::numeric_limits<long double>::infinity();
  return likelihood - d - d * (d + 1) / (n - d - 1);
}

double naive_at(const naive_curve& curve, double p) {
  std::vector<double> x, y;
  for (const auto& block : curve)
    for (const double point : block.x) {
      x.push_back(point);
      y.push_back(static_cast<double>(block.value));
    }
  if (p <= x.front()) return y.front();
  if (p >= x.back()) return y.back();
  std::size_t i = 0;
  while (x[i + 1] < p) ++i;
  return (y[i] * (x[i + 1] - p) + y[i + 1] * (p - x[i])) / (x[i + 1] - x[i]);
}

std::vector<double> naive_enir(const sample& s, const std::vector<double>& query, enir_criterion criterion) {
  auto path = naive_path(s);
  if (path.size() > 1) path.erase(path.begin());
  std::vector<long double> scores;
  for (const auto& solution : path) scores.push_back(naive_score(solution.curve, criterion));
  const long double best = *std::max_element(scores.begin(), scores.end());
  std::vector<double> result;
  for (const double p : query) {
    long double value = 0, sum = 0;
    for (std::size_t i = 0; i < path.size(); ++i) {
      const long double weight = std::exp(scores[i] - best);
      value += weight * naive_at(path[i].curve, p);
      sum += weight;
    }
    result.push_back(static_cast<double>(value / sum));
  }
  return result;
}

sample without_weights(sample s) {
  s.weights.assign(s.labels.size(), 1.0);
  return s;
}

TEST(enir, is_the_weighted_mean_of_the_path) {
  const auto grid = testing::unit_grid(97);
  for (const enir_criterion criterion : {enir_criterion::bic, enir_criterion::aic, enir_criterion::aicc}) {
    for (const std::uint64_t levels : {0U, 7U, 40U}) {
      for (const std::size_t rows : {4U, 9U, 50U, 200U}) {
        const sample s = without_weights(draw_sample(rows, 320 + rows, levels));
        const auto result = enir(s.labels, s.probabilities, grid, {.criterion = criterion});
        const auto want = naive_enir(s, grid, criterion);
        for (std::size_t i = 0; i < grid.size(); ++i)
          EXPECT_ABS(result.query[i], want[i], 1e-12, "sums of n logarithms, compared");
      }
    }
  }
}

TEST(enir, takes_weights) {
  const auto grid = testing::unit_grid(50);
  for (const std::uint64_t levels : {0U, 12U, 60U}) {
    const sample s = draw_sample(200, 330, levels);
    for (const enir_criterion criterion : {enir_criterion::bic, enir_criterion::aicc}) {
      const auto result =
          enir(s.labels, s.probabilities, grid, {.weights = s.weights, .criterion = criterion});
      const auto want = naive_enir(s, grid, criterion);
      for (std::size_t i = 0; i < grid.size(); ++i)
        EXPECT_ABS(result.query[i], want[i], 1e-12, "sums of n logarithms, compared");
    }
  }
}

// ---- the path ----

std::vector<internal::tie_group> groups_of(const sample& s) {
  std::vector<internal::tie_group> groups;
  for (const auto& block : naive_data(s)) {
    internal::tie_group group;
    group.x = block.x[0];
    group.weight = static_cast<double>(block.weight);
    group.events = static_cast<double>(block.events);
    groups.push_back(group);
  }
  return groups;
}

/// Values of all groups in one solution.
std::vector<double> values_of(const internal::near_isotonic_path& path, std::size_t solution,
                              std::size_t groups) {
  std::vector<const internal::near_isotonic_block*> blocks;
  for (const auto& block : path.blocks)
    if (block.born <= solution && solution < block.merged) blocks.push_back(&block);
  std::sort(blocks.begin(), blocks.end(), [](auto* a, auto* b) { return a->first < b->first; });
  EXPECT_EQ(static_cast<double>(blocks.size()), path.counts()[solution]);
  std::vector<double> values;
  for (std::size_t i = 0; i < blocks.size(); ++i)
    values.resize(i + 1 < blocks.size() ? blocks[i + 1]->first : groups,
                  blocks[i]->value(path.lambdas[solution]));
  return values;
}

TEST(near_isotonic, solutions_are_optimal) {
  // the gradient vanishes for multipliers u of the descents: u_i = sum over j <= i of w_j (y_j - b_j) is
  // lambda where b falls, 0 where it rises, in between where it stays, and 0 at the end
  for (const std::uint64_t levels : {0U, 30U}) {
    const auto groups = groups_of(draw_sample(150, 340, levels));
    const auto path = internal::near_isotonic(groups);
    ASSERT_GT(path.solutions(), 5U);
    for (std::size_t k = 0; k < path.solutions(); ++k) {
      const auto b = values_of(path, k, groups.size());
      const double lambda = path.lambdas[k];
      if (k > 0) {
        EXPECT_GT(lambda, path.lambdas[k - 1]);
      }
      double u = 0.0;
      for (std::size_t i = 0; i < groups.size(); ++i) {
        u += groups[i].events - groups[i].weight * b[i];
        const bool last = i + 1 == groups.size();
        const double low = !last && b[i] > b[i + 1] ? lambda : 0.0;
        const double high = !last && b[i] >= b[i + 1] ? lambda : 0.0;
        EXPECT_GE(u, low - 1e-11) << "a sum of 150 rounded terms below 3";
        EXPECT_LE(u, high + 1e-11) << "likewise";
      }
    }
  }
}

TEST(near_isotonic, ends_at_isotonic_regression) {
  const sample s = draw_sample(400, 341, 150);
  const auto groups = groups_of(s);
  const auto path = internal::near_isotonic(groups);
  const auto last = values_of(path, path.solutions() - 1, groups.size());
  std::vector<double> x;
  for (const auto& group : groups) x.push_back(group.x);
  const auto want = isotonic(s.labels, s.probabilities, x, {.weights = s.weights}).query;
  for (std::size_t i = 0; i < x.size(); ++i) EXPECT_ABS(last[i], want[i], 1e-14, "sums in another order");
}

// ---- small cases ----

TEST(enir, of_one_descent_is_the_pooled_rate) {
  // 1 and 0 fall to meet at 1/2 for lambda = 1/2: one fit
  const auto result = enir({1, 0}, {0.25, 0.75}, {0, 0.5, 1});
  EXPECT_BITS(result.query.to_vector(), (std::vector<double>{0.5, 0.5, 0.5}));
  ASSERT_EQ(result.fits.size(), 1U);
  EXPECT_BITS(result.fits[0].lambda, 0.5);
  EXPECT_EQ(result.fits[0].n_blocks, 1);
  EXPECT_BITS(result.fits[0].weight, 1.0);
}

TEST(enir, weighs_two_fits) {
  // means 2/3, 1/3, 3/4, 1/2 of 3, 3, 4 and 4 rows, two descents. The first two blocks meet at lambda (2 - 1)
  // 3/(3 + 3) = 1/2, the last two at (3 4 - 2 4)/8 = 1/2, both at once; then 1/2 < 5/8: one fit.
  std::vector<std::uint8_t> labels = {1, 1, 0, 1, 0, 0, 1, 1, 1, 0, 1, 1, 0, 0};
  std::vector<double> p = {.2, .2, .2, .4, .4, .4, .6, .6, .6, .6, .8, .8, .8, .8};
  const auto once = enir(labels, p, {0.2, 0.5, 0.8});
  ASSERT_EQ(once.fits.size(), 1U);
  EXPECT_EQ(once.fits[0].n_blocks, 2);
  EXPECT_BITS(once.fits[0].lambda, 0.5);
  EXPECT_BITS(once.query.to_vector(), (std::vector<double>{0.5, 0.5625, 0.625}));
  // with 2 rows more at 0.8, of label 0, that block has the mean 1/3 and meets 3/4 at (3 6 - 2 4)/(4 + 6) =
  // 1; at 1/2 there are three blocks, 1/2, (3 - 1/2)/4 and (2 + 1/2)/6; at 1 two: 1/2 and 5/10, which is one
  labels.insert(labels.end(), {0, 0});
  p.insert(p.end(), {.8, .8});
  const auto twice = enir(labels, p, {0.2, 0.6, 0.8});
  ASSERT_EQ(twice.fits.size(), 2U);
  EXPECT_BITS(twice.fits[0].lambda, 0.5);
  EXPECT_BITS(twice.fits[1].lambda, 1.0);
  EXPECT_EQ(twice.fits[0].n_blocks, 3);
  EXPECT_EQ(twice.fits[1].n_blocks, 1);
  const double three = std::pow(0.5, 6) * std::pow(5.0 / 8, 3) * (3.0 / 8) * std::pow(5.0 / 12, 2) *
                       std::pow(7.0 / 12, 4) / std::pow(16, 1.5);  // e^(-d log(16)/2)
  const double one = std::pow(0.5, 16) / std::pow(16, 0.5);
  const double share = three / (three + one);
  EXPECT_REL(twice.fits[0].weight, share, 1e-14, "a few logarithms of size 10");
  EXPECT_REL(twice.query[0], 0.5, 1e-15, "rounded weights");
  EXPECT_REL(twice.query[1], 0.5 + share / 8, 1e-14, "the weight");
  EXPECT_REL(twice.query[2], 0.5 - share / 12, 1e-14, "the weight");
}

TEST(enir, of_rising_data_is_isotonic_regression) {
  const std::vector<std::uint8_t> labels = {0, 0, 1, 1};
  const std::vector<double> p = {0.2, 0.3, 0.5, 0.6};
  const auto result = enir(labels, p, {0, 0.3, 0.375, 0.4375, 0.5, 1});
  EXPECT_BITS(result.query[1], 0.0);
  EXPECT_REL(result.query[2], 0.375, 1e-15, "one interpolation");
  EXPECT_BITS(result.query[4], 1.0);
  ASSERT_EQ(result.fits.size(), 1U);
  EXPECT_BITS(result.fits[0].lambda, 0.0);
  EXPECT_EQ(result.fits[0].n_blocks, 2);
  EXPECT_BITS(enir({0, 0}, {0.25, 0.75}, {0, 0.5, 1}).query.to_vector(), (std::vector<double>{0, 0, 0}));
  EXPECT_BITS(enir({1, 1}, {0.25, 0.75}, {0, 0.5, 1}).query.to_vector(), (std::vector<double>{1, 1, 1}));
  EXPECT_BITS(enir({1}, {0.5}, {0.1}, {.criterion = enir_criterion::aicc}).query[0], 1.0);
  EXPECT_BITS(enir({1, 0, 0, 0}, {0.5, 0.5, 0.5, 0.5}, {0.1}).query[0], 0.25);
}

TEST(enir, follows_a_forecast_whose_order_is_wrong) {
  // the event rate falls from 0.8 to 0.2 at 0.3 and rises to 0.9 at 0.7
  testing::generator rng(342);
  std::vector<std::uint8_t> labels;
  std::vector<double> p;
  for (int i = 0; i < 6000; ++i) {
    p.push_back(rng.uniform());
    labels.push_back(rng.uniform() < (p.back() < 0.3 ? 0.8 : p.back() < 0.7 ? 0.2 : 0.9) ? 1 : 0);
  }
  const auto result = enir(labels, p, {0.15, 0.5, 0.85});
  EXPECT_ABS(result.query[0], 0.8, 0.05, "4 standard errors of some 1000 rows");
  EXPECT_ABS(result.query[1], 0.2, 0.05, "likewise");
  EXPECT_ABS(result.query[2], 0.9, 0.05, "likewise");
  double sum = 0.0;
  for (const auto& fit : result.fits) sum += fit.weight;
  EXPECT_REL(sum, 1.0, 1e-15, "rounded weights");
}

TEST(enir, of_calibrated_data_is_near_the_identity) {
  const sample s = testing::draw_calibrated(20000, 343);
  const std::vector<double> grid = {0.1, 0.3, 0.5, 0.7, 0.9};
  const auto result = enir(s.labels, s.probabilities, grid);
  for (std::size_t i = 0; i < grid.size(); ++i)
    EXPECT_ABS(result.query[i], grid[i], 0.08, "isotonic rate n^-1/3 is 0.04 at 20000 rows");
}

TEST(enir, of_repeated_rows_is_that_of_whole_weights) {
  const sample s = draw_sample(300, 344, 140);
  std::vector<double> weights;
  sample longer;
  for (std::size_t i = 0; i < 300; ++i) {
    weights.push_back(static_cast<double>(i * i % 4));
    for (std::size_t k = 0; k < i * i % 4; ++k) {
      longer.labels.push_back(s.labels[i]);
      longer.probabilities.push_back(s.probabilities[i]);
    }
  }
  const auto grid = testing::unit_grid(40);
  const auto weighted = enir(s.labels, s.probabilities, grid, {.weights = weights});
  EXPECT_BITS(weighted.query, enir(longer.labels, longer.probabilities, grid).query);
}

TEST(enir, pools_what_rounded_weights_part) {
  // with 0.1 for 1 and AIC scaled alike nothing but the place of the blocks counts; sums of tenths are
  // rounded
  const sample s = draw_sample(300, 345);
  const auto plain = internal::near_isotonic(groups_of(without_weights(s)));
  sample tenths = s;
  tenths.weights.assign(300, 0.1);
  const auto scaled = internal::near_isotonic(groups_of(tenths));
  ASSERT_EQ(scaled.solutions(), plain.solutions());
  for (std::size_t i = 0; i < plain.solutions(); ++i)
    EXPECT_REL(scaled.lambdas[i], plain.lambdas[i] / 10, 1e-11, "lambda scales as the weights do");
}

TEST(enir, does_not_depend_on_order_or_threads) {
  const sample s = draw_sample(3000, 346, 1000);
  sample turned = s;
  std::reverse(turned.labels.begin(), turned.labels.end());
  std::reverse(turned.probabilities.begin(), turned.probabilities.end());
  const auto grid = testing::unit_grid(40);
  const auto once = enir(s.labels, s.probabilities, grid);
  EXPECT_BITS(enir(turned.labels, turned.probabilities, grid).query, once.query);
  EXPECT_BITS(enir(s.labels, s.probabilities, grid, {}, {.threads = 4}).query, once.query);
}

TEST(enir, of_weights_of_any_size_is_a_probability) {
  const sample s = draw_sample(100, 347, 30);
  const auto grid = testing::unit_grid(10);
  for (const enir_criterion criterion : {enir_criterion::bic, enir_criterion::aic, enir_criterion::aicc}) {
    for (const double scale : {1e-98, 1e-9, 1.0, 1e9, 1e97}) {
      std::vector<double> weights;
      for (const double weight : s.weights) weights.push_back(weight * scale);
      weights[0] = weights[50] = 5e-324;
      const auto result = enir(s.labels, s.probabilities, grid, {.weights = weights, .criterion = criterion});
      for (const double value : result.query.to_vector()) EXPECT_TRUE(value >= 0.0 && value <= 1.0);
      for (const auto& fit : result.fits) EXPECT_TRUE(fit.weight > 0.0 && fit.lambda < k_infinity);
    }
  }
}

TEST(enir, names_what_is_wrong) {
  testing::expect_row_errors("probabilities", [](integer_view labels, vector_view p, vector_view weights) {
    enir(labels, p, {0.5}, {.weights = weights});
  });
  testing::expect_row_errors("probabilities", [](integer_view labels, vector_view p, vector_view weights) {
    enir_model::fit(labels, p, {.weights = weights});
  });
  testing::expect_probability_errors("query", [](array_view query) {
    enir({0, 1}, {0.2, 0.4}, vector_view(query));
  });
  testing::expect_transform_errors(enir_model::fit({0, 1}, {0.2, 0.4}));
  for (const double bad : {1e-120, 1e100, 1e308}) {
    testing::expect_error(
        [&] {
          enir({0, 1}, {0.2, 0.4}, {0.5}, {.weights = {bad, bad}});
        },
        error_kind::value, error_code::bad_weight, "weights", "must lie in");
  }
}

TEST(enir_model, is_the_function_and_comes_back_from_json) {
  const sample s = draw_sample(300, 348);
  const auto model = enir_model::fit(s.labels, s.probabilities, {.weights = s.weights});
  const auto result = enir(s.labels, s.probabilities, s.probabilities, {.weights = s.weights});
  EXPECT_BITS(model.transform(vector_view(s.probabilities)), result.query);
  const auto p = model.parameters();
  EXPECT_EQ(p.x.size(), p.y.size());
  EXPECT_LT(p.x.size(), 150U);  // flat pieces keep their ends only
  const auto copy = enir_model::from_json(model.to_json());
  EXPECT_BITS(copy.transform(vector_view(s.probabilities)), result.query);
  const auto fits = copy.parameters().fits;
  ASSERT_EQ(fits.size(), result.fits.size());
  for (std::size_t i = 0; i < fits.size(); ++i) {
    EXPECT_BITS(fits[i].lambda, result.fits[i].lambda);
    EXPECT_BITS(fits[i].weight, result.fits[i].weight);
    EXPECT_EQ(fits[i].n_blocks, result.fits[i].n_blocks);
  }
  testing::expect_json_round_trip(model);
  const auto floats = testing::as_float(s.probabilities);
  EXPECT_EQ(model.transform(vector_view(floats)).type(), dtype::float32);
}

TEST(enir_model, refuses_other_json) {
  const auto text = enir_model::fit({0, 1}, {0.25, 0.5}).to_json();
  const auto refused = [&](std::string_view from, std::string_view to, const char* why) {
    testing::expect_json_refused<enir_model>(testing::replaced(text, from, to), why);
  };
  refused("[0.25, 0.5]", "[0.5, 0.25]", "do not ascend");
  refused("[0.25, 0.5]", "[0.5]", "as many x as y");
  refused("[0, 1]", "[0, 1.5]", "outside [0, 1]");
  refused("\"lambdas\": [0]", "\"lambdas\": [-1]", "negative");
  refused("\"lambdas\": [0]", "\"lambdas\": []", "as many lambdas");
  refused("\"n_blocks\": [2]", "\"n_blocks\": [0]", "whole numbers");
  refused("\"weights\": [1]", "\"weights\": [1.5]", "outside (0, 1]");
}

}  // namespace
}  // namespace assay::calibration
